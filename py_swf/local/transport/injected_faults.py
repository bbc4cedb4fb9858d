"""Faults on demand: throttling, server errors, lost and late answers, refused decisions.

An :class:`InjectedFault` says what goes wrong, for which operation and at which calls; a
:class:`FaultPlan` counts the calls and says which fault strikes. Random numbers come from a seed,
so two runs that make the same calls meet the same faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Literal, NamedTuple

from py_swf.local.machine.faults import Fault
from py_swf.local.machine.service import OPERATIONS
from py_swf.local.transport.protocol import Reply

__all__ = [
    "KINDS",
    "REFUSALS",
    "AnswerTooLate",
    "ConnectionDropped",
    "FaultPlan",
    "GatewayPage",
    "InjectedFault",
    "Kind",
    "parse_fault",
]


class ConnectionDropped(Exception):
    """The connection ends here, and the client gets no answer."""


class AnswerTooLate(Exception):
    """The answer comes after the client's read timeout, so the client never gets it."""


class GatewayPage(Exception):
    """A gateway on the way answers instead of the service, with a page.

    :param status: the status of the page.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        body = b"<html><body><h1>The gateway has something to say</h1></body></html>"
        self.reply: Reply = (status, {"Content-Type": "text/html"}, body)


class Kind(NamedTuple):
    """What one kind of fault does to a request.

    :param error: name and message of the fault in the answer; the request then has no effect.
    :param dropped: whether the connection is lost "before" the request takes effect, or "after".
    :param page: status of a gateway's page that comes instead; the request then has no effect.
    :param cut: whether half of the answer is lost.
    """

    about: str
    error: tuple[str, str] | None = None
    dropped: Literal["", "before", "after"] = ""
    page: int | None = None
    cut: bool = False


KINDS: Mapping[str, Kind] = {
    "throttle": Kind("ThrottlingException", ("ThrottlingException", "Rate exceeded")),
    "internal-failure": Kind("InternalFailure, status 500", ("InternalFailure", "")),
    "unavailable": Kind("ServiceUnavailable, status 503", ("ServiceUnavailable", "")),
    "limit-exceeded": Kind("LimitExceededFault", ("LimitExceededFault", "Limit exceeded")),
    "not-permitted": Kind(
        "OperationNotPermittedFault", ("OperationNotPermittedFault", "Operation not permitted")
    ),
    "invalid": Kind("ValidationException", ("ValidationException", "1 validation error detected")),
    "page-200": Kind("a gateway's page, status 200; the request had no effect", page=200),
    "page-403": Kind("a gateway's page, status 403; the request had no effect", page=403),
    "page-404": Kind("a gateway's page, status 404; the request had no effect", page=404),
    "page-408": Kind("a gateway's page, status 408; the request had no effect", page=408),
    "page-429": Kind("a gateway's page, status 429; the request had no effect", page=429),
    "cut": Kind("half of the answer; the request took effect", cut=True),
    "drop-before": Kind("connection lost; the request had no effect", dropped="before"),
    "drop-after": Kind("connection lost; the request took effect", dropped="after"),
    "slow": Kind("answer delayed by SECONDS; the request took effect"),
}
"""The faults of a whole request, by name."""

REFUSALS: Mapping[str, frozenset[str]] = {
    "ACTIVITY_CREATION_RATE_EXCEEDED": frozenset({"ScheduleActivityTask"}),
    "TIMER_CREATION_RATE_EXCEEDED": frozenset({"StartTimer"}),
    "CHILD_CREATION_RATE_EXCEEDED": frozenset({"StartChildWorkflowExecution"}),
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED": frozenset(
        {"SignalExternalWorkflowExecution"}
    ),
    "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED": frozenset(
        {"RequestCancelExternalWorkflowExecution"}
    ),
    "CONTINUE_AS_NEW_WORKFLOW_EXECUTION_RATE_EXCEEDED": frozenset(
        {"ContinueAsNewWorkflowExecution"}
    ),
    "LAMBDA_FUNCTION_CREATION_RATE_EXCEEDED": frozenset({"ScheduleLambdaFunction"}),
    "LAMBDA_SERVICE_NOT_AVAILABLE_IN_REGION": frozenset({"ScheduleLambdaFunction"}),
    "OPERATION_NOT_PERMITTED": frozenset(
        {
            "CancelTimer",
            "CancelWorkflowExecution",
            "CompleteWorkflowExecution",
            "ContinueAsNewWorkflowExecution",
            "FailWorkflowExecution",
            "RecordMarker",
            "RequestCancelActivityTask",
            "RequestCancelExternalWorkflowExecution",
            "ScheduleActivityTask",
            "SignalExternalWorkflowExecution",
            "StartChildWorkflowExecution",
            "StartTimer",
        }
    ),
}
"""The causes for which single decisions can be refused, and the decision types they apply to."""


@dataclass(frozen=True)
class InjectedFault:
    """One thing that goes wrong, and when. With neither ``probability`` nor ``calls``: always.

    botocore retries most of these by itself, and first sleeps in real time. A client made with
    ``Config(retries={"total_max_attempts": 1})`` shows each fault at once.

    :param kind: what goes wrong, such as "throttle", or for decisions a cause, such as
        "OPERATION_NOT_PERMITTED"; ``python -m py_swf.local --help`` lists both
    :param operation: API operation, or decision type if ``kind`` is a cause; None for all
    :param probability: chance of each such call, from 0 to 1
    :param calls: numbers of the calls that it strikes; the first such call has number 1, and a
        retry counts as a call
    :param seconds: delay of a ``slow`` answer, in seconds
    :raises ValueError: when a name is unknown or a number is out of range
    """

    kind: str
    operation: str | None = None
    probability: float | None = None
    calls: tuple[int, ...] = ()
    seconds: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "calls", tuple(self.calls))
        if self.kind not in KINDS and self.kind not in REFUSALS:
            raise ValueError(f"kind {self.kind!r} is none of {', '.join([*KINDS, *REFUSALS])}")
        if self.operation is not None and self.operation not in self.known_operations:
            raise ValueError(f"operation {self.operation!r} is unknown for kind {self.kind}")
        if self.probability is not None and self.calls:
            raise ValueError(f"calls {self.calls} and probability {self.probability}: give one")
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise ValueError(f"probability {self.probability} is not between 0 and 1")
        if not all(number >= 1 for number in self.calls):
            raise ValueError(f"calls {self.calls} are not all 1 or more")
        if (self.seconds > 0) != (self.kind == "slow"):
            raise ValueError(f"seconds {self.seconds} for {self.kind}: slow needs more than 0")

    @property
    def known_operations(self) -> Iterable[str]:
        """The operations, or the decision types, that this kind of fault can affect."""
        return REFUSALS.get(self.kind, OPERATIONS)

    def before(self) -> None:
        """Raise the fault, if it is of a kind that comes before the request takes effect.

        :raises Fault: which the service answers with
        :raises GatewayPage: which comes instead of an answer
        :raises ConnectionDropped: when there is no answer
        """
        kind = KINDS[self.kind]
        if kind.error is not None:
            raise Fault(*kind.error)
        if kind.page is not None:
            raise GatewayPage(kind.page)
        if kind.dropped == "before":
            raise ConnectionDropped

    def after(self, answer: Reply) -> Reply:
        """Apply the fault, if it is of a kind that comes after the request took effect.

        :param answer: the service's answer
        :return: the part of it that reaches the client
        :raises ConnectionDropped: when there is no answer
        """
        if KINDS[self.kind].dropped == "after":
            raise ConnectionDropped
        status, headers, body = answer
        return status, headers, body[: len(body) // 2] if KINDS[self.kind].cut else body


class FaultPlan:
    """Counts calls, and returns the fault that strikes each one.

    :param faults: if several strike one call, the first of them is used
    :param seed: source of all random numbers
    """

    def __init__(self, faults: Iterable[InjectedFault], seed: int) -> None:
        self._rows = [
            (fault, count(1), Random(f"fault {number} {seed}"))
            for number, fault in enumerate(faults)
        ]

    def __bool__(self) -> bool:
        return bool(self._rows)

    def strike(self, operation: str) -> InjectedFault | None:
        """Count one call of an operation (or one decision of a type).

        :return: the fault that strikes it, or None
        """
        struck = None
        for fault, numbers, chance in self._rows:
            if operation not in fault.known_operations:
                continue
            if fault.operation is None or fault.operation == operation:
                hit = _hits(fault, next(numbers), chance)
                struck = struck or (fault if hit else None)
        return struck

    def refuse(self, decision_type: str, workflow_id: str) -> str | None:
        """Return the cause for which a decision is refused, or None: the hook of the Service."""
        fault = self.strike(decision_type)
        return fault.kind if fault else None


def _hits(fault: InjectedFault, number: int, chance: Random) -> bool:
    if fault.calls:
        return number in fault.calls
    return fault.probability is None or chance.random() < fault.probability


_FLAG = re.compile(
    r"(?P<kind>[A-Za-z_-]+[0-9]*)(=(?P<seconds>[0-9]+(\.[0-9]+)?))?"
    r"(:(?P<operation>[A-Z][A-Za-z]+))?"
    r"(:((?P<probability>[0-9]*\.[0-9]+)|(?P<calls>[0-9]+(,[0-9]+)*)))?"
)


def parse_fault(text: str) -> InjectedFault:
    """Read a fault in the form of the server's ``--fault`` flag.

    The form is ``KIND[=SECONDS][:OPERATION][:WHEN]``. WHEN is a probability if it has a decimal
    point, and otherwise a list of call numbers.

    >>> parse_fault("drop-after:RespondActivityTaskCompleted:1,3").calls
    (1, 3)

    :param text: for example ``throttle:0.05``
    :raises ValueError: when the text has another form, or a name in it is unknown
    """
    match = _FLAG.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not of the form KIND[=SECONDS][:OPERATION][:WHEN]")
    found = match.groupdict()
    return InjectedFault(
        found["kind"],
        operation=found["operation"],
        probability=float(found["probability"]) if found["probability"] else None,
        calls=tuple(map(int, found["calls"].split(","))) if found["calls"] else (),
        seconds=float(found["seconds"] or 0),
    )
