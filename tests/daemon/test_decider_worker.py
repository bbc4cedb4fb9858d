"""A worker for decision tasks: what is answered, what goes wrong visibly, and how it ends."""

import logging
import threading

import pytest
from botocore.exceptions import ClientError

from py_swf.daemon import (
    Answer,
    AnswerNotDelivered,
    AnswerNotPermitted,
    AnswerRefused,
    DeciderWorker,
    retry_by_timer,
)
from py_swf.decisions import CompleteWorkflowExecution, RecordMarker, StartTimer
from py_swf.local import InjectedFault
from tests.daemon.scenes import Clock, activity, world

RESPOND = "RespondDecisionTaskCompleted"
READ = "GetWorkflowExecutionHistory"


def complete(task):
    """Decide to complete the execution."""
    return [CompleteWorkflowExecution("done")]


def broken(task):
    """Decide by raising."""
    raise LookupError("no such order")


def worked(scene, decide, **settings):
    """Have the first task of a new execution decided, and return the history."""
    settings.setdefault("calling", Clock().calling())
    DeciderWorker(scene.decider, decide, **settings).work(scene.decision_task())
    return scene.history()


def test_a_task_is_decided_and_answered():
    """The decisions of the decider are sent."""
    assert worked(world(), complete).closed.result == "done"


def test_a_decider_that_raises_fails_the_execution_visibly():
    """By default the execution is failed, with the traceback."""
    assert worked(world(), broken).closed.reason == "LookupError: no such order"


def test_another_policy_may_be_given():
    """A timer instead: the execution waits for a fixed decider."""
    history = worked(world(), broken, on_error=retry_by_timer())

    assert history.is_open
    assert len(history.open_timers) == 1


def test_decisions_that_the_service_refuses_are_told_to_the_policy():
    """None of them was applied; the execution is failed with the service's message."""
    scene = world(InjectedFault("invalid", RESPOND, calls=(1,)))

    history = worked(scene, complete)

    assert history.close_status == "FAILED"
    assert "ValidationException" in history.closed.details


@pytest.mark.parametrize("kind", ["not-permitted", "page-403"])
def test_an_execution_is_not_failed_for_who_sends_its_decisions(kind):
    """If the caller is refused the worker ends and says what to do; the task is left open."""
    scene = world(InjectedFault(kind, RESPOND, calls=(1,)))

    with pytest.raises(AnswerNotPermitted, match=r"IAM|check the endpoint"):
        worked(scene, complete)

    assert scene.types()[-1] == "DecisionTaskStarted"


@pytest.mark.parametrize("kind", ["page-408", "page-429"])
def test_a_gateway_that_is_busy_is_waited_out(kind):
    """Its page says "not now", and the decisions arrive."""
    scene = world(InjectedFault(kind, RESPOND, calls=(1, 2)))

    assert worked(scene, complete).closed.result == "done"


def test_a_refusal_of_the_policys_decisions_too_is_raised():
    """Then nothing is left but to say so."""
    with pytest.raises(AnswerRefused, match="workflow_id='w'"):
        worked(world(InjectedFault("invalid", RESPOND)), complete)


def test_an_answer_survives_passing_faults():
    """The decisions arrive though the first sends are throttled or dropped."""
    scene = world(
        InjectedFault("throttle", RESPOND, calls=(1,)),
        InjectedFault("drop-after", RESPOND, calls=(1,)),
    )

    assert worked(scene, complete).closed.result == "done"


def test_answers_are_tried_for_as_long_as_the_task_is_open():
    """The start-to-close timeout of the task, 60 s, bounds the sends; then there is an error."""
    scene, clock = world(InjectedFault("drop-before", RESPOND)), Clock()

    with pytest.raises(AnswerNotDelivered, match=r"given up after 60\.0 s"):
        worked(scene, complete, calling=clock.calling())

    assert sum(clock.slept) <= 60


def test_an_answer_that_does_not_arrive_can_be_told_instead():
    """With ``on_undelivered`` the worker goes on, and the program has the error."""
    told = []

    worked(world(InjectedFault("drop-before", RESPOND)), complete, on_undelivered=told.append)

    assert told[0].ids["workflow_id"] == "w"


def test_a_task_that_went_away_is_no_error_of_the_worker(caplog):
    """When the execution closed meanwhile nobody waits for the decisions: a warning, no more."""
    scene = world()

    def decide(task):
        scene.boto.terminate_workflow_execution(domain="d", workflowId="w")
        return []

    with caplog.at_level(logging.WARNING, "py_swf.daemon"):
        worked(scene, decide)

    assert [record.workflow_id for record in caplog.records] == ["w"]


def test_a_history_that_cannot_be_read_is_no_error_of_the_worker(caplog):
    """The task is left to time out, loudly, and comes again; the execution is not failed."""
    scene = world(InjectedFault("throttle", READ))

    def decide(task):
        return list(scene.decider.walk_execution_history("w", task.workflow_run_id))

    with caplog.at_level(logging.ERROR, "py_swf.daemon"):
        history = worked(scene, decide)

    assert history.is_open
    assert "left to time out" in caplog.records[-1].message


def test_not_even_where_the_time_out_of_the_task_is_on_a_page_that_cannot_be_read(caplog):
    """A first page may be as short as the service likes."""
    scene = world(
        InjectedFault("throttle", READ),
        InjectedFault("throttle", "PollForDecisionTask", calls=(2,)),
    )
    scene.start()
    task = scene.decider.poll(maximum_page_size=1)

    with caplog.at_level(logging.ERROR, "py_swf.daemon"):
        DeciderWorker(scene.decider, lambda task: []).work(task)

    assert "left to time out" in caplog.records[-1].message


def test_a_policy_that_raises_ends_the_worker():
    """What the program's own policy raises is not hidden."""
    with pytest.raises(LookupError):
        worked(world(), broken, on_error=lambda task, error: broken(task))


def test_an_answer_is_sent_whole():
    """A decider may return an Answer, which is split like decisions are."""
    answer = Answer([activity(f"a{item}") for item in range(5)], execution_context="half done")

    history = worked(world(), lambda task: answer, split_after=3)

    assert list(history.activities) == ["a0", "a1"]
    assert history.execution_context == "half done"


def test_poll_options_are_passed_on():
    """The tasks come as ``poll`` was asked for them."""
    scene, stop, seen = world(), threading.Event(), []
    scene.start()
    scene.decide(RecordMarker("m"), StartTimer("t", 0))
    scene.swf.advance(0)

    def decide(task):
        stop.set()
        seen.extend(event.event_id for event in task.events)
        return []

    options = {"newest_first": False, "start_at_previous_started_event": True}
    DeciderWorker(scene.decider, decide, **options).run(stop)

    assert seen == [3, 4, 5, 6, 7, 8, 9]


def test_decisions_can_be_split():
    """With ``split_after`` no answer holds more, and a timer wakes for the rest."""
    decisions = [activity(f"a{item}") for item in range(5)]

    history = worked(world(), lambda task: decisions, split_after=3)

    assert list(history.activities) == ["a0", "a1"]
    assert list(history.timers) == ["py_swf.wake-up.3"]


def test_more_than_a_hundred_decisions_are_sent_whole_by_default():
    """Cutting needs a decider that decides from the history, so it is not done unasked."""
    decisions = [activity(f"a{item}") for item in range(120)]

    assert len(worked(world(), lambda task: decisions).activities) == 120


def test_deciders_and_calls_are_told():
    """The hook hears of the decider, and of the answer."""
    told = []

    worked(world(), complete, calling=Clock().calling(on_call=lambda *what: told.append(what)))

    assert told == [("decide", 0.0, "ok"), (RESPOND, 0.0, "ok")]


def test_several_tasks_are_decided_together_and_a_stop_drains_them():
    """Two executions at the same time; after the stop both are answered, and ``run`` returns."""
    scene = world(poll_seconds=30)
    scene.start("one")
    scene.start("two")
    stop, together = threading.Event(), threading.Barrier(2, timeout=10)

    def decide(task):
        together.wait()
        stop.set()
        yield CompleteWorkflowExecution(task.workflow_id)

    DeciderWorker(scene.decider, decide, max_workers=2, identity="me").run(stop)

    assert [scene.history(name).closed.result for name in ("one", "two")] == ["one", "two"]
    assert scene.swf.history("one")[2]["decisionTaskStartedEventAttributes"]["identity"] == "me"


def test_a_history_that_may_not_be_read_ends_the_worker(caplog):
    """Without permission no execution is failed; the operator is told, and the task left open."""
    scene = world(InjectedFault("not-permitted", READ))

    def decide(task):
        return list(scene.decider.walk_execution_history("w", task.workflow_run_id))

    with pytest.raises(ClientError, match="OperationNotPermittedFault"):
        worked(scene, decide)

    assert scene.types()[-1] == "DecisionTaskStarted"
    (line,) = [each for each in caplog.records if "allow the action in IAM" in each.message]
    assert line.workflow_id == "w"


@pytest.mark.parametrize(
    ("settings", "error", "shown"),
    [
        ({"split_after": 1}, ValueError, "split_after is 1; it must be 2 or more: a decision and"),
        ({"max_workers": 0}, ValueError, "max_workers is 0; it must be 1 or more"),
        ({"decide": lambda: []}, TypeError, r"decide is called as decide\(task\)"),
        ({"on_error": complete}, TypeError, r"on_error is called as on_error\(task, error\)"),
        ({"newest": True}, TypeError, r"poll is called as poll\(identity=None, newest=True\)"),
    ],
)
def test_a_mistake_is_named_when_the_worker_is_made(settings, error, shown):
    """And not after a task was taken."""
    with pytest.raises(error, match=shown):
        DeciderWorker(world().decider, **{"decide": complete, **settings})


def test_what_polling_cannot_wait_out_is_raised():
    """A worker without permission to poll says so."""
    scene = world(InjectedFault("not-permitted", "PollForDecisionTask"))

    with pytest.raises(ClientError, match="OperationNotPermittedFault"):
        DeciderWorker(scene.decider, complete).run()
