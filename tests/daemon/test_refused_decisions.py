"""Decisions that were refused for now: a wait that grows, and no hot loop."""

import pytest

from py_swf._refusal_causes import PASSING_CAUSES
from py_swf.daemon import is_passing, is_wake_up, wait_out_refusals
from py_swf.decisions import CompleteWorkflowExecution, RecordMarker, StartTimer
from py_swf.local import InjectedFault
from tests.daemon.scenes import activity, world
from tests.model import shape

RATE = "ACTIVITY_CREATION_RATE_EXCEEDED"
#: decision types whose causes are in the model
FAILED = [
    "CancelTimer",
    "ContinueAsNewWorkflowExecution",
    "RequestCancelExternalWorkflowExecution",
    "ScheduleActivityTask",
    "ScheduleLambdaFunction",
    "SignalExternalWorkflowExecution",
    "StartChildWorkflowExecution",
    "StartLambdaFunction",
    "StartTimer",
]


def decide(history, **options):
    """Schedule two activities, and complete when both are done."""
    pause = wait_out_refusals(history, **options)
    if pause is not None:
        return pause
    missing = [name for name in "ab" if name not in history.activities]
    if missing:
        return [activity(name) for name in missing]
    return [] if history.open_activities else [CompleteWorkflowExecution()]


def decided(scene, times, **options):
    """Decide so many tasks, one after the other, and return the last decisions."""
    decisions = []
    for _ in range(times):
        task = scene.decider.poll()
        decisions = decide(task.history, **options)
        scene.decider.respond(task.task_token, decisions)
    return decisions


def waits(scene):
    """The timers that were started, in seconds."""
    return [timer.opened.start_to_fire_timeout for timer in scene.history().timers.values()]


def test_the_causes_are_those_of_the_service():
    """Each cause is one that the model knows, and all of its rates are among them."""
    known = {
        cause
        for name in FAILED
        for cause in shape(f"{name}FailedEventAttributes").members["cause"].enum
    }

    assert known >= PASSING_CAUSES
    assert {cause for cause in known if cause.endswith("_RATE_EXCEEDED")} <= PASSING_CAUSES


def test_without_a_refusal_there_is_nothing_to_wait_for():
    """A history without refusals is decided at once."""
    assert wait_out_refusals(world().decision_task().history) is None


def test_a_refusal_is_waited_out():
    """After a refusal there is a timer, while it runs nothing, and then the decision again."""
    scene = world(InjectedFault(RATE, "ScheduleActivityTask", calls=(1,)))
    scene.start()

    decided(scene, 2)
    assert waits(scene) == [1]
    scene.boto.signal_workflow_execution(domain="d", workflowId="w", signalName="news")
    assert decided(scene, 1) == []
    scene.swf.advance(1)
    decided(scene, 1)

    assert list(scene.history().activities) == ["b", "a"]
    assert all(is_wake_up(timer) for timer in scene.history().timers.values())


def test_the_waits_double_up_to_the_longest():
    """As long as each attempt is refused, the next wait is twice as long."""
    scene = world(InjectedFault(RATE, "ScheduleActivityTask"))
    scene.start()

    for _ in range(5):
        decided(scene, 2, first=2, longest=10)
        scene.swf.advance(10)

    assert waits(scene) == [2, 4, 8, 10, 10]
    assert scene.history().is_open


def test_an_attempt_that_was_taken_ends_the_row():
    """After a success the waits begin again."""
    scene = world(InjectedFault(RATE, "ScheduleActivityTask", calls=(1, 2, 3, 4, 7)))
    scene.start()

    for _ in range(2):
        decided(scene, 2)
        scene.swf.advance(5)
    decided(scene, 1)
    scene.worker.finish(scene.worker.poll().task_token, None)
    task = scene.decider.poll()
    scene.decider.respond(task.task_token, [RecordMarker("note"), activity("c")])
    decided(scene, 1)

    assert waits(scene) == [1, 2, 1]


def test_it_may_be_given_up():
    """After so many refused attempts in a row the execution is failed, with the cause."""
    scene = world(InjectedFault(RATE, "ScheduleActivityTask"))
    scene.start()

    for _ in range(3):
        decided(scene, 2, attempts=3)
        scene.swf.advance(60)

    assert scene.history().closed.reason == f"refused 3 times in a row: {RATE}"


def test_a_refused_timer_is_a_refusal_too():
    """If the service refuses the timers, others are requested, up to the number of attempts."""
    scene = world(
        InjectedFault(RATE, "ScheduleActivityTask"),
        InjectedFault("TIMER_CREATION_RATE_EXCEEDED", "StartTimer"),
    )
    scene.start()

    decided(scene, 5, attempts=4)

    assert scene.history().close_status == "FAILED"


def test_a_refusal_for_good_is_not_waited_out():
    """A missing type is no passing refusal: the decider has to decide something else."""
    scene = world()
    scene.start()
    scene.decide(StartTimer("t", 60), StartTimer("t", 60))
    history = scene.decider.poll().history

    assert not is_passing(history.failed_decisions[0])
    assert wait_out_refusals(history) is None


@pytest.mark.parametrize("seconds", [2, 200])
def test_it_makes_few_events(seconds):
    """Refused decisions do not fill the history: few events in 2 s, hardly more in 200 s."""
    scene = world(InjectedFault(RATE, "ScheduleActivityTask"))
    scene.start()
    for _ in range(seconds):
        while scene.decider.count_pending_decision_tasks().count:
            decided(scene, 1)
        scene.swf.advance(1)

    assert len(scene.history().events) < 25 * seconds**0.5
