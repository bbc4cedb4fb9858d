"""A worker for activity tasks: what is answered, how many run, and how it ends."""

import logging
import math
import sys
import threading
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from multiprocessing import get_context

import pytest
from botocore.exceptions import ClientError

from py_swf.daemon import (
    ActivityWorker,
    AnswerNotDelivered,
    AnswerNotPermitted,
    AnswerRefused,
    CancelRequested,
    TaskGone,
)
from py_swf.local import InjectedFault
from tests.daemon.scenes import Clock, activity, world

COMPLETED = "RespondActivityTaskCompleted"


def shout(task):
    """Do the work of a handler in another process."""
    return task.input.upper()


def ended(scene, handler, **settings):
    """Have one task worked on, and return how its activity ended."""
    task = scene.activity_task(input="words")
    settings.setdefault("calling", Clock().calling())
    ActivityWorker(scene.worker, handler, **settings).work(task)
    return scene.history().activities["a"]


def raising(error):
    """Return a handler that raises."""

    def handler(task, beat):
        raise error

    return handler


class BrokenPool(Executor):
    """An executor whose processes have died."""

    def submit(self, fn, /, *args, **kwargs):
        """Return a future that says so."""
        future = Future()
        future.set_exception(BrokenProcessPool("a process died"))
        return future


def test_what_the_handler_returns_is_the_result():
    """The task is completed with the text that the handler made of it."""
    done = ended(world(), lambda task, beat: task.input.upper())

    assert (done.status, done.result) == ("COMPLETED", "WORDS")


def test_what_the_handler_raises_fails_the_task(caplog):
    """The exception's reason and traceback are in the history, and in the log with the ids."""
    with caplog.at_level(logging.WARNING, "py_swf.daemon"):
        done = ended(world(), raising(LookupError("no such order")))

    assert (done.status, done.reason) == ("FAILED", "LookupError: no such order")
    assert "in handler" in done.details
    assert caplog.records[0].activity_id == "a"
    assert caplog.messages[0] == "a of w failed: LookupError('no such order')"


def test_a_handler_that_gives_in_to_a_cancel_request_cancels_the_task():
    """CancelRequested, with the handler's details, is answered as canceled."""
    done = ended(world(), raising(CancelRequested("half done")))

    assert (done.status, done.details) == ("CANCELED", "half done")


def test_the_request_reaches_the_handler_by_its_beat():
    """The handler asks its beat now and then, and stops when the decider asked for it."""
    scene = world()

    def handler(task, beat):
        scene.request_cancel()
        while True:
            beat.raise_if_canceled()

    assert ended(scene, handler, heartbeat_every=0.01).status == "CANCELED"


def test_a_handler_that_ends_in_spite_of_a_request_has_completed_its_task():
    """The service takes a result after a cancel request, and so does the decider."""
    scene = world()

    def handler(task, beat):
        scene.request_cancel()
        return "done anyway"

    assert ended(scene, handler).result == "done anyway"


def test_an_error_after_a_cancel_request_is_an_error():
    """A handler that breaks for another reason has failed, even after a cancel request."""
    scene = world()

    def handler(task, beat):
        scene.request_cancel()
        raise OSError("disk full")

    assert ended(scene, handler).reason == "OSError: disk full"


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (lambda task, beat: "x" * 32769, "ValueError: RespondActivityTaskCompleted.result has"),
        (lambda task, beat: 7, "TypeError: RespondActivityTaskCompleted.result must be a string"),
        (raising(CancelRequested("x" * 32769)), "ValueError: RespondActivityTaskCanceled.details"),
    ],
)
def test_an_answer_that_would_be_refused_fails_the_task(handler, reason):
    """A result that is too long, or not a text, is visible as the handler's failure."""
    assert ended(world(), handler).reason.startswith(reason)


def test_an_answer_that_the_service_refuses_fails_the_task():
    """If the service refuses the result, the reason of the failure says why."""
    done = ended(world(InjectedFault("invalid", COMPLETED)), lambda task, beat: "done")

    assert done.reason.startswith("AnswerRefused: RespondActivityTaskCompleted did not arrive")


@pytest.mark.parametrize("kind", ["not-permitted", "page-403", "page-404"])
def test_finished_work_is_not_failed_for_who_sends_it(kind):
    """If the caller is refused the worker ends and says what to do; the task stays open."""
    scene = world(InjectedFault(kind, COMPLETED))

    with pytest.raises(AnswerNotPermitted, match=r"IAM|check the endpoint"):
        ended(scene, lambda task, beat: "done")

    assert scene.history().activities["a"].is_open


def test_nor_is_a_task_that_is_canceled():
    """The same goes for a handler that followed a cancel request."""
    scene = world(InjectedFault("not-permitted", "RespondActivityTaskCanceled"))

    with pytest.raises(AnswerNotPermitted):
        ended(scene, raising(CancelRequested()))

    assert scene.history().activities["a"].is_open


@pytest.mark.parametrize("kind", ["page-408", "page-429"])
def test_an_answer_survives_a_gateway_that_is_busy(kind):
    """Its page says "not now", and the result arrives."""
    scene = world(InjectedFault(kind, COMPLETED, calls=(1,)))

    assert ended(scene, lambda task, beat: "done").result == "done"


def test_an_answer_survives_passing_faults():
    """The result arrives though its first sends are throttled."""
    scene = world(InjectedFault("throttle", COMPLETED, calls=(1, 2)))

    assert ended(scene, lambda task, beat: "done").result == "done"


def test_a_task_that_went_away_is_no_error_of_the_worker(caplog):
    """If the execution closed meanwhile, nobody waits for the answer: only a warning is logged."""
    scene = world()

    def handler(task, beat):
        scene.boto.terminate_workflow_execution(domain="d", workflowId="w")
        return "too late"

    with caplog.at_level(logging.WARNING, "py_swf.daemon"):
        ended(scene, handler)

    (record,) = caplog.records
    assert "no longer open" in record.message or "Unknown execution" in record.message
    assert record.workflow_id == "w"


def test_a_handler_may_stop_when_its_task_is_gone():
    """``raise_if_canceled`` ends the work, and no answer is sent."""
    scene, told = world(), []

    def handler(task, beat):
        scene.boto.terminate_workflow_execution(domain="d", workflowId="w")
        while True:
            beat.raise_if_canceled()

    ended(scene, handler, heartbeat_every=0.01, on_undelivered=told.append)

    assert [type(error) for error in told] == [TaskGone]
    assert told[0].operation == "RecordActivityTaskHeartbeat"


def test_an_answer_that_does_not_arrive_is_an_error():
    """It is raised, with the ids of the task, and not only logged."""
    scene = world(InjectedFault("drop-before", COMPLETED))

    with pytest.raises(AnswerNotDelivered, match="activity_id='a'"):
        ended(scene, lambda task, beat: "done")


def test_an_answer_that_does_not_arrive_can_be_told_instead():
    """With ``on_undelivered`` the worker goes on, and the program has the error."""
    scene, told = world(InjectedFault("drop-before", COMPLETED)), []

    ended(scene, lambda task, beat: "done", on_undelivered=told.append)

    assert told[0].ids["activity_id"] == "a"


@pytest.mark.parametrize("timeout", [60, timedelta(minutes=1)])
def test_answers_are_tried_for_as_long_as_the_task_is_open(timeout):
    """The start-to-close timeout bounds the sends, the time of the handler counted in."""
    scene, clock = world(InjectedFault("drop-before", COMPLETED)), Clock()

    def handler(task, beat):
        clock.now += 50

    with pytest.raises(AnswerNotDelivered, match=r"given up after 10\.0 s"):
        ended(scene, handler, start_to_close_timeout=timeout, calling=clock.calling())

    assert sum(clock.slept) <= 10


@pytest.mark.parametrize("timeout", [None, "NONE", math.inf])
def test_without_a_time_out_answers_are_tried_for_300_seconds(timeout):
    """A task without a limit of its own does not keep an answer forever."""
    scene, clock = world(InjectedFault("drop-before", COMPLETED)), Clock()

    with pytest.raises(AnswerNotDelivered, match=r"given up after 300\.0 s"):
        ended(scene, lambda t, b: None, start_to_close_timeout=timeout, calling=clock.calling())


def test_timeouts_may_differ_from_task_to_task():
    """A function says how often a task beats, and how long its answer is tried."""
    scene, clock = world(InjectedFault("drop-before", COMPLETED)), Clock()
    every = []

    with pytest.raises(AnswerNotDelivered, match=r"given up after 20\.0 s"):
        ended(
            scene,
            lambda task, beat: every.append(beat.every),
            heartbeat_timeout=lambda task: 90 if task.type == "act" else None,
            start_to_close_timeout=lambda task: 20 if task.activity_id == "a" else None,
            calling=clock.calling(),
        )

    assert every == [30.0]


def test_what_is_no_exception_fails_the_task_and_ends_the_worker():
    """A handler that exits does not leave its task to time out, and the worker ends."""
    scene = world()

    with pytest.raises(SystemExit):
        ended(scene, lambda task, beat: sys.exit("enough"))

    assert scene.history().activities["a"].reason == "SystemExit: enough"


@pytest.mark.timeout(30)
def test_an_error_ends_a_worker_that_is_handed_no_other_task():
    """It does not wait for a next task, which may never come."""
    scene = world()
    scene.start()
    scene.decide(activity())

    with pytest.raises(SystemExit):
        ActivityWorker(scene.worker, lambda task, beat: sys.exit("enough")).run()


def test_a_broken_executor_fails_the_task_and_ends_the_worker():
    """A broken executor ends the worker, which would otherwise fail every task it polls."""
    scene = world()

    with pytest.raises(BrokenProcessPool):
        ended(scene, shout, executor=BrokenPool())

    assert scene.history().activities["a"].reason == "BrokenProcessPool: a process died"


def test_an_executor_that_is_shut_down_fails_the_task_and_ends_the_worker():
    """An executor that was shut down ends the worker, as every later task would fail, too."""
    scene = world()
    task = scene.activity_task()
    pool = ThreadPoolExecutor(1)
    pool.shutdown()

    with pytest.raises(BrokenExecutor, match="after shutdown"):
        ActivityWorker(scene.worker, shout, executor=pool).work(task)

    assert scene.history().activities["a"].status == "FAILED"


def test_a_task_for_whose_beats_there_is_no_thread_is_failed(monkeypatch):
    """If the system has no thread left, the task is not left to its timeouts."""
    scene = world()
    task = scene.activity_task()

    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        ActivityWorker(scene.worker, raising(AssertionError)).work(task)

    assert scene.history().activities["a"].reason == "RuntimeError: can't start new thread"


def test_a_handler_may_run_in_another_process():
    """With an executor the handler is called there, with the task alone."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        assert ended(world(), shout, executor=processes).result == "WORDS"


def test_handlers_and_calls_are_told():
    """The hook hears of the handler, and of the answer."""
    told = []
    calling = Clock().calling(on_call=lambda *what: told.append(what))

    ended(world(), lambda task, beat: None, calling=calling)

    assert told == [("handler", 0.0, "ok"), (COMPLETED, 0.0, "ok")]


def test_as_many_tasks_run_as_there_are_workers_and_a_stop_drains_them():
    """Three run at the same time; after the stop they end, are answered, and ``run`` returns."""
    scene = world(poll_seconds=30)
    scene.start()
    scene.decide(*[activity(f"a{item}") for item in range(3)])
    stop, together = threading.Event(), threading.Barrier(3, timeout=10)

    def handler(task, beat):
        together.wait()
        stop.set()
        return task.activity_id

    ActivityWorker(scene.worker, handler, max_workers=3).run(stop)

    activities = scene.history().activities
    assert [a.result for a in activities.values()] == ["a0", "a1", "a2"]
    assert {a.started.identity for a in activities.values()} != {None}


def test_the_worker_polls_only_when_a_slot_is_free():
    """While its one slot is taken it asks for no further task."""
    scene = world()
    scene.start()
    scene.decide(activity("a0"), activity("a1"))
    stop, waiting = threading.Event(), []

    def handler(task, beat):
        waiting.append(scene.worker.count_pending_activity_tasks().count)
        if task.activity_id == "a1":
            stop.set()

    ActivityWorker(scene.worker, handler).run(stop)

    assert waiting == [1, 0]


def test_what_polling_cannot_wait_out_is_raised():
    """A worker without permission to poll says so."""
    scene = world(InjectedFault("not-permitted", "PollForActivityTask"))

    with pytest.raises(ClientError, match="OperationNotPermittedFault"):
        ActivityWorker(scene.worker, raising(AssertionError)).run()


@pytest.mark.parametrize(
    ("settings", "error", "shown"),
    [
        ({"max_workers": 0}, ValueError, "max_workers is 0; it must be 1 or more"),
        ({"max_workers": "4"}, ValueError, "max_workers is '4'; it must be 1 or more"),
        ({"max_workers": True}, ValueError, "max_workers is True"),
        ({"heartbeat_timeout": "sixty"}, ValueError, "heartbeat_timeout is 'sixty'"),
        ({"start_to_close_timeout": "an hour"}, ValueError, "start_to_close_timeout is 'an hour'"),
        ({"start_to_close_timeout": -1}, ValueError, "start_to_close_timeout is -1"),
        ({"identity": "x" * 257}, ValueError, "identity has 257 characters"),
        ({"handler": shout}, TypeError, r"handler is called as handler\(task, beat\), but shout"),
        ({"handler": "shout"}, TypeError, "handler is 'shout'; it must be a function"),
        ({"executor": BrokenPool()}, TypeError, r"handler is called as handler\(task\), but "),
        ({"on_undelivered": lambda: None}, TypeError, "on_undelivered is called as"),
    ],
)
def test_a_mistake_is_named_when_the_worker_is_made(settings, error, shown):
    """And not after a task was taken."""
    with pytest.raises(error, match=shown):
        ActivityWorker(world().worker, **{"handler": lambda task, beat: None, **settings})


def test_a_stop_that_is_none_is_refused():
    """A stop must have ``is_set`` and ``wait``."""
    with pytest.raises(TypeError, match=r"stop is 60; it must have is_set\(\) and wait\(\)"):
        ActivityWorker(world().worker, raising(AssertionError)).run(60)


def test_a_pool_of_threads_is_an_executor_too():
    """Any executor will do."""
    with ThreadPoolExecutor(1) as threads:
        assert ended(world(), shout, executor=threads).status == "COMPLETED"


def test_the_refusal_of_every_answer_is_raised():
    """If even a failure is refused, the worker ends, and names the task."""
    scene = world(InjectedFault("invalid", "RespondActivityTaskFailed"))

    with pytest.raises(AnswerRefused, match="activity_id='a'"):
        ended(scene, raising(LookupError()))
