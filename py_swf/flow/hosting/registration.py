"""Register what the code declares, and find out where the domain differs."""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
from botocore.exceptions import ClientError

from py_swf._to_wire import members
from py_swf.daemon.calling import Calling
from py_swf.daemon.error_verdicts import name_of, remedy_for, verdict_of
from py_swf.daemon.stopping import Stop
from py_swf.errors import RegisteredDefaultsDiffer, RegisteredDefaultsWarning
from py_swf.flow.activities import Activity
from py_swf.flow.workflows import Workflow

if TYPE_CHECKING:
    from py_swf.clients.registration import RegistrationClient

__all__ = ["register"]

_log = logging.getLogger(__name__)

_WHAT_TO_DO = (
    "What is registered never changes: keep it in the decorator, and set other values where the "
    "workflow calls it, with .options(...); or use another version"
)

#: setting of a workflow -> its default in the registration, and what is registered without it
_OF_WORKFLOWS: Mapping[str, tuple[str, Any]] = {
    "execution_start_to_close_timeout": ("execution_start_to_close_timeout", 31_536_000),
    "task_start_to_close_timeout": ("task_start_to_close_timeout", 60),
    "child_policy": ("child_policy", "TERMINATE"),
    "lambda_role": ("lambda_role", None),
    "task_list": ("task_list", None),
    "task_priority": ("task_priority", None),
}
#: the same for an activity
_OF_ACTIVITIES: Mapping[str, tuple[str, Any]] = {
    "heartbeat_timeout": ("task_heartbeat_timeout", math.inf),
    "schedule_to_close_timeout": ("task_schedule_to_close_timeout", math.inf),
    "schedule_to_start_timeout": ("task_schedule_to_start_timeout", math.inf),
    "start_to_close_timeout": ("task_start_to_close_timeout", math.inf),
    "task_list": ("task_list", None),
    "task_priority": ("task_priority", None),
}


def register(
    registration_client: RegistrationClient,
    domain: str,
    *types: Workflow[..., Any] | Activity[..., Any],
    check: bool = True,
    task_list: str | None = None,
    calling: Calling | None = None,
    stop: Stop | None = None,
) -> bool:
    """Register the workflows and activities that are not registered yet, as the code declares them.

    SWF wants a value for every timeout, here or at each use. If the code gives none, these are
    registered: no limit for the timeouts of activities; for workflows, a year for an execution, 60
    seconds for a decision task and TERMINATE as child policy.

    :param registration_client: makes the calls.
    :param domain: name of the domain, which must exist.
    :param types: the workflows and activities.
    :param check: whether to raise an error, instead of only a warning, when a type is registered
        with other defaults than the code has, or is deprecated.
    :param task_list: the default task list of the types that name none; None registers none. If an
        activity is registered with another list, that is a difference like any other. If a workflow
        is, or if an activity is registered without a list, that is only logged, since each use may
        name a list.
    :param calling: how to wait out temporary faults, such as throttling when a whole fleet starts;
        None raises them.
    :param stop: ends the wait for such a fault to pass, once it is set; None never does.
    :return: True; False if it was told to stop while it waited, so that types may be missing.
    :raises RegisteredDefaultsDiffer: when some differ, and ``check`` is True; names every
        difference. Missing types have been registered by then.
    :raises TypeError: when one of the types is neither a workflow nor an activity.
    :raises ClientError: UnknownResourceFault when there is no such domain; LimitExceededFault when
        it has its 10,000 types.

    AWS operations: :swf:`RegisterWorkflowType`, :swf:`RegisterActivityType`,
    :swf:`DescribeWorkflowType`, :swf:`DescribeActivityType`
    """
    for each in types:
        if not isinstance(each, Workflow | Activity):
            raise TypeError(f"{each!r} is neither a workflow nor an activity")
    patience = _Patience(calling, stop)
    differences: list[str] = []
    try:
        for each in types:
            detail = patience.call(_described, registration_client, domain, each)
            if detail is None and not patience.call(
                _register, registration_client, domain, each, task_list
            ):
                detail = patience.call(_described, registration_client, domain, each)
            if detail is not None:
                differences += _differences(each, detail, task_list)
                _log_other_list(each, detail, task_list)
    except _ToldToStop as error:
        _log.warning("told to stop before all types were registered: %s", error.__cause__)
        return False
    if differences:
        said = f"in domain {domain!r}, {'; '.join(differences)}. {_WHAT_TO_DO}"
        if check:
            raise RegisteredDefaultsDiffer(said)
        warnings.warn(said, RegisteredDefaultsWarning, stacklevel=2)
    return True


class _ToldToStop(Exception):
    """The stop was set before a fault had passed; the cause is the fault."""


@attrs.frozen
class _Patience:
    """Makes calls, and repeats each after a pause if its fault is temporary."""

    calling: Calling | None
    stop: Stop | None

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return what a function returns, once it succeeds."""
        failures = 0
        while True:
            try:
                return function(*args)
            except Exception as error:
                if self.calling is None:
                    raise
                # here it means that the domain has too many types, not too many pollers
                if verdict_of(error) != "wait" or name_of(error) == "LimitExceededFault":
                    _log.error("cannot register the types: %s; %s", error, remedy_for(error))
                    raise
                pause = self.calling.pause(failures)
                text = "could not register the types yet: %s; trying again in %.1f s"
                _log.warning(text, error, pause)
                if self.stop is None:
                    self.calling.sleep(pause)
                elif self.stop.wait(pause):
                    raise _ToldToStop from error
            failures += 1


def _register(client: RegistrationClient, domain: str, each: Any, task_list: str | None) -> bool:
    """Register a type; return False if somebody has just registered it with other defaults."""
    given = {"task_list": task_list, **each.settings.given()}
    defaults = {
        default: given.get(setting, fallback)
        for setting, (default, fallback) in _table(each).items()
    }
    defaults["task_list_name"] = defaults.pop("task_list")
    call = (
        client.register_workflow_type
        if isinstance(each, Workflow)
        else client.register_activity_type
    )
    try:
        call(domain, each.name, each.version, **defaults, description=each.description, check=True)
    except RegisteredDefaultsDiffer:
        return False
    _log.info("registered %s in domain %s", _label(each), domain)
    return True


def _described(client: RegistrationClient, domain: str, each: Any) -> Any:
    """Return what is registered for a type; None if it is not registered."""
    is_workflow = isinstance(each, Workflow)
    call = client.describe_workflow_type if is_workflow else client.describe_activity_type
    try:
        return call(domain, each.name, each.version)
    except ClientError as error:
        if name_of(error) != "UnknownResourceFault":
            raise
        return None  # or there is no such domain: registering will say so


def _differences(each: Any, detail: Any, task_list: str | None) -> list[str]:
    label = _label(each)
    found = (
        [f"{label} is deprecated (undeprecate it)"]
        if detail.type_info.status == "DEPRECATED"
        else []
    )
    table = _table(each)
    settings = each.settings.given()
    if _is_misled(each, detail.configuration.default_task_list, task_list):
        settings["task_list"] = task_list
    for setting, value in settings.items():
        if setting not in table:
            continue
        default = f"default_{table[setting][0]}"
        ours = members("Register", **{default: value})
        theirs = members("Register", **{default: getattr(detail.configuration, default)})
        if ours != theirs:
            said = next(iter(theirs.values()), None)
            found.append(
                f"{label} is registered with {setting} {_spelled(said)}, not "
                f"{_spelled(*ours.values())}"
            )
    return found


def _log_other_list(each: Any, detail: Any, task_list: str | None) -> None:
    there = detail.configuration.default_task_list
    if _is_elsewhere(each, there, task_list) and not _is_misled(each, there, task_list):
        _log.warning(
            "%s is registered with task list %s, not %s: uses that name no list go there",
            *(_label(each), there or "none", task_list),
        )


def _is_elsewhere(each: Any, there: str | None, task_list: str | None) -> bool:
    """Return whether a type that names no task list is registered with another than this one."""
    return task_list is not None and each.settings.task_list is None and there != task_list


def _is_misled(each: Any, there: str | None, task_list: str | None) -> bool:
    """Return whether tasks of an activity would wait in a list that this program does not poll."""
    is_activity = isinstance(each, Activity) and there is not None
    return is_activity and _is_elsewhere(each, there, task_list)


def _label(each: Any) -> str:
    kind = "workflow" if isinstance(each, Workflow) else "activity"
    return f"{kind} {each.name} {each.version}"


def _spelled(value: Any) -> str:
    text = value["name"] if isinstance(value, dict) else value
    return "none" if text is None else str(text)


def _table(each: Any) -> Mapping[str, tuple[str, Any]]:
    return _OF_WORKFLOWS if isinstance(each, Workflow) else _OF_ACTIVITIES
