"""When a decision task is scheduled, and what happens to it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    DECISIONS,
    FIRST_DECISION,
    UNLIMITED,
    after_first_decision,
    attributes,
    cancel_request,
    cancel_timer,
    child,
    complete,
    decide,
    decision,
    describe,
    events,
    is_task,
    marker,
    moment,
    of,
    open_run,
    poll_activity,
    poll_decision,
    refused,
    respond,
    schedule,
    shape,
    signal,
    start,
    terminate,
    timer,
    types,
    work,
)

OTHER = {"taskList": {"name": "other"}}


def test_one_waiting_task(ready: Any) -> None:
    """Two signals before the first poll schedule no second decision task."""
    execution = start(ready)
    signal(ready)
    signal(ready)
    assert shape(events(ready, execution)) == [
        "1 WES",
        "2 DTS",
        "3 WorkflowExecutionSignaled",
        "4 WorkflowExecutionSignaled",
    ]


def test_signal_during_a_decision(ready: Any) -> None:
    """A signal while a decision is out schedules the next task at once, before the completion."""
    execution = start(ready)
    task = poll_decision(ready)
    signal(ready)
    respond(ready, task, marker())
    poll_decision(ready)
    assert shape(events(ready, execution)) == [
        "1 WES",
        "2 DTS",
        "3 DTStarted(2)",
        "4 WorkflowExecutionSignaled",
        "5 DTS",
        "6 DTC(2,3)",
        "7 MarkerRecorded(dtc 6)",
        "8 DTStarted(5)",
    ]


def test_same_moment(swf: Any, ready: Any) -> None:
    """A decision task is scheduled at the same time as the event that called for it."""
    execution = start(ready)
    poll_decision(ready)
    swf.advance(3.25)
    signal(ready)
    signaled, scheduled = events(ready, execution)[3:]
    assert moment(signaled) == moment(scheduled)


def test_second_signal_adds_none(ready: Any) -> None:
    """A second signal while a decision is out schedules nothing more."""
    execution = start(ready)
    poll_decision(ready)
    signal(ready)
    signal(ready)
    assert types(events(ready, execution))[3:] == [
        "WorkflowExecutionSignaled",
        "DecisionTaskScheduled",
        "WorkflowExecutionSignaled",
    ]


def test_one_started_task(ready: Any) -> None:
    """The waiting task cannot be polled until the started one is completed."""
    start(ready)
    task = poll_decision(ready)
    signal(ready)
    assert not is_task(poll_decision(ready))
    respond(ready, task)
    assert poll_decision(ready)["startedEventId"] == 7


def test_nothing_decided(ready: Any) -> None:
    """An empty decision list leaves an open execution without any task."""
    execution = start(ready)
    decide(ready)
    assert shape(events(ready, execution)) == FIRST_DECISION
    assert not is_task(poll_decision(ready))
    answer = describe(ready, execution)
    assert answer["executionInfo"]["executionStatus"] == "OPEN"
    assert answer["openCounts"]["openDecisionTasks"] == 0


@pytest.mark.parametrize("how", ["completed", "failed", "canceled", "timed_out"])
def test_closed_activity_triggers(swf: Any, ready: Any, how: str) -> None:
    """An activity that completes, fails, times out or is canceled calls for a decision."""
    execution = start(ready)
    decide(ready, schedule(**{**UNLIMITED, "startToCloseTimeout": "5"}))
    token = poll_activity(ready)["taskToken"]
    if how == "timed_out":
        swf.advance(5)
    else:
        getattr(ready, f"respond_activity_task_{how}")(taskToken=token)
    *_, closed, scheduled = events(ready, execution)
    kind = "".join(part.capitalize() for part in how.split("_"))
    assert [closed["eventType"], scheduled["eventType"]] == [
        f"ActivityTask{kind}",
        "DecisionTaskScheduled",
    ]
    assert moment(closed) == moment(scheduled)


def test_timer_triggers(swf: Any, ready: Any) -> None:
    """A timer that fires calls for a decision, at its own time."""
    execution = start(ready)
    decide(ready, timer("t", "10"))
    swf.advance(60)
    history = events(ready, execution)
    assert after_first_decision(history) == ["5 TimerStarted(dtc 4)", "6 TimerFired(5)", "7 DTS"]
    assert moment(history[5]) == moment(history[6]) == moment(history[4]) + 10


def test_child_triggers(ready: Any) -> None:
    """A child's start and its close each call for a decision."""
    execution = start(ready)
    decide(ready, child("c", **OTHER))
    decide(ready)
    terminate(ready, "c")
    assert after_first_decision(events(ready, execution)) == [
        "5 StartChildWorkflowExecutionInitiated(dtc 4)",
        "6 ChildWorkflowExecutionStarted(5)",
        "7 DTS",
        "8 DTStarted(7)",
        "9 DTC(7,8)",
        "10 ChildWorkflowExecutionTerminated(5,6)",
        "11 DTS",
    ]


@pytest.mark.parametrize(
    ("kind", "more", "confirmation"),
    [
        ("SignalExternal", {"signalName": "s"}, "ExternalWorkflowExecutionSignaled"),
        ("RequestCancelExternal", {}, "ExternalWorkflowExecutionCancelRequested"),
    ],
)
def test_confirmations_trigger(
    ready: Any, kind: str, more: dict[str, str], confirmation: str
) -> None:
    """A delivered external signal or cancel request calls for a decision on both sides."""
    target = start(ready, "target", **OTHER)
    decide(ready, task_list="other")
    sender = start(ready)
    decide(ready, decision(f"{kind}WorkflowExecution", workflowId="target", **more))
    assert types(events(ready, sender))[5:] == [confirmation, "DecisionTaskScheduled"]
    assert types(events(ready, target))[5:] == ["DecisionTaskScheduled"]


def test_quiet_events(ready: Any) -> None:
    """Scheduling, starting, markers and timers started or canceled call for nothing."""
    execution = start(ready)
    decide(ready, schedule(), marker(), timer(), cancel_timer())
    poll_activity(ready)
    assert after_first_decision(events(ready, execution)) == [
        "5 ActivityTaskScheduled(dtc 4)",
        "6 MarkerRecorded(dtc 4)",
        "7 TimerStarted(dtc 4)",
        "8 TimerCanceled(7, dtc 4)",
        "9 ActivityTaskStarted(5)",
    ]


def test_initiated_is_quiet(ready: Any) -> None:
    """What is initiated calls for nothing; only its outcome does, after the whole list."""
    execution = start(ready)
    start(ready, "target", **OTHER)
    decide(
        ready,
        child("c", **OTHER),
        decision("SignalExternalWorkflowExecution", workflowId="target", signalName="s"),
        decision("RequestCancelExternalWorkflowExecution", workflowId="target"),
        marker(),
    )
    assert types(events(ready, execution))[4:8] == [
        "StartChildWorkflowExecutionInitiated",
        "SignalExternalWorkflowExecutionInitiated",
        "RequestCancelExternalWorkflowExecutionInitiated",
        "MarkerRecorded",
    ]
    assert types(events(ready, execution)).count("DecisionTaskScheduled") == 2


def test_decision_timeout(swf: Any, ready: Any) -> None:
    """A decision that takes too long times out and is scheduled again at that time."""
    execution = start(ready, taskStartToCloseTimeout="10")
    swf.advance(100)
    poll_decision(ready)
    swf.advance(9.999)
    assert len(events(ready, execution)) == 3
    swf.advance(50)
    history = events(ready, execution)
    assert shape(history)[3:] == ["4 DTTO(START_TO_CLOSE, 2,3)", "5 DTS"]
    assert moment(history[3]) == moment(history[4]) == moment(history[2]) + 10
    assert attributes(history[4]) == attributes(history[1])


def test_old_token_is_dead(swf: Any, ready: Any) -> None:
    """The token of a decision task that timed out is refused by its scheduled event id."""
    start(ready, taskStartToCloseTimeout="10")
    old = poll_decision(ready)
    swf.advance(10)
    with refused("UnknownResourceFault", "Unknown decision task, scheduledEventId = 2"):
        respond(ready, old)
    new = poll_decision(ready)
    with refused("UnknownResourceFault", "Unknown decision task, scheduledEventId = 2"):
        respond(ready, old)
    respond(ready, new)


def test_timeout_with_a_waiting_task(swf: Any, ready: Any) -> None:
    """If a task waits behind the one that times out, no further task is scheduled."""
    execution = start(ready, taskStartToCloseTimeout="10")
    poll_decision(ready)
    signal(ready)
    swf.advance(10)
    poll_decision(ready)
    assert shape(events(ready, execution))[3:] == [
        "4 WorkflowExecutionSignaled",
        "5 DTS",
        "6 DTTO(START_TO_CLOSE, 2,3)",
        "7 DTStarted(5)",
    ]


def test_no_decision_timeout(swf: Any, ready: Any) -> None:
    """A decision timeout of NONE never happens."""
    execution = start(
        ready, taskStartToCloseTimeout="NONE", executionStartToCloseTimeout="31536000"
    )
    task = poll_decision(ready)
    scheduled = of(events(ready, execution), "DecisionTaskScheduled")[0]
    assert scheduled["startToCloseTimeout"] == "NONE"
    swf.advance(31536000 - 1)
    respond(ready, task, complete())
    assert describe(ready, execution)["executionInfo"]["closeStatus"] == "COMPLETED"


def test_completed_twice(ready: Any) -> None:
    """A decision task can be completed once."""
    start(ready)
    task = decide(ready)
    with refused("UnknownResourceFault", "Unknown decision task, scheduledEventId = 2"):
        respond(ready, task)


def test_override(ready: Any) -> None:
    """A completion that names a task list sends all later decision tasks there."""
    execution = start(ready)
    decide(ready, timer("t", "0"), **OTHER)
    assert not is_task(poll_decision(ready))
    decide(ready, task_list="other")
    signal(ready)
    decide(ready, task_list="other")
    history = events(ready, execution)
    first, second, third = of(history, "DecisionTaskCompleted")
    assert first["taskList"] == {"name": "other"}
    assert "taskList" not in second
    assert "taskList" not in third
    lists = [each["taskList"]["name"] for each in of(history, "DecisionTaskScheduled")]
    assert lists == [DECISIONS, "other", "other"]


def test_override_leaves_waiting_task(ready: Any) -> None:
    """A task that waits already stays on the list its scheduled event names."""
    start(ready)
    task = poll_decision(ready)
    signal(ready)
    respond(ready, task, **OTHER)
    assert not is_task(poll_decision(ready, "other"))
    assert is_task(poll_decision(ready))


def test_override_is_not_the_configuration(ready: Any) -> None:
    """Describe keeps showing the list the execution started with; naming it again returns."""
    execution = start(ready)
    decide(ready, timer("t", "0"), **OTHER)
    shown = describe(ready, execution)["executionConfiguration"]["taskList"]
    assert shown == {"name": DECISIONS}
    decide(ready, timer("t", "0"), task_list="other", taskList={"name": DECISIONS})
    decide(ready)


def test_override_not_started(swf: Any, ready: Any) -> None:
    """An override that nobody polls in time is reverted by a schedule-to-start timeout."""
    execution = start(ready)
    decide(ready, timer("t", "0"), taskListScheduleToStartTimeout="10", **OTHER)
    swf.advance(0)
    (completed,) = of(events(ready, execution), "DecisionTaskCompleted")
    assert completed["taskListScheduleToStartTimeout"] == "10"
    swf.advance(10)
    history = events(ready, execution)
    assert after_first_decision(history) == [
        "5 TimerStarted(dtc 4)",
        "6 TimerFired(5)",
        "7 DTS",
        "8 DTTO(SCHEDULE_TO_START, 7,0)",
        "9 DTS",
    ]
    scheduled = of(history, "DecisionTaskScheduled")
    assert [each["taskList"]["name"] for each in scheduled] == [DECISIONS, "other", DECISIONS]
    assert scheduled[1]["scheduleToStartTimeout"] == "10"
    assert scheduled[2].get("scheduleToStartTimeout", "NONE") == "NONE"
    assert moment(history[7]) == moment(history[6]) + 10
    assert not is_task(poll_decision(ready, "other"))
    decide(ready, timer("t2", "0"))
    decide(ready)


def test_override_started_in_time(swf: Any, ready: Any) -> None:
    """An override whose task is started in time stays."""
    start(ready)
    decide(ready, timer("t", "0"), taskListScheduleToStartTimeout="10", **OTHER)
    swf.advance(9)
    task = poll_decision(ready, "other")
    swf.advance(9)
    respond(ready, task, timer("t2", "0"))
    decide(ready, task_list="other")


def test_override_not_completed(swf: Any, ready: Any) -> None:
    """An override whose task is started but not completed in time is reverted."""
    execution = start(ready, taskStartToCloseTimeout="20")
    decide(ready, timer("t", "0"), taskListScheduleToStartTimeout="10", **OTHER)
    poll_decision(ready, "other")
    swf.advance(20)
    history = events(ready, execution)
    assert after_first_decision(history)[2:] == [
        "7 DTS",
        "8 DTStarted(7)",
        "9 DTTO(START_TO_CLOSE, 7,8)",
        "10 DTS",
    ]
    lists = [each["taskList"]["name"] for each in of(history, "DecisionTaskScheduled")]
    assert lists == [DECISIONS, "other", DECISIONS]
    decide(ready)


def test_cancel_request_triggers(ready: Any) -> None:
    """A cancel request calls for a decision, unless a task is already waiting."""
    execution = start(ready)
    decide(ready)
    cancel_request(ready)
    cancel_request(ready)
    assert after_first_decision(events(ready, execution)) == [
        "5 WorkflowExecutionCancelRequested",
        "6 DTS",
        "7 WorkflowExecutionCancelRequested",
    ]


def test_completion_during_a_decision(ready: Any) -> None:
    """A result that arrives while a decision is out comes before that decision's events."""
    execution = start(ready)
    decide(ready, schedule())
    signal(ready)
    task = poll_decision(ready)
    work(ready)
    respond(ready, task, marker())
    assert after_first_decision(events(ready, execution)) == [
        "5 ActivityTaskScheduled(dtc 4)",
        "6 WorkflowExecutionSignaled",
        "7 DTS",
        "8 DTStarted(7)",
        "9 ActivityTaskStarted(5)",
        "10 ActivityTaskCompleted(5,9)",
        "11 DTS",
        "12 DTC(7,8)",
        "13 MarkerRecorded(dtc 12)",
    ]


def test_child_closed_while_task_waits(ready: Any) -> None:
    """A child that closes while a task waits adds no further task."""
    execution = start(ready)
    decide(ready, child("c", **OTHER))
    decide(ready, complete(), task_list="other")
    poll_decision(ready)
    assert open_run(ready, "w") == execution
    assert after_first_decision(events(ready, execution)) == [
        "5 StartChildWorkflowExecutionInitiated(dtc 4)",
        "6 ChildWorkflowExecutionStarted(5)",
        "7 DTS",
        "8 ChildWorkflowExecutionCompleted(5,6)",
        "9 DTStarted(7)",
    ]


def test_a_task_nobody_polls_waits(swf: Any, ready: Any) -> None:
    """A decision task does not time out before it is handed out."""
    execution = start(ready, taskStartToCloseTimeout="10")
    swf.advance(80_000)
    assert shape(events(ready, execution)) == ["1 WES", "2 DTS"]
    assert is_task(poll_decision(ready))


def test_a_decision_task_times_out_again_and_again(swf: Any, ready: Any) -> None:
    """Each round adds three events, however many there are."""
    execution = start(ready, taskStartToCloseTimeout="10")
    for _ in range(20):
        poll_decision(ready)
        swf.advance(10)
    assert len(events(ready, execution)) == 2 + 20 * 3
    assert types(events(ready, execution))[-3:] == [
        "DecisionTaskStarted",
        "DecisionTaskTimedOut",
        "DecisionTaskScheduled",
    ]


def test_nobody_inherits_an_override(ready: Any) -> None:
    """A child and a new run begin on the list of their settings."""
    start(ready, childPolicy="ABANDON")
    decide(ready, taskList={"name": "other"})
    signal(ready)
    decide(ready, child("c"), decision("ContinueAsNewWorkflowExecution"), task_list="other")
    for workflow_id in ("w", "c"):
        (scheduled,) = of(events(ready, open_run(ready, workflow_id)), "DecisionTaskScheduled")
        assert scheduled["taskList"] == {"name": DECISIONS}


def test_a_limit_without_a_list_changes_nothing(swf: Any, ready: Any) -> None:
    """A schedule-to-start timeout without a task list is recorded, and has no other effect."""
    execution = start(ready)
    decide(ready, taskListScheduleToStartTimeout="10")
    signal(ready)
    swf.advance(1000)
    history = events(ready, execution)
    assert attributes(history[3])["taskListScheduleToStartTimeout"] == "10"
    assert types(history)[4:] == ["WorkflowExecutionSignaled", "DecisionTaskScheduled"]
    assert attributes(history[5]) == attributes(history[1])


def test_the_scheduled_event_shows_the_settings(ready: Any) -> None:
    """A decision task's scheduling names its list, its timeout and the execution's priority."""
    settings = {"taskStartToCloseTimeout": "NONE", "taskPriority": "-5"}
    execution = start(ready, taskList={"name": "mine"}, **settings)
    scheduled = attributes(events(ready, execution)[1])
    assert scheduled.pop("scheduleToStartTimeout", "NONE") == "NONE"
    assert scheduled == {
        "taskList": {"name": "mine"},
        "startToCloseTimeout": "NONE",
        "taskPriority": "-5",
    }
