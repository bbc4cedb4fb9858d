"""Answers that arrive: what is sent again, what counts as given, and what is an error."""

import logging

import pytest
from botocore.config import Config

from py_swf.daemon import (
    AnswerNotDelivered,
    AnswerNotPermitted,
    AnswerRefused,
    TaskGone,
    cancel,
    fail,
    finish,
    respond,
)
from py_swf.decisions import CompleteWorkflowExecution
from py_swf.local import InjectedFault
from tests.daemon.scenes import Clock, activity, world

COMPLETED = "RespondActivityTaskCompleted"
PASSING = ["throttle", "internal-failure", "unavailable", "drop-before", "page-408", "page-429"]
ANSWERS = {
    COMPLETED: (finish, "ActivityTaskCompleted", "result"),
    "RespondActivityTaskFailed": (fail, "ActivityTaskFailed", "reason"),
    "RespondActivityTaskCanceled": (cancel, "ActivityTaskCanceled", "details"),
}


def closing(scene):
    return scene.history().activities["a"].closed


@pytest.mark.parametrize("operation", ANSWERS)
def test_an_answer_is_given(operation):
    """Each of the three answers of a worker closes its activity task with what it carries."""
    answer, event, member = ANSWERS[operation]
    scene = world()

    assert answer(scene.worker, scene.activity_task(), "text") is True
    assert type(closing(scene)).__name__ == event
    assert getattr(closing(scene), member) == "text"


def test_an_exception_is_a_reason():
    """A failure made from an exception has its message as reason and its traceback as details."""
    scene = world()

    fail(scene.worker, scene.activity_task(), LookupError("no such order"))

    assert closing(scene).reason == "LookupError: no such order"


def test_a_decision_task_is_answered():
    """``respond`` takes what the client's takes, for a task instead of a token."""
    scene = world()

    respond(scene.decider, scene.decision_task(), (activity() for _ in range(1)), "a context")

    assert scene.types()[-1] == "ActivityTaskScheduled"
    assert scene.history().execution_context == "a context"


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("operation", ANSWERS)
def test_a_passing_fault_is_waited_out(operation, kind):
    """Throttling, server errors and lost connections cost a pause, and the answer arrives."""
    answer, event, _ = ANSWERS[operation]
    scene, clock = world(InjectedFault(kind, operation, calls=(1, 2))), Clock()

    assert answer(scene.worker, scene.activity_task(), "text", calling=clock.calling()) is True
    assert type(closing(scene)).__name__ == event
    assert clock.slept == [1, 2]


def test_an_answer_that_had_arrived_counts_as_given():
    """The first send took effect and its confirmation was lost: the second hears "gone"."""
    scene, clock = world(InjectedFault("drop-after", COMPLETED, calls=(1,))), Clock()

    assert finish(scene.worker, scene.activity_task(), "once", calling=clock.calling()) is False
    assert scene.types().count("ActivityTaskCompleted") == 1


def test_an_answer_that_boto_sent_again_counts_as_given():
    """The client's own retries come first; that they happened is seen in the fault."""
    twice = Config(retries={"total_max_attempts": 2, "mode": "standard"})
    scene = world(InjectedFault("drop-after", COMPLETED, calls=(1,)), config=twice)

    assert finish(scene.worker, scene.activity_task(), "once") is False
    assert closing(scene).result == "once"


def test_a_closing_decision_that_had_arrived_counts_as_given():
    """Then the execution itself is closed, and the service knows no open one."""
    fault = InjectedFault("drop-after", "RespondDecisionTaskCompleted", calls=(1,))
    scene, clock = world(fault), Clock()
    task = scene.decision_task()

    taken = respond(scene.decider, task, [CompleteWorkflowExecution()], calling=clock.calling())

    assert taken is False
    assert scene.types()[-1] == "WorkflowExecutionCompleted"


def test_an_answer_that_comes_too_late_is_an_error_with_the_ids():
    """A task that is no longer open at the first send is gone, and the error names it."""
    scene = world()
    task = scene.activity_task()
    scene.swf.advance(3601)

    with pytest.raises(TaskGone, match=r"workflow_id='w'.*activity_id='a'.*Unknown activity"):
        finish(scene.worker, task, "too late")


def test_a_throttled_send_cannot_have_arrived():
    """A task that went while the answer was throttled is gone, and does not count as answered."""
    scene, clock = world(InjectedFault("throttle", COMPLETED, calls=(1,))), Clock()
    task = scene.activity_task()
    calling = clock.calling(sleep=lambda seconds: scene.swf.advance(3601))

    with pytest.raises(TaskGone):
        finish(scene.worker, task, "too late", calling=calling)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("invalid", AnswerRefused),
        ("not-permitted", AnswerNotPermitted),
        ("page-403", AnswerNotPermitted),
    ],
)
def test_a_refusal_is_raised_at_once(kind, error):
    """What waiting does not change is not sent again; the task is still open."""
    scene, clock = world(InjectedFault(kind, COMPLETED)), Clock()
    task = scene.activity_task()

    with pytest.raises(error, match=r"activity_id='a'") as raised:
        finish(scene.worker, task, calling=clock.calling())
    assert type(raised.value) is error

    assert clock.slept == []
    assert closing(scene) is None


def test_the_sends_end_at_the_deadline():
    """No further send is begun after ``give_up_after``; then there is an error with the ids."""
    scene, clock = world(InjectedFault("drop-before", COMPLETED)), Clock()
    task = scene.activity_task()

    with pytest.raises(AnswerNotDelivered, match="given up after 20 s and 5 sends") as raised:
        finish(scene.worker, task, give_up_after=20, calling=clock.calling())

    assert not isinstance(raised.value, TaskGone | AnswerRefused)
    assert raised.value.ids["activity_id"] == "a"
    assert clock.slept == [1, 2, 4, 8]


def test_an_answer_is_sent_at_least_once():
    """Also where no time is left: the service decides what comes too late."""
    scene = world()

    assert finish(scene.worker, scene.activity_task(), give_up_after=0)


def test_what_the_service_would_refuse_is_refused_before_it_is_sent():
    """A result that is too long is a ValueError, and the task can still be answered."""
    scene = world()
    task = scene.activity_task()

    with pytest.raises(ValueError, match="result has 32769 characters"):
        finish(scene.worker, task, "x" * 32769)

    assert finish(scene.worker, task, "shorter")


def test_sends_are_told_and_their_faults_logged_with_the_ids(caplog):
    """The hook hears of each send; the log line has the ids of the task as attributes."""
    told, clock = [], Clock()
    scene = world(InjectedFault("throttle", COMPLETED, calls=(1,)))
    calling = clock.calling(on_call=lambda *what: told.append(what))

    with caplog.at_level(logging.WARNING, "py_swf.daemon"):
        finish(scene.worker, scene.activity_task(), calling=calling)

    assert told == [(COMPLETED, 0, "ThrottlingException"), (COMPLETED, 0, "ok")]
    (record,) = caplog.records
    assert (record.workflow_id, record.activity_id, record.activity_type) == ("w", "a", "act")
