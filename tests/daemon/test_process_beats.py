"""Work in another process says how far it is, and hears when it is no longer wanted."""

import asyncio
import threading
import time
from contextlib import contextmanager
from multiprocessing import Pipe

import pytest

from py_swf import flow
from py_swf.daemon import ActivityWorker, CancelRequested, processes, stop_after
from py_swf.daemon.errors import TaskGone
from py_swf.daemon.process_beats import HeartbeatElsewhere, connect, work_elsewhere
from tests.daemon.scenes import activity, world

pytestmark = pytest.mark.timeout(120)


def work_until_told(task, beat):
    """Be a handler that works until it hears that it need not."""
    beat.details = "begun"
    while True:
        beat.raise_if_canceled()
        time.sleep(0.01)


def shout(task):
    """Be a handler that takes no beat."""
    return task.activity_id.upper()


@flow.activity("act", "1")
async def sleep_long() -> None:
    """Wait for a cancel."""
    flow.heartbeat("begun")
    await asyncio.sleep(3600)


@contextmanager
def when_begun(scene, happens):
    """Have something happen once a beat has said that the work has begun."""

    said, begun = threading.Event(), threading.Event()

    def sent(params, **_):
        if params.get("details") == "begun":
            said.set()

    def arrived(**_):
        if said.is_set() and not begun.is_set():
            begun.set()
            threading.Thread(target=happens).start()

    events = scene.boto.meta.events
    events.register("provide-client-params.swf.RecordActivityTaskHeartbeat", sent)
    events.register("after-call.swf.RecordActivityTaskHeartbeat", arrived)
    yield
    assert begun.is_set()


def worked_on(handler, happens, **timeouts):
    """Have one task worked on in another process, and return how its activity ended."""
    scene = world()
    scene.start()
    scene.decide(activity(input="{}", **timeouts))
    with processes(1) as executor, when_begun(scene, lambda: happens(scene)):
        ActivityWorker(scene.worker, handler, executor=executor, heartbeat_every=0.02).run(
            stop_after(0.1)
        )
    return scene.history().activities["a"]


@pytest.mark.parametrize("handler", [work_until_told, flow.ActivityHandler([sleep_long])])
def test_a_request_to_cancel_is_heard_in_another_process(handler):
    """By a handler that takes a beat, and in the code of an activity of flow."""
    assert worked_on(handler, lambda scene: scene.request_cancel()).status == "CANCELED"


def test_a_task_that_is_gone_is_heard_in_another_process():
    """The details of the work are those of the last beat, and it ends."""
    ended = worked_on(work_until_told, lambda scene: scene.swf.advance(61), heartbeat_timeout=60)

    assert (ended.status, ended.details) == ("TIMED_OUT", "begun")


def test_a_handler_without_a_beat_is_called_as_before():
    """A handler without a beat is called with the task alone."""
    scene = world()
    scene.start()
    scene.decide(activity())
    with processes(1) as executor:
        ActivityWorker(scene.worker, shout, executor=executor).run(stop_after(0.1))

    assert scene.history().activities["a"].result == "A"


@pytest.fixture
def pipe():
    """Return the two ends of a pipe: the worker's, and that of the process that works."""
    ends = Pipe()
    yield ends
    for end in ends:
        end.close()


def test_details_that_are_too_long_are_refused_there(pipe):
    """The error is raised where they are set, and nothing is passed on."""
    held_end, open_end = pipe
    beat = HeartbeatElsewhere(1, None, open_end)

    with pytest.raises(ValueError, match="details"):
        beat.details = "x" * 2049
    beat.details = "page 1"
    assert beat.details == "page 1"
    assert held_end.recv() == (1, "page 1")


def test_details_are_passed_on_before_anybody_listens(pipe):
    """The first task may be worked on before the thread that listens has begun to run."""
    held_end, open_end = pipe
    connect(open_end)

    work_elsewhere(7, lambda task, beat: setattr(beat, "details", "begun"), None)

    assert held_end.poll(10)
    assert held_end.recv() == (7, "begun")


def test_who_asked_is_told_once():
    """A function is called when the work is no longer wanted, or at once if it is not."""
    beat, told = HeartbeatElsewhere(1, None, None), []
    beat.when_unwanted(lambda: told.append("early"))
    assert told == []

    beat._hear(canceled=True)
    beat.when_unwanted(lambda: told.append("late"))
    assert told == ["early", "late"]
    with pytest.raises(CancelRequested):
        beat.raise_if_canceled()

    beat._hear(gone=True)
    assert told == ["early", "late"]
    assert beat.task_gone


def test_to_ask_changes_nothing():
    """The thread that asks to be told does not write over what another thread hears meanwhile."""
    written = []

    class Watched(HeartbeatElsewhere):
        def __setattr__(self, name, value):
            written.append(name)
            super().__setattr__(name, value)

    beat = Watched(1, None, None)
    del written[:]
    beat.when_unwanted(lambda: None)

    assert written == []


def test_a_task_that_is_gone_comes_before_a_request():
    """No answer would be taken, so there is nothing to cancel."""
    scene = world()
    beat = HeartbeatElsewhere(1, scene.activity_task(), None)
    beat._hear(canceled=True)
    beat._hear(gone=True)

    with pytest.raises(TaskGone):
        beat.raise_if_canceled()
