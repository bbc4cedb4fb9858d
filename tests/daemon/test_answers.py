"""Answers that arrive: what is sent again, what counts as given, and what is an error."""

import logging
from threading import Event
from types import SimpleNamespace

import pytest
from botocore.config import Config
from botocore.exceptions import (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
)

from py_swf.daemon import (
    AnswerNotDelivered,
    AnswerNotPermitted,
    AnswerRefused,
    TaskGone,
    cancel,
    fail,
    finish,
    heartbeating,
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


@pytest.fixture
def no_backoff(monkeypatch):
    """Let botocore send again without the pause that it makes in between."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))


def closing(scene):
    return scene.history().activities["a"].closed


@pytest.mark.parametrize("operation", ANSWERS)
def test_an_answer_is_given(operation):
    """Each of a worker's three answers closes its activity task, with its data."""
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
    """The client's own retries come first; the fault shows that they happened."""
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


@pytest.mark.parametrize("kind", ["page-200", "cut"])
@pytest.mark.parametrize("operation", ANSWERS)
def test_what_is_no_answer_of_the_service_is_waited_out(operation, kind):
    """A gateway's page with status 200 confirms nothing: the answer is sent again."""
    answer, event, _ = ANSWERS[operation]
    scene = world(InjectedFault(kind, operation, calls=(1,)))

    answer(scene.worker, scene.activity_task(), "text", calling=Clock().calling())

    assert type(closing(scene)).__name__ == event


NEVER_SENT = [
    EndpointConnectionError(endpoint_url="http://swf.invalid"),
    ConnectTimeoutError(endpoint_url="http://swf.invalid"),
    CredentialRetrievalError(provider="iam-role", error_msg="no answer"),
]


@pytest.mark.parametrize("total_max_attempts", [1, 3])
@pytest.mark.parametrize("error", NEVER_SENT, ids=lambda error: type(error).__name__)
def test_what_was_never_sent_does_not_count_as_given(error, total_max_attempts, no_backoff):
    """If no connection was made, the task is gone, and we did not answer it."""
    scene = world(config=Config(retries={"total_max_attempts": total_max_attempts}))
    task, clock = scene.activity_task(), Clock()
    failing = [error] * total_max_attempts
    scene.boto.meta.events.register_first(
        f"before-send.swf.{COMPLETED}", lambda **_: raise_next(failing)
    )
    calling = clock.calling(sleep=lambda seconds: scene.swf.advance(3601))

    with pytest.raises(TaskGone):
        finish(scene.worker, task, "too late", calling=calling)

    assert failing == []


def raise_next(errors):
    """Raise the errors one by one, and then nothing more."""
    if errors:
        raise errors.pop(0)


def test_a_send_that_may_have_arrived_before_one_that_did_not(no_backoff):
    """boto3 retries by itself and raises only the last error, but the first one counts as well."""
    scene = world(
        InjectedFault("drop-after", COMPLETED, calls=(1,)),
        config=Config(retries={"total_max_attempts": 2, "mode": "standard"}),
    )
    task, clock = scene.activity_task(), Clock()
    failing = [None, NEVER_SENT[0]]

    def second_is_not_sent(**_):
        error = failing.pop(0) if failing else None
        if error:
            raise error

    scene.boto.meta.events.register_first(f"before-send.swf.{COMPLETED}", second_is_not_sent)

    assert finish(scene.worker, task, "once", calling=clock.calling()) is False


def test_throttling_that_boto_waited_out_gave_nothing(no_backoff):
    """Two refusals and then "gone": nothing was taken, however often it was sent."""
    scene = world(
        InjectedFault("throttle", COMPLETED, calls=(1, 2)),
        config=Config(retries={"total_max_attempts": 3, "mode": "standard"}),
    )
    task = scene.activity_task()
    scene.swf.advance(3601)

    with pytest.raises(TaskGone):
        finish(scene.worker, task, "too late")


def test_an_answer_that_may_have_been_taken_ends_the_row_of_beats():
    """The beats of a task end also where its answer counts as given."""
    scene = world(InjectedFault("drop-after", COMPLETED, calls=(1,)))
    task = scene.activity_task()

    with heartbeating(scene.worker, task) as beat:
        finish(scene.worker, task, calling=Clock().calling())

        assert beat._ended.is_set()


def test_the_sends_end_when_the_loop_has_to():
    """After the stop no send is begun beyond ``stop_within``; before it the answer has its time."""
    scene, clock, stop = world(InjectedFault("drop-before", COMPLETED)), Clock(), Event()
    task = scene.activity_task()

    def sleep(seconds):
        clock.sleep(seconds)
        if clock.now > 30:
            stop.set()

    waiting = SimpleNamespace(is_set=stop.is_set, wait=sleep)
    with pytest.raises(AnswerNotDelivered, match="given up after stop_within and 7 sends"):
        finish(
            scene.worker,
            task,
            calling=clock.calling(sleep=sleep),
            stop=waiting,
            stop_within=40,
        )

    assert clock.slept == [1, 2, 4, 8, 16, 30]


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
    """If waiting does not help, the answer is not sent again; the task is still open."""
    scene, clock = world(InjectedFault(kind, COMPLETED)), Clock()
    task = scene.activity_task()

    with pytest.raises(error, match=r"activity_id='a'") as raised:
        finish(scene.worker, task, calling=clock.calling())
    assert type(raised.value) is error

    assert clock.slept == []
    assert closing(scene) is None


def test_the_sends_end_at_the_deadline():
    """After ``give_up_after`` it is not sent again; an error with the ids is raised."""
    scene, clock = world(InjectedFault("drop-before", COMPLETED)), Clock()
    task = scene.activity_task()

    with pytest.raises(AnswerNotDelivered, match="given up after 20 s and 5 sends") as raised:
        finish(scene.worker, task, give_up_after=20, calling=clock.calling())

    assert not isinstance(raised.value, TaskGone | AnswerRefused)
    assert raised.value.ids["activity_id"] == "a"
    assert clock.slept == [1, 2, 4, 8]


def test_an_answer_is_sent_at_least_once():
    """An answer is sent even if no time is left: the service decides what is too late."""
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
    assert record.message.startswith(f"{COMPLETED} for a of w failed (ThrottlingException); send")
