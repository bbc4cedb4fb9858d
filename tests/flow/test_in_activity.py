"""What the code of an activity may ask while a worker runs it."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest

from py_swf import flow
from py_swf.daemon import ActivityWorker, stop_after
from py_swf.daemon.errors import CancelRequested, TaskGone
from tests.daemon.scenes import activity, world

pytestmark = pytest.mark.timeout(60)

#: what heard the code of an activity, oldest first
heard: list[object] = []


@pytest.fixture(autouse=True)
def _nothing_heard():
    heard.clear()


def act(fn):
    """Make a function the activity that the tests schedule."""
    return flow.activity("act", "1")(fn)


def worked_on(scene, fn, **options):
    """Work on one task of the activity, with heartbeats that follow each other at once."""
    handler = flow.ActivityHandler([act(fn)])
    worker = ActivityWorker(scene.worker, handler, heartbeat_every=0.01, **options)
    worker.run(stop_after(0.1))
    return scene.history().activities["a"]


def waiting(scene):
    """Return a function that asks for the cancel of the task, and then works until it hears."""

    def work() -> None:
        scene.request_cancel()
        try:
            while True:
                flow.heartbeat()
                threading.Event().wait(0.01)
        except CancelRequested:
            heard.append("cleaned up")
            raise

    return work


def scheduled(**timeouts):
    """Make a service with an activity task that nobody has started."""
    scene = world()
    scene.start()
    scene.decide(activity(input="{}", **timeouts))
    return scene


def test_an_activity_knows_its_task():
    """The code sees the ids, the type and the input of the task that it works on."""

    def work() -> str:
        task = flow.activity_info()
        return f"{task.workflow_id} {task.activity_id} {task.type} {task.version} {task.input}"

    assert worked_on(scheduled(), work).result == '"w a act 1 {}"'


def test_an_async_activity_knows_its_task():
    """So does an async function, and the threads of asyncio.to_thread."""

    async def work() -> list[str]:
        there = await asyncio.to_thread(flow.activity_info)
        return [flow.activity_info().activity_id, there.activity_id]

    assert worked_on(scheduled(), work).result == '["a","a"]'


def test_the_next_beat_carries_the_details():
    """The workflow finds the last details when the task times out."""
    scene = scheduled(heartbeat_timeout=60)

    def work() -> None:
        flow.heartbeat("page 1")
        flow.heartbeat("page 2")
        flow.heartbeat()
        beats = scene.boto.meta.events
        arrived = threading.Event()
        beats.register("after-call.swf.RecordActivityTaskHeartbeat", lambda **_: arrived.set())
        assert arrived.wait(30)
        scene.swf.advance(61)
        with contextlib.suppress(TaskGone):
            while True:
                flow.heartbeat()
                threading.Event().wait(0.01)

    attempt = worked_on(scene, work)

    assert (attempt.status, attempt.details) == ("TIMED_OUT", "page 2")


def test_a_request_to_cancel_is_raised_where_the_code_can_clean_up():
    """The heartbeat raises it in a function; the task is answered as canceled."""
    scene = scheduled()

    assert worked_on(scene, waiting(scene)).status == "CANCELED"
    assert heard == ["cleaned up"]


def test_a_request_to_cancel_is_raised_in_an_await():
    """An async function is canceled where it waits; the task is answered as canceled."""
    scene = scheduled()

    async def work() -> None:
        scene.request_cancel()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            heard.append("cleaned up")
            raise

    assert worked_on(scene, work).status == "CANCELED"
    assert heard == ["cleaned up"]


def test_an_async_activity_may_end_in_spite_of_a_request():
    """What it returns after that is its result."""
    scene = scheduled()

    async def work() -> str:
        scene.request_cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
        return "all the same"

    assert worked_on(scene, work).result == '"all the same"'


def test_an_async_activity_is_canceled_when_its_task_is_gone():
    """Nobody waits for its result, so it does not go on for an hour."""
    scene = scheduled()

    async def work() -> None:
        scene.boto.terminate_workflow_execution(domain="d", workflowId="w")
        try:
            await asyncio.sleep(3600)
        finally:
            heard.append("cleaned up")

    worked_on(scene, work)

    assert heard == ["cleaned up"]


def test_an_async_activity_that_cancels_itself_fails():
    """That is not a request of the workflow, and no reason to end the worker."""

    async def work() -> None:
        raise asyncio.CancelledError

    attempt = worked_on(scheduled(), work)

    assert attempt.reason == "RuntimeError: the activity was canceled by its own code"


def test_without_a_beat_nothing_is_heard():
    """If a handler is called by hand, the details are checked and go nowhere."""
    scene = scheduled()

    async def work() -> None:
        flow.heartbeat("page 1")
        with pytest.raises(ValueError, match="details"):
            flow.heartbeat("x" * 2049)

    assert flow.ActivityHandler([act(work)])(scene.worker.poll()) == "null"


@pytest.mark.parametrize("ask", [flow.activity_info, flow.heartbeat])
def test_elsewhere_there_is_no_task(ask):
    """Outside of an activity there is nothing to tell."""
    with pytest.raises(flow.NotInActivity):
        ask()


def test_the_cancel_of_an_activity_is_a_name_of_flow():
    """Who catches it imports nothing of the daemon."""
    assert flow.CancelRequested is CancelRequested
