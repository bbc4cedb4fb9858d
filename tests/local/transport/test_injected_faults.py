"""Faults on demand: their names, when they strike, how a flag spells them, what a client sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.loaders import Loader

from py_swf.local import InjectedFault, LocalSWF
from py_swf.local.transport.injected_faults import KINDS, REFUSALS, FaultPlan, parse_fault
from tests.local.scenes import (
    child,
    decide,
    is_task,
    marker,
    poll_decision,
    register,
    schedule,
    start,
    timer,
)

LIST = {"registrationStatus": "REGISTERED"}
ONCE = Config(retries={"total_max_attempts": 1})


def client_with(*faults: InjectedFault, **config: Any) -> Any:
    """A client of a fresh service that has these faults; it does not retry unless told."""
    return LocalSWF(faults=faults).client(config=ONCE.merge(Config(**config)))


def names(client: Any) -> list[str]:
    """The names of the domains, read through a client that meets no fault."""
    return [info["name"] for info in client.list_domains(**LIST)["domainInfos"]]


def add_domain(client: Any, name: str = "d") -> None:
    """Register a domain."""
    client.register_domain(name=name, workflowExecutionRetentionPeriodInDays="1")


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("throttle", "ThrottlingException", 400),
        ("internal-failure", "InternalFailure", 500),
        ("unavailable", "ServiceUnavailable", 503),
        ("limit-exceeded", "LimitExceededFault", 400),
        ("not-permitted", "OperationNotPermittedFault", 400),
        ("invalid", "ValidationException", 400),
        ("page-403", "403", 403),
        ("page-404", "404", 404),
        ("page-408", "408", 408),
        ("page-429", "429", 429),
    ],
)
def test_an_error_answer(kind: str, code: str, status: int) -> None:
    """Each kind of error comes with its own code and status, and the request has no effect."""
    client = client_with(InjectedFault(kind, operation="RegisterDomain"))
    with pytest.raises(ClientError) as caught:
        add_domain(client)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert names(client) == []


def test_throttling_has_the_message_of_the_service() -> None:
    """The text is the one that the real service sends."""
    with pytest.raises(ClientError, match="Rate exceeded"):
        names(client_with(InjectedFault("throttle")))


def test_a_limit_fault_is_the_clients_own_class() -> None:
    """A modelled fault is raised as the class of ``client.exceptions``."""
    client = client_with(InjectedFault("limit-exceeded"))
    with pytest.raises(client.exceptions.LimitExceededFault):
        names(client)


@pytest.mark.parametrize(("kind", "left"), [("drop-before", []), ("drop-after", ["d"])])
def test_a_lost_connection(kind: str, left: list[str]) -> None:
    """A dropped connection raises what botocore raises for one, before or after the effect."""
    client = client_with(InjectedFault(kind, operation="RegisterDomain"))
    with pytest.raises(ConnectionClosedError):
        add_domain(client)
    assert names(client) == left


def test_a_page_with_status_200() -> None:
    """boto3 takes the page for an answer without members; the request has no effect."""
    client = client_with(InjectedFault("page-200"))

    assert set(client.list_domains(**LIST)) <= {"message", "ResponseMetadata"}


def test_a_cut_answer() -> None:
    """The request took effect, but only half of its answer arrives."""
    client = client_with(InjectedFault("cut"))
    bodies = []
    client.meta.events.register(
        "before-parse.swf.*", lambda response_dict, **_: bodies.append(response_dict["body"])
    )
    add_domain(client)
    client.list_domains(**LIST)

    assert bodies[0] == b""
    assert bodies[1].startswith(b'{"domainInfos":[{')
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(bodies[1])


def test_a_late_answer_is_a_read_time_out() -> None:
    """An answer later than the client waits is a timeout; the request took effect."""
    slow = InjectedFault("slow", operation="RegisterDomain", seconds=11)
    client = client_with(slow, read_timeout=10)
    with pytest.raises(ReadTimeoutError):
        add_domain(client)
    assert names(client) == ["d"]


def test_a_slow_answer_in_time_is_an_answer() -> None:
    """An answer within the client's timeout arrives, and the test does not wait for it."""
    client = client_with(InjectedFault("slow", seconds=9), read_timeout=10)
    add_domain(client)
    assert names(client) == ["d"]


@pytest.mark.parametrize("kind", ["throttle", "internal-failure", "unavailable"])
def test_botocore_retries_what_it_meets(kind: str) -> None:
    """A fault at the first call is over at the retry, which botocore makes by itself."""
    fault = InjectedFault(kind, calls=(1,))
    client = LocalSWF(faults=[fault]).client(config=Config(retries={"max_attempts": 1}))
    assert client.list_domains(**LIST)["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.parametrize("kind", ["limit-exceeded", "not-permitted", "invalid"])
def test_botocore_takes_a_fault_of_the_model_as_the_answer(kind: str) -> None:
    """A fault of the service itself is raised at once, though the second call would succeed."""
    fault = InjectedFault(kind, calls=(1,))
    client = LocalSWF(faults=[fault]).client(config=Config(retries={"max_attempts": 4}))
    with pytest.raises(ClientError) as caught:
        client.list_domains(**LIST)
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


@pytest.mark.parametrize("retried", [ConnectionClosedError, ReadTimeoutError])
def test_lost_and_late_answers_are_retried(retried: type[Exception]) -> None:
    """botocore retries both, so that the second attempt of a start finds the first one's run."""
    kinds = {
        ConnectionClosedError: InjectedFault("drop-after", "RegisterDomain", calls=(1,)),
        ReadTimeoutError: InjectedFault("slow", "RegisterDomain", calls=(1,), seconds=99),
    }
    client = LocalSWF(faults=[kinds[retried]]).client(config=Config(retries={"max_attempts": 1}))
    with pytest.raises(client.exceptions.DomainAlreadyExistsFault):
        add_domain(client)


def strikes(plan: FaultPlan, operation: str, calls: int = 8) -> list[int]:
    """The numbers of the calls at which the plan strikes."""
    return [number for number in range(1, calls + 1) if plan.strike(operation)]


def test_without_a_when_every_call_is_struck() -> None:
    """Without probability and calls, a fault always strikes."""
    assert strikes(FaultPlan([InjectedFault("throttle")], 0), "ListDomains", 3) == [1, 2, 3]


def test_call_numbers_count_the_calls_of_the_operation() -> None:
    """Only calls that the fault is about are counted."""
    plan = FaultPlan([InjectedFault("throttle", "ListDomains", calls=(1, 3))], 0)
    assert strikes(plan, "DescribeDomain") == []
    assert strikes(plan, "ListDomains") == [1, 3]


def test_call_numbers_without_an_operation_count_all_calls() -> None:
    """A fault about every operation counts every call."""
    plan = FaultPlan([InjectedFault("throttle", calls=(2,))], 0)
    assert [bool(plan.strike(name)) for name in ("ListDomains", "DescribeDomain")] == [False, True]


def test_chance_comes_from_the_seed() -> None:
    """The same seed strikes the same calls; another seed strikes others."""
    fault = InjectedFault("throttle", probability=0.5)
    runs = [strikes(FaultPlan([fault], seed), "ListDomains", 64) for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]
    assert 16 < len(runs[0]) < 48


@pytest.mark.parametrize(("probability", "struck"), [(0.0, []), (1.0, [1, 2, 3])])
def test_the_ends_of_chance(probability: float, struck: list[int]) -> None:
    """Probability 0 never strikes and 1 always does."""
    plan = FaultPlan([InjectedFault("throttle", probability=probability)], 0)
    assert strikes(plan, "ListDomains", 3) == struck


def test_the_first_fault_that_strikes_is_taken() -> None:
    """If two faults strike one call, the first one is used, and both count it."""
    plan = FaultPlan([InjectedFault("throttle", calls=(1,)), InjectedFault("unavailable")], 0)
    struck = [plan.strike("ListDomains") for _ in range(2)]
    assert [fault and fault.kind for fault in struck] == ["throttle", "unavailable"]


def test_an_operation_that_is_none_is_not_counted() -> None:
    """A request without an operation gets no fault."""
    assert FaultPlan([InjectedFault("throttle")], 0).strike("MakeTea") is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"kind": "flood"}, "kind 'flood' is none of throttle"),
        ({"kind": "throttle", "operation": "MakeTea"}, "operation 'MakeTea' is unknown"),
        ({"kind": "throttle", "operation": "StartTimer"}, "operation 'StartTimer' is unknown"),
        ({"kind": "TIMER_CREATION_RATE_EXCEEDED", "operation": "RecordMarker"}, "'RecordMarker'"),
        ({"kind": "throttle", "probability": 1.5}, "probability 1.5 is not between 0 and 1"),
        ({"kind": "throttle", "probability": 0.5, "calls": (1,)}, "give one"),
        ({"kind": "throttle", "calls": (0,)}, r"calls \(0,\) are not all 1 or more"),
        ({"kind": "slow"}, "seconds 0.0 for slow: slow needs more than 0"),
        ({"kind": "throttle", "seconds": 2.0}, "seconds 2.0 for throttle"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(arguments: dict[str, Any], said: str) -> None:
    """An unknown name or a number out of range is a ValueError that says which."""
    with pytest.raises(ValueError, match=said):
        InjectedFault(**arguments)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("throttle", InjectedFault("throttle")),
        ("throttle:0.05", InjectedFault("throttle", probability=0.05)),
        ("throttle:.5", InjectedFault("throttle", probability=0.5)),
        ("throttle:1", InjectedFault("throttle", calls=(1,))),
        ("throttle:ListDomains", InjectedFault("throttle", "ListDomains")),
        ("drop-after:ListDomains:1,3", InjectedFault("drop-after", "ListDomains", calls=(1, 3))),
        ("slow=2.5:ListDomains:0.1", InjectedFault("slow", "ListDomains", 0.1, seconds=2.5)),
        ("slow=2", InjectedFault("slow", seconds=2)),
        (
            "TIMER_CREATION_RATE_EXCEEDED:StartTimer:0.5",
            InjectedFault("TIMER_CREATION_RATE_EXCEEDED", "StartTimer", 0.5),
        ),
    ],
)
def test_a_flag_is_read(text: str, fault: InjectedFault) -> None:
    """A flag says kind, seconds, operation and when."""
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    "text", ["", ":", "throttle:", "throttle:1,", "throttle:0.1:0.2", "slow=:1", "slow=1.2.3"]
)
def test_a_flag_of_another_form_is_refused(text: str) -> None:
    """An invalid flag is named, with the expected form."""
    with pytest.raises(ValueError, match="is not of the form KIND"):
        parse_fault(text)


def test_every_kind_can_be_said_as_a_flag() -> None:
    """No kind has a name that the flag cannot spell."""
    for kind in [*KINDS, *REFUSALS]:
        assert parse_fault("slow=1" if kind == "slow" else kind).kind == kind


def test_a_refused_decision_leaves_its_failed_event() -> None:
    """The decision that is struck fails with the cause, and the others of its list go on."""
    cause = "ACTIVITY_CREATION_RATE_EXCEEDED"
    swf = LocalSWF(faults=[InjectedFault(cause, calls=(2,))])
    client = swf.client()
    register(client)
    start(client)
    decide(client, schedule("a"), schedule("b"), schedule("c"))
    failed = [e for e in swf.history("w") if e["eventType"] == "ScheduleActivityTaskFailed"]
    shown = [e["scheduleActivityTaskFailedEventAttributes"] for e in failed]
    assert [(each["activityId"], each["cause"]) for each in shown] == [("b", cause)]


def test_permission_can_be_refused_for_one_type_of_decision() -> None:
    """OPERATION_NOT_PERMITTED strikes the named decision type alone."""
    fault = InjectedFault("OPERATION_NOT_PERMITTED", operation="RecordMarker")
    swf = LocalSWF(faults=[fault])
    client = swf.client()
    register(client)
    start(client)
    decide(client, timer(), marker(), child())
    types = [event["eventType"] for event in swf.history("w")][4:7]
    assert types == ["TimerStarted", "RecordMarkerFailed", "StartChildWorkflowExecutionInitiated"]


def test_decision_faults_leave_requests_alone() -> None:
    """A cause for decisions never strikes a request."""
    client = client_with(InjectedFault("OPERATION_NOT_PERMITTED"))
    register(client)
    start(client)
    assert is_task(poll_decision(client))


def test_the_causes_are_those_of_the_model() -> None:
    """Each cause is offered for exactly the decision types whose failed event has it."""
    model = Loader([str(Path(botocore.__file__).parent / "data")])
    shapes = model.load_service_model("swf", "service-2")["shapes"]
    for cause, decision_types in REFUSALS.items():
        knowing = {
            name.removesuffix("FailedCause")
            for name, shape in shapes.items()
            if name.endswith("FailedCause") and cause in shape["enum"]
        }
        assert decision_types == knowing


def test_the_same_seed_meets_the_same_faults() -> None:
    """Two services of one seed fail at the same calls."""

    def outcome(seed: int) -> list[bool]:
        client = LocalSWF(seed=seed, faults=[InjectedFault("throttle", probability=0.5)]).client(
            config=ONCE
        )
        return [fails(client) for _ in range(32)]

    assert outcome(5) == outcome(5) != outcome(6)


def fails(client: Any) -> bool:
    """Whether one call meets a fault."""
    try:
        names(client)
    except ClientError:
        return True
    return False
