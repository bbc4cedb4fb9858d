"""Conformance items 132 to 138: timers, signals, cancel requests, termination, time out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.scenes import (
    DOMAIN,
    after_first_decision,
    attributes,
    cancel_request,
    cancel_timer,
    complete,
    decide,
    describe,
    events,
    is_task,
    marker,
    moment,
    of,
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
)


def test_conformance_132_timer_fires(swf: Any, ready: Any) -> None:
    """A timer fires at its own time and refers to its start, which alone holds the control."""
    execution = start(ready)
    decide(ready, timer("t", "10", control="c"))
    swf.advance(9.999)
    assert len(events(ready, execution)) == 5
    swf.advance(3600)
    history = events(ready, execution)
    assert after_first_decision(history) == ["5 TimerStarted(dtc 4)", "6 TimerFired(5)", "7 DTS"]
    assert attributes(history[4]) == {
        "timerId": "t",
        "startToFireTimeout": "10",
        "control": "c",
        "decisionTaskCompletedEventId": 4,
    }
    assert attributes(history[5]) == {"timerId": "t", "startedEventId": 5}
    assert moment(history[5]) == moment(history[4]) + 10


def test_conformance_132_several_timers(swf: Any, ready: Any) -> None:
    """Timers fire in the order of their times; the waiting task sees them all."""
    execution = start(ready)
    decide(ready, timer("late", "30"), timer("soon", "10"), timer("then", "20"))
    swf.advance(30)
    history = events(ready, execution)
    assert [each["timerId"] for each in of(history, "TimerFired")] == ["soon", "then", "late"]
    assert types(history)[7:] == [
        "TimerFired",
        "DecisionTaskScheduled",
        "TimerFired",
        "TimerFired",
    ]


def test_conformance_132_timer_of_zero_seconds(ready: Any) -> None:
    """A timer of 0 seconds fires in a step of its own, after the whole list."""
    execution = start(ready)
    decide(ready, timer("t", "0"), marker())
    assert after_first_decision(events(ready, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 MarkerRecorded(dtc 4)",
        "7 TimerFired(5)",
        "8 DTS",
    ]


def test_conformance_132_zero_timer_can_be_canceled(ready: Any) -> None:
    """A timer of 0 seconds canceled in its own list does not fire."""
    execution = start(ready)
    decide(ready, timer("t", "0"), cancel_timer())
    assert after_first_decision(events(ready, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 TimerCanceled(5, dtc 4)",
    ]


def test_conformance_132_closed_execution(swf: Any, ready: Any) -> None:
    """A timer does not fire after the execution closed."""
    execution = start(ready)
    decide(ready, timer("t", "10"), complete())
    swf.advance(60)
    assert types(events(ready, execution))[-1] == "WorkflowExecutionCompleted"


def test_conformance_133_canceled_timer(swf: Any, ready: Any) -> None:
    """A canceled timer is recorded with its start, and never fires."""
    execution = start(ready)
    decide(ready, timer("t", "10"))
    signal(ready)
    decide(ready, cancel_timer())
    swf.advance(60)
    history = events(ready, execution)
    assert shape(history)[-1] == "10 TimerCanceled(5, dtc 9)"
    assert attributes(history[-1])["timerId"] == "t"
    assert not is_task(poll_decision(ready))


@pytest.mark.parametrize("state", ["never started", "fired", "canceled"])
def test_conformance_133_unknown_timer(ready: Any, state: str) -> None:
    """Canceling a timer that is not open fails and schedules a decision."""
    execution = start(ready)
    if state == "fired":
        decide(ready, timer("t", "0"))
    if state == "canceled":
        decide(ready, timer(), cancel_timer(), cancel_timer())
    else:
        decide(ready, cancel_timer())
    history = events(ready, execution)
    assert types(history)[-2:] == ["CancelTimerFailed", "DecisionTaskScheduled"]
    failed = attributes(history[-2])
    assert (failed["timerId"], failed["cause"]) == ("t", "TIMER_ID_UNKNOWN")


def test_conformance_133_fired_while_deciding(swf: Any, ready: Any) -> None:
    """A timer that fires while the decision to cancel it is out cannot be canceled any more."""
    execution = start(ready)
    decide(ready, timer("t", "10"))
    signal(ready)
    task = poll_decision(ready)
    swf.advance(10)
    respond(ready, task, cancel_timer())
    assert after_first_decision(events(ready, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 WorkflowExecutionSignaled",
        "7 DTS",
        "8 DTStarted(7)",
        "9 TimerFired(5)",
        "10 DTS",
        "11 DTC(7,8)",
        "12 CancelTimerFailed(TIMER_ID_UNKNOWN, dtc 11)",
    ]


def test_conformance_134_timer_id_in_use(ready: Any) -> None:
    """The id of an open timer cannot be used again; the failure schedules a decision."""
    execution = start(ready)
    decide(ready, timer(), timer())
    assert after_first_decision(events(ready, execution)) == [
        "5 TimerStarted(dtc 4)",
        "6 StartTimerFailed(TIMER_ID_ALREADY_IN_USE, dtc 4)",
        "7 DTS",
    ]
    assert of(events(ready, execution), "StartTimerFailed")[0]["timerId"] == "t"


def test_conformance_134_timer_id_free_again(ready: Any) -> None:
    """The id of a timer that fired, or was canceled even in the same list, is free."""
    execution = start(ready)
    decide(ready, timer("t", "0"))
    decide(ready, timer("t", "10"), cancel_timer(), timer("t", "20"))
    history = events(ready, execution)
    assert types(history).count("TimerStarted") == 3
    assert "StartTimerFailed" not in types(history)


def test_conformance_135_signal_attributes(ready: Any) -> None:
    """A signal's event holds its name and the input given, which may be empty."""
    execution = start(ready)
    signal(ready, name="s: 1")
    signal(ready, input="")
    signal(ready, input="x")
    assert of(events(ready, execution), "WorkflowExecutionSignaled") == [
        {"signalName": "s: 1", "externalInitiatedEventId": 0},
        {"signalName": "s", "input": "", "externalInitiatedEventId": 0},
        {"signalName": "s", "input": "x", "externalInitiatedEventId": 0},
    ]


def test_conformance_135_signal_goes_to_the_open_run(ready: Any) -> None:
    """Without a run id, or with an empty one, a signal reaches the open run; else just that run."""
    old = start(ready)
    terminate(ready)
    new = start(ready)
    signal(ready)
    signal(ready, runId="")
    signal(ready, runId=new["runId"])
    assert types(events(ready, new)).count("WorkflowExecutionSignaled") == 3
    message = f"Unknown execution: WorkflowExecution=[workflowId=w, runId={old['runId']}]"
    with refused("UnknownResourceFault", message):
        signal(ready, runId=old["runId"])


@pytest.mark.parametrize("call", [signal, cancel_request, terminate])
def test_conformance_135_closed_execution(ready: Any, call: Any) -> None:
    """A closed execution, and one that never was, cannot be signaled, canceled or terminated."""
    with refused("UnknownResourceFault", "Unknown execution, workflowId = w"):
        call(ready)
    execution = start(ready)
    terminate(ready)
    with refused("UnknownResourceFault", "Unknown execution, workflowId = w"):
        call(ready)
    message = f"Unknown execution: WorkflowExecution=[workflowId=w, runId={execution['runId']}]"
    with refused("UnknownResourceFault", message):
        call(ready, runId=execution["runId"])


def test_conformance_136_cancel_request(ready: Any) -> None:
    """A cancel request sets the flag and an event and closes nothing, however often it comes."""
    execution = start(ready)
    for _ in range(2):
        cancel_request(ready)
        info = describe(ready, execution)["executionInfo"]
        assert (info["cancelRequested"], info["executionStatus"]) == (True, "OPEN")
    requests = of(events(ready, execution), "WorkflowExecutionCancelRequested")
    assert requests == [{"externalInitiatedEventId": 0}] * 2


def test_conformance_136_flag_after_close(ready: Any) -> None:
    """Once closed the execution no longer says that cancellation was requested."""
    execution = start(ready)
    cancel_request(ready)
    decide(ready, complete())
    assert describe(ready, execution)["executionInfo"]["cancelRequested"] is False


def test_conformance_137_terminate(ready: Any) -> None:
    """Termination closes at once, with reason, details, effective policy and its cause."""
    execution = start(ready)
    terminate(ready, reason="r", details="d", childPolicy="ABANDON")
    history = events(ready, execution)
    assert shape(history) == ["1 WES", "2 DTS", "3 WorkflowExecutionTerminated(OPERATOR_INITIATED)"]
    assert attributes(history[-1]) == {
        "reason": "r",
        "details": "d",
        "childPolicy": "ABANDON",
        "cause": "OPERATOR_INITIATED",
    }
    info = describe(ready, execution)["executionInfo"]
    assert info["closeStatus"] == "TERMINATED"
    assert info["closeTimestamp"] == history[-1]["eventTimestamp"]


def test_conformance_137_bare_termination(ready: Any) -> None:
    """What was not given is absent, but the execution's own policy is shown."""
    execution = start(ready, childPolicy="REQUEST_CANCEL")
    terminate(ready)
    assert attributes(events(ready, execution)[-1]) == {
        "childPolicy": "REQUEST_CANCEL",
        "cause": "OPERATOR_INITIATED",
    }


def test_conformance_137_tokens_die(swf: Any, ready: Any) -> None:
    """Outstanding tokens are dead, and nothing comes after the termination."""
    execution = start(ready)
    decide(ready, schedule(), timer())
    token = poll_activity(ready)["taskToken"]
    signal(ready)
    task = poll_decision(ready)
    terminate(ready)
    message = f"Unknown execution: WorkflowExecution=[workflowId=w, runId={execution['runId']}]"
    with refused("UnknownResourceFault", message):
        respond(ready, task)
    with refused("UnknownResourceFault", message):
        ready.respond_activity_task_completed(taskToken=token)
    swf.advance(3600)
    assert types(events(ready, execution))[-1] == "WorkflowExecutionTerminated"


@pytest.mark.parametrize("polled", [False, True])
def test_conformance_138_execution_timeout(swf: Any, ready: Any, polled: bool) -> None:
    """An execution times out at its time; its open decision task leaves no event."""
    execution = start(ready, executionStartToCloseTimeout="100", childPolicy="ABANDON")
    if polled:
        poll_decision(ready)
    swf.advance(200)
    *before, last = events(ready, execution)
    assert types(before) == [
        "WorkflowExecutionStarted",
        "DecisionTaskScheduled",
        *["DecisionTaskStarted"] * polled,
    ]
    assert last["eventType"] == "WorkflowExecutionTimedOut"
    assert attributes(last) == {"timeoutType": "START_TO_CLOSE", "childPolicy": "ABANDON"}
    assert moment(last) == moment(before[0]) + 100
    info = describe(ready, execution)["executionInfo"]
    assert info["closeStatus"] == "TIMED_OUT"
    assert (info["closeTimestamp"] - info["startTimestamp"]).total_seconds() == 100


def test_conformance_138_decision_and_execution_at_once(swf: Any, ready: Any) -> None:
    """A decision task that times out earlier is rescheduled until the execution times out."""
    execution = start(ready, executionStartToCloseTimeout="100", taskStartToCloseTimeout="60")
    poll_decision(ready)
    swf.advance(200)
    assert shape(events(ready, execution))[3:] == [
        "4 DTTO(START_TO_CLOSE, 2,3)",
        "5 DTS",
        "6 WorkflowExecutionTimedOut(START_TO_CLOSE)",
    ]


def test_conformance_138_open_activity_leaves_no_event(swf: Any, ready: Any) -> None:
    """An activity that is open at the time out is dropped without an event, still counted."""
    execution = start(ready, executionStartToCloseTimeout="100")
    decide(ready, schedule())
    swf.advance(100)
    assert after_first_decision(events(ready, execution))[1:] == [
        "6 WorkflowExecutionTimedOut(START_TO_CLOSE)"
    ]
    assert describe(ready, execution)["openCounts"]["openActivityTasks"] == 1
    listed = ready.count_pending_activity_tasks(domain=DOMAIN, taskList={"name": "activities"})
    assert listed["count"] == 0
