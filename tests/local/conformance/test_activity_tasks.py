"""Activity tasks, from their schedule to their end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    ACTIVITY_DEFAULTS,
    ACTIVITY_TYPE,
    DOMAIN,
    UNLIMITED,
    after_first_decision,
    attributes,
    cancel_activity,
    complete,
    decide,
    decision,
    describe,
    events,
    is_task,
    marker,
    moment,
    of,
    poll_activity,
    poll_decision,
    refused,
    register_activity,
    respond,
    schedule,
    shape,
    signal,
    start,
    terminate,
    types,
    work,
)

SETTINGS = {
    "taskList": "TASK_LIST",
    "scheduleToStartTimeout": "SCHEDULE_TO_START_TIMEOUT",
    "scheduleToCloseTimeout": "SCHEDULE_TO_CLOSE_TIMEOUT",
    "startToCloseTimeout": "START_TO_CLOSE_TIMEOUT",
    "heartbeatTimeout": "HEARTBEAT_TIMEOUT",
}
GIVEN: dict[str, Any] = {
    "taskList": {"name": "mine"},
    "scheduleToStartTimeout": "1",
    "scheduleToCloseTimeout": "2",
    "startToCloseTimeout": "3",
    "heartbeatTimeout": "NONE",
}
UNKNOWN_ACTIVITY = "Unknown activity, scheduledEventId = 5"


def begin(client: Any, **timeouts: str) -> tuple[dict[str, str], str]:
    """Start an execution and its activity ``a`` with only these timeouts; return the token."""
    execution = start(client)
    decide(client, schedule(**{**UNLIMITED, **timeouts}))
    return execution, poll_activity(client)["taskToken"]


def answers(client: Any, token: str) -> list[Any]:
    """List the four calls a worker can make with a token."""
    return [
        lambda: client.record_activity_task_heartbeat(taskToken=token),
        lambda: client.respond_activity_task_completed(taskToken=token),
        lambda: client.respond_activity_task_failed(taskToken=token),
        lambda: client.respond_activity_task_canceled(taskToken=token),
    ]


def causes(client: Any, execution: dict[str, str]) -> list[str]:
    """List the causes of all activities that could not be scheduled."""
    failures = of(events(client, execution), "ScheduleActivityTaskFailed")
    return [failure["cause"] for failure in failures]


def timeout_events(client: Any, execution: dict[str, str]) -> list[dict[str, Any]]:
    """List the attributes of all activity timeouts."""
    return of(events(client, execution), "ActivityTaskTimedOut")


def test_values_of_the_type(ready: Any) -> None:
    """What the decision leaves out comes from the type, the priority too."""
    kind = register_activity(ready, "full", defaultTaskPriority="5", **ACTIVITY_DEFAULTS)
    execution = start(ready, taskPriority="9")
    decide(ready, schedule(activityType=kind))
    (scheduled,) = of(events(ready, execution), "ActivityTaskScheduled")
    assert scheduled == {
        "activityId": "a",
        "activityType": kind,
        "taskList": ACTIVITY_DEFAULTS["defaultTaskList"],
        "scheduleToStartTimeout": "3000",
        "scheduleToCloseTimeout": "6000",
        "startToCloseTimeout": "4000",
        "heartbeatTimeout": "2000",
        "taskPriority": "5",
        "decisionTaskCompletedEventId": 4,
    }


def test_values_of_the_decision(ready: Any) -> None:
    """What the decision says wins over the type."""
    given = {**GIVEN, "taskPriority": "-1", "input": "", "control": "c"}
    execution = start(ready)
    decide(ready, schedule(**given))
    (scheduled,) = of(events(ready, execution), "ActivityTaskScheduled")
    expected = {"activityId": "a", "activityType": ACTIVITY_TYPE, **given}
    assert scheduled == {**expected, "decisionTaskCompletedEventId": 4}


@pytest.mark.parametrize("missing", SETTINGS)
def test_missing_default(ready: Any, missing: str) -> None:
    """Each setting that neither decision nor type has fails with its own cause."""
    bare = register_activity(ready, "bare")
    execution = start(ready)
    given = {name: value for name, value in GIVEN.items() if name != missing}
    decide(ready, schedule(activityType=bare, **given))
    assert after_first_decision(events(ready, execution)) == [
        f"5 ScheduleActivityTaskFailed(DEFAULT_{SETTINGS[missing]}_UNDEFINED, dtc 4)",
        "6 DTS",
    ]
    (failure,) = of(events(ready, execution), "ScheduleActivityTaskFailed")
    assert (failure["activityId"], failure["activityType"]) == ("a", bare)


def test_order_of_checks(ready: Any) -> None:
    """Of several missing settings the first of the fixed order is the cause."""
    bare = register_activity(ready, "bare")
    execution = start(ready)
    names = list(SETTINGS)
    lists = [{name: GIVEN[name] for name in names[:known]} for known in range(5)]
    decide(
        ready,
        *(schedule(f"a{n}", activityType=bare, **given) for n, given in enumerate(lists)),
    )
    assert causes(ready, execution) == [f"DEFAULT_{SETTINGS[name]}_UNDEFINED" for name in names]


def test_type_and_id_come_first(ready: Any) -> None:
    """The type is looked at before the id, and the id before the settings."""
    bare = register_activity(ready, "bare")
    old = register_activity(ready, "old")
    ready.deprecate_activity_type(domain=DOMAIN, activityType=old)
    execution = start(ready)
    decide(ready, schedule(), schedule(activityType=old), schedule(activityType=bare))
    assert causes(ready, execution) == ["ACTIVITY_TYPE_DEPRECATED", "ACTIVITY_ID_ALREADY_IN_USE"]


@pytest.mark.parametrize("deleted", [False, True])
def test_type_gone(ready: Any, deleted: bool) -> None:
    """A deprecated type and a deleted one have their causes."""
    ready.deprecate_activity_type(domain=DOMAIN, activityType=ACTIVITY_TYPE)
    if deleted:
        ready.delete_activity_type(domain=DOMAIN, activityType=ACTIVITY_TYPE)
    execution = start(ready)
    decide(ready, schedule())
    cause = "ACTIVITY_TYPE_DOES_NOT_EXIST" if deleted else "ACTIVITY_TYPE_DEPRECATED"
    assert causes(ready, execution) == [cause]


def test_unknown_type(ready: Any) -> None:
    """An unregistered type has its cause."""
    execution = start(ready)
    decide(ready, schedule(activityType={"name": "act", "version": "2"}))
    assert causes(ready, execution) == ["ACTIVITY_TYPE_DOES_NOT_EXIST"]


def test_id_in_use(ready: Any) -> None:
    """The id of an open activity, scheduled or started, cannot be used again."""
    execution = start(ready)
    decide(ready, schedule(), schedule())
    poll_activity(ready)
    decide(ready, schedule())
    assert causes(ready, execution) == ["ACTIVITY_ID_ALREADY_IN_USE"] * 2


def test_id_free_again(ready: Any) -> None:
    """The id of a closed activity can be used again."""
    execution = start(ready)
    decide(ready, schedule())
    work(ready)
    decide(ready, schedule())
    work(ready)
    assert types(events(ready, execution)).count("ActivityTaskCompleted") == 2


def test_the_task(ready: Any) -> None:
    """A poll gives the worker everything it needs, and records the start at that moment."""
    execution = start(ready)
    decide(ready, schedule(input="in", control="not for workers"))
    assert len(events(ready, execution)) == 5
    task = poll_activity(ready, identity="worker 1")
    assert 1 <= len(task.pop("taskToken")) <= 1024
    task.pop("ResponseMetadata")
    assert task == {
        "activityId": "a",
        "activityType": ACTIVITY_TYPE,
        "startedEventId": 6,
        "workflowExecution": execution,
        "input": "in",
    }
    (started,) = of(events(ready, execution), "ActivityTaskStarted")
    assert started == {"scheduledEventId": 5, "identity": "worker 1"}


def test_bare_task(ready: Any) -> None:
    """Missing input and identity are left out."""
    execution = start(ready)
    decide(ready, schedule())
    assert "input" not in poll_activity(ready)
    assert of(events(ready, execution), "ActivityTaskStarted") == [{"scheduledEventId": 5}]


@pytest.mark.parametrize(
    ("how", "data"),
    [
        ("completed", {"result": "r"}),
        ("completed", {}),
        ("failed", {"reason": "r", "details": "d"}),
        ("failed", {}),
        ("canceled", {"details": ""}),
        ("canceled", {}),
    ],
)
def test_ways_to_end(ready: Any, how: str, data: dict[str, str]) -> None:
    """A worker's answer is recorded with just its data and both references."""
    execution, token = begin(ready)
    getattr(ready, f"respond_activity_task_{how}")(taskToken=token, **data)
    assert shape(events(ready, execution))[6:] == [
        f"7 ActivityTask{how.capitalize()}(5,6)",
        "8 DTS",
    ]
    closed = attributes(events(ready, execution)[6])
    assert closed == {**data, "scheduledEventId": 5, "startedEventId": 6}


@pytest.mark.parametrize("call", range(4))
def test_answered_twice(ready: Any, call: int) -> None:
    """A task that was answered is unknown to every further call."""
    _, token = begin(ready)
    ready.respond_activity_task_completed(taskToken=token)
    with refused("UnknownResourceFault", UNKNOWN_ACTIVITY):
        answers(ready, token)[call]()


@pytest.mark.parametrize("call", range(4))
def test_answered_after_timeout(swf: Any, ready: Any, call: int) -> None:
    """A task that timed out is unknown to every further call."""
    _, token = begin(ready, startToCloseTimeout="5")
    swf.advance(5)
    with refused("UnknownResourceFault", UNKNOWN_ACTIVITY):
        answers(ready, token)[call]()


@pytest.mark.parametrize("call", range(4))
def test_answered_after_close(ready: Any, call: int) -> None:
    """After the execution has closed, the fault names the execution."""
    execution, token = begin(ready)
    terminate(ready)
    message = (
        "Unknown execution: WorkflowExecution="
        f"[workflowId={execution['workflowId']}, runId={execution['runId']}]"
    )
    with refused("UnknownResourceFault", message):
        answers(ready, token)[call]()


@pytest.mark.parametrize("call", range(4))
def test_garbage_token(ready: Any, call: int) -> None:
    """A text that is not a token is refused as such by every call."""
    with refused("ValidationException", "Invalid token"):
        answers(ready, "garbage")[call]()


def test_token_of_the_other_kind(ready: Any) -> None:
    """A decision token is not an activity token, nor the reverse."""
    _, token = begin(ready)
    signal(ready)
    task = poll_decision(ready)
    with refused("ValidationException", "Invalid token"):
        ready.respond_decision_task_completed(taskToken=token)
    with refused("ValidationException", "Invalid token"):
        ready.respond_activity_task_completed(taskToken=task["taskToken"])
    with refused("ValidationException", "Invalid token"):
        ready.respond_decision_task_completed(taskToken="garbage")


def test_schedule_to_start(swf: Any, ready: Any) -> None:
    """A task nobody polls in time times out unstarted and is not handed out any more."""
    execution = start(ready)
    decide(ready, schedule(**{**UNLIMITED, "scheduleToStartTimeout": "5"}))
    swf.advance(60)
    history = events(ready, execution)
    assert after_first_decision(history)[1:] == [
        "6 ActivityTaskTimedOut(SCHEDULE_TO_START, 5,0)",
        "7 DTS",
    ]
    assert moment(history[5]) == moment(history[4]) + 5
    assert timeout_events(ready, execution) == [
        {"timeoutType": "SCHEDULE_TO_START", "scheduledEventId": 5, "startedEventId": 0}
    ]
    assert not is_task(poll_activity(ready))


def test_started_in_time(swf: Any, ready: Any) -> None:
    """Once started, a task has no schedule-to-start timeout."""
    execution, _ = begin(ready, scheduleToStartTimeout="5")
    swf.advance(3600)
    assert timeout_events(ready, execution) == []


def test_start_to_close(swf: Any, ready: Any) -> None:
    """Start-to-close counts from the start, and heartbeats do not extend it."""
    execution = start(ready)
    decide(ready, schedule(**{**UNLIMITED, "startToCloseTimeout": "10"}))
    swf.advance(100)
    token = poll_activity(ready)["taskToken"]
    swf.advance(9)
    ready.record_activity_task_heartbeat(taskToken=token, details="alive")
    swf.advance(60)
    history = events(ready, execution)
    assert shape(history)[6] == "7 ActivityTaskTimedOut(START_TO_CLOSE, 5,6)"
    assert attributes(history[6])["details"] == "alive"
    assert moment(history[6]) == moment(history[5]) + 10


def test_no_heartbeat(swf: Any, ready: Any) -> None:
    """Without heartbeats, a task times out that long after its start."""
    execution, _ = begin(ready, heartbeatTimeout="10")
    swf.advance(60)
    history = events(ready, execution)
    assert shape(history)[6] == "7 ActivityTaskTimedOut(HEARTBEAT, 5,6)"
    assert "details" not in attributes(history[6])
    assert moment(history[6]) == moment(history[5]) + 10


def test_heartbeats_keep_alive(swf: Any, ready: Any) -> None:
    """Each heartbeat restarts the timeout; the last details are in the event."""
    execution, token = begin(ready, heartbeatTimeout="10")
    for details in ({"details": "1"}, {"details": "2"}, {}):
        swf.advance(9)
        ready.record_activity_task_heartbeat(taskToken=token, **details)
    swf.advance(60)
    history = events(ready, execution)
    (timeout,) = timeout_events(ready, execution)
    assert timeout["timeoutType"] == "HEARTBEAT"
    assert timeout["details"] == "2"
    assert moment(history[6]) == moment(history[5]) + 37


def test_no_heartbeat_before_start(swf: Any, ready: Any) -> None:
    """The heartbeat timeout does not run while the task waits."""
    execution = start(ready)
    decide(ready, schedule(**{**UNLIMITED, "heartbeatTimeout": "10"}))
    swf.advance(60)
    assert is_task(poll_activity(ready))
    assert timeout_events(ready, execution) == []


def test_schedule_to_close_waiting(swf: Any, ready: Any) -> None:
    """Schedule-to-close also ends a task that was never started."""
    execution = start(ready)
    decide(ready, schedule(**{**UNLIMITED, "scheduleToCloseTimeout": "10"}))
    swf.advance(60)
    assert shape(events(ready, execution))[5] == "6 ActivityTaskTimedOut(SCHEDULE_TO_CLOSE, 5,0)"
    assert not is_task(poll_activity(ready))


def test_schedule_to_close_running(swf: Any, ready: Any) -> None:
    """Schedule-to-close covers waiting plus running."""
    execution = start(ready)
    decide(ready, schedule(**{**UNLIMITED, "scheduleToCloseTimeout": "10"}))
    swf.advance(6)
    poll_activity(ready)
    swf.advance(60)
    history = events(ready, execution)
    assert shape(history)[6] == "7 ActivityTaskTimedOut(SCHEDULE_TO_CLOSE, 5,6)"
    assert moment(history[6]) == moment(history[4]) + 10


def test_ties(swf: Any, ready: Any) -> None:
    """Of equal deadlines the one nearest to the task's state is named."""
    every = dict.fromkeys(UNLIMITED, "10")
    execution = start(ready)
    decide(
        ready, schedule("waits", **every, taskList={"name": "nobody"}), schedule("runs", **every)
    )
    poll_activity(ready)
    swf.advance(10)
    found = {
        each["scheduledEventId"]: each["timeoutType"] for each in timeout_events(ready, execution)
    }
    assert found == {5: "SCHEDULE_TO_START", 6: "START_TO_CLOSE"}


def test_none_disables(swf: Any, ready: Any) -> None:
    """NONE turns off each of the four timeouts."""
    execution = start(ready, executionStartToCloseTimeout="31536000")
    decide(ready, schedule("waits", **UNLIMITED), schedule("runs", **UNLIMITED))
    poll_activity(ready)
    swf.advance(31535999)
    assert timeout_events(ready, execution) == []
    work(ready)


def test_heartbeat(ready: Any) -> None:
    """A heartbeat records nothing, and says whether this activity should cancel."""
    execution, token = begin(ready)
    before = events(ready, execution)
    answer = ready.record_activity_task_heartbeat(taskToken=token)
    assert answer["cancelRequested"] is False
    assert events(ready, execution) == before
    ready.request_cancel_workflow_execution(domain=DOMAIN, workflowId="w")
    assert not ready.record_activity_task_heartbeat(taskToken=token)["cancelRequested"]
    decide(ready, cancel_activity())
    assert ready.record_activity_task_heartbeat(taskToken=token)["cancelRequested"] is True


def test_complete_after_cancel_request(ready: Any) -> None:
    """A worker asked to cancel may complete all the same."""
    execution, token = begin(ready)
    signal(ready)
    decide(ready, cancel_activity())
    ready.respond_activity_task_completed(taskToken=token, result="r")
    assert types(events(ready, execution))[-2:] == [
        "ActivityTaskCompleted",
        "DecisionTaskScheduled",
    ]


def test_cancel_unstarted(ready: Any) -> None:
    """The service cancels an activity that nobody started, and schedules a decision task."""
    execution = start(ready)
    decide(ready, schedule())
    ready.request_cancel_workflow_execution(domain=DOMAIN, workflowId="w")
    decide(ready, cancel_activity())
    assert not is_task(poll_activity(ready))
    history = events(ready, execution)
    assert after_first_decision(history) == [
        "5 ActivityTaskScheduled(dtc 4)",
        "6 WorkflowExecutionCancelRequested",
        "7 DTS",
        "8 DTStarted(7)",
        "9 DTC(7,8)",
        "10 ActivityTaskCancelRequested(dtc 9)",
        "11 ActivityTaskCanceled(5,0, latest 10)",
        "12 DTS",
    ]
    assert attributes(history[9]) == {"activityId": "a", "decisionTaskCompletedEventId": 9}


def test_cancel_follows_the_list(ready: Any) -> None:
    """The cancellation of an unstarted activity comes after all events of the list."""
    execution = start(ready)
    decide(ready, schedule(), cancel_activity(), marker())
    assert after_first_decision(events(ready, execution)) == [
        "5 ActivityTaskScheduled(dtc 4)",
        "6 ActivityTaskCancelRequested(dtc 4)",
        "7 MarkerRecorded(dtc 4)",
        "8 ActivityTaskCanceled(5,0, latest 6)",
        "9 DTS",
    ]


def test_cancel_then_close(ready: Any) -> None:
    """If the list closes the execution, the cancellation is not recorded at all."""
    execution = start(ready)
    decide(ready, schedule())
    signal(ready)
    decide(ready, cancel_activity(), complete())
    assert shape(events(ready, execution))[-2:] == [
        "10 ActivityTaskCancelRequested(dtc 9)",
        "11 WorkflowExecutionCompleted(dtc 9)",
    ]


@pytest.mark.parametrize("state", ["never scheduled", "closed"])
def test_cancel_unknown(ready: Any, state: str) -> None:
    """Canceling an activity that is not open fails and schedules a decision task."""
    execution = start(ready)
    if state == "closed":
        decide(ready, schedule())
        work(ready)
    decide(ready, cancel_activity())
    history = events(ready, execution)
    assert types(history)[-2:] == ["RequestCancelActivityTaskFailed", "DecisionTaskScheduled"]
    failed = attributes(history[-2])
    assert (failed["activityId"], failed["cause"]) == ("a", "ACTIVITY_ID_UNKNOWN")


def test_canceled_by_the_worker(ready: Any) -> None:
    """A worker's cancellation refers to the last of possibly several requests."""
    execution, token = begin(ready)
    signal(ready)
    decide(ready, cancel_activity(), cancel_activity())
    ready.respond_activity_task_canceled(taskToken=token, details="d")
    assert shape(events(ready, execution))[-4:] == [
        "11 ActivityTaskCancelRequested(dtc 10)",
        "12 ActivityTaskCancelRequested(dtc 10)",
        "13 ActivityTaskCanceled(5,6, latest 12)",
        "14 DTS",
    ]


def test_order_of_hand_out(ready: Any) -> None:
    """Higher priorities come first, an unset one counts as 0, equal ones oldest first."""
    start(ready, taskPriority="100")
    decide(
        ready,
        schedule("low", taskPriority="-1"),
        schedule("zero", taskPriority="0"),
        schedule("unset"),
        schedule("high", taskPriority="10"),
        schedule("high2", taskPriority="10"),
    )
    order = [poll_activity(ready)["activityId"] for _ in range(5)]
    assert order == ["high", "high2", "zero", "unset", "low"]


def test_closed_execution(ready: Any) -> None:
    """Tasks that wait when their execution closes are not handed out."""
    start(ready)
    decide(ready, schedule())
    terminate(ready)
    assert not is_task(poll_activity(ready))


def test_closed_by_its_own_list(ready: Any) -> None:
    """Tasks scheduled in the very list that closes the execution are not handed out either."""
    execution = start(ready)
    task = poll_decision(ready)
    respond(ready, task, schedule(), complete())
    assert not is_task(poll_activity(ready))
    assert describe(ready, execution)["openCounts"]["openActivityTasks"] == 1


def test_another_process_may_answer(swf: Any, ready: Any) -> None:
    """Anybody who has a task token can use it."""
    execution = start(ready)
    decide(ready, schedule())
    token = poll_activity(ready)["taskToken"]
    other = swf.client()
    other.record_activity_task_heartbeat(taskToken=token)
    other.respond_activity_task_completed(taskToken=token)
    assert "ActivityTaskCompleted" in types(events(ready, execution))


@pytest.mark.parametrize("how", ["fails", "times out"])
def test_an_activity_is_not_tried_again(swf: Any, ready: Any, how: str) -> None:
    """However an activity task ends, the service does not hand it out again."""
    start(ready)
    decide(ready, schedule(**{**UNLIMITED, "startToCloseTimeout": "10"}))
    token = poll_activity(ready)["taskToken"]
    if how == "fails":
        ready.respond_activity_task_failed(taskToken=token)
    swf.advance(1000)
    assert not is_task(poll_activity(ready))


def test_timeouts_are_recorded_as_given(ready: Any) -> None:
    """A timeout longer than the one that covers it is not shortened."""
    execution = start(ready)
    given = {"scheduleToStartTimeout": "50", "scheduleToCloseTimeout": "10"}
    given.update(startToCloseTimeout="60", heartbeatTimeout="70")
    decide(ready, schedule(**given))
    (scheduled,) = of(events(ready, execution), "ActivityTaskScheduled")
    assert {name: scheduled[name] for name in given} == given


def test_a_worker_asked_to_cancel_may_fail(ready: Any) -> None:
    """A worker may ignore a cancel request."""
    execution = start(ready)
    decide(ready, schedule())
    token = poll_activity(ready)["taskToken"]
    signal(ready)
    decide(ready, decision("RequestCancelActivityTask", activityId="a"))
    ready.respond_activity_task_failed(taskToken=token, reason="r")
    assert types(events(ready, execution))[-2] == "ActivityTaskFailed"
