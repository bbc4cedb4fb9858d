"""Heartbeats in the background: when they are sent, what they carry, and when they end."""

import logging
import math
import threading
from datetime import timedelta

import pytest

from py_swf.daemon import CancelRequested, TaskGone, cancel, finish, heartbeating
from py_swf.daemon.heartbeats import Heartbeat, _beating, end_beats, holding_beats, interval
from py_swf.local import InjectedFault
from tests.daemon.scenes import Clock, world

BEAT = "RecordActivityTaskHeartbeat"


class Waits(threading.Event):
    """A beat's wait for its next turn: each one ends when the test takes a turn."""

    def __init__(self):
        super().__init__()
        self.begun, self.over, self.pauses = threading.Semaphore(0), threading.Semaphore(0), []

    def wait(self, timeout=None):
        """Note the pause, and wait for the test."""
        if self.is_set():
            return True
        self.pauses.append(timeout)
        self.begun.release()
        self.over.acquire(timeout=10)
        return self.is_set()

    def turn(self):
        """Let one pause end, and wait until the beat that follows it has been sent."""
        self.over.release()
        self.begun.acquire(timeout=10)


class EndedJustNow(threading.Event):
    """An event that is set just after a wait for it is over."""

    def wait(self, timeout=None):
        """Say that it is not set, the first time, and set it."""
        was_set = self.is_set()
        self.set()
        return was_set


class Beating:
    """A beat in a thread, one beat at a time."""

    def __init__(self, scene, every=10.0, **timeouts):
        self.scene = scene
        self.task = scene.activity_task(**timeouts)
        self.waits = Waits()
        calling = Clock().calling()
        self.beat = Heartbeat(scene.worker, self.task, every, None, calling, self.waits)
        self.thread = threading.Thread(target=self.beat.run)

    def __enter__(self):
        self.thread.start()
        assert self.waits.begun.acquire(timeout=10)
        return self

    def __exit__(self, *error):
        self.waits.set()
        self.waits.over.release()
        self.thread.join(10)
        assert not self.thread.is_alive()

    def turn(self):
        """Have one beat sent."""
        self.waits.turn()

    def last_turn(self):
        """Have one beat sent after which the thread ends."""
        self.waits.over.release()
        self.thread.join(10)


def sent(scene):
    """Count the heartbeats that a client sends from now on."""
    count = []
    scene.boto.meta.events.register(
        f"before-send.swf.{BEAT}", lambda **_: count.append(1), unique_id="count"
    )
    return count


@pytest.mark.parametrize(
    ("every", "heartbeat_timeout", "seconds"),
    [
        (None, 60, 20),
        (None, "60", 20),
        (None, timedelta(minutes=3), 60),
        (None, 1, 1 / 3),
        (7, 60, 7),
        (timedelta(seconds=5), None, 5),
        (None, None, 30),
        (None, math.inf, 30),
        (None, "NONE", 30),
    ],
)
def test_the_interval(every, heartbeat_timeout, seconds):
    """The interval is what the caller says, else a third of the timeout, else 30 seconds."""
    assert interval(every, heartbeat_timeout) == seconds


@pytest.mark.parametrize(("every", "timeout"), [(0, None), (-1, 60), (None, 0), (math.inf, 1)])
def test_an_interval_that_is_none_is_refused(every, timeout):
    """Beats without a pause, or with one that never ends, are a mistake that is named."""
    with pytest.raises(ValueError, match="must be more than 0 seconds, and finite"):
        interval(every, timeout)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"every": "soon"}, "every is 'soon'"),
        ({"heartbeat_timeout": "sixty"}, "heartbeat_timeout is 'sixty'"),
        ({"every": math.nan}, "nan"),
    ],
)
def test_an_interval_that_is_no_time_is_refused(given, shown):
    """The mistake is named by the parameter and its value."""
    with pytest.raises(ValueError, match=f"{shown}.*; it must be a number of seconds"):
        interval(**given)


def test_beats_keep_a_task_alive():
    """A task with a heartbeat timeout of 30 s is still open after 100 s of beats every 10 s."""
    scene = world()
    with Beating(scene, heartbeat_timeout=30) as beating:
        for _ in range(10):
            scene.swf.advance(10)
            beating.turn()
        finish(scene.worker, beating.task, "done")

    assert scene.history().activities["a"].status == "COMPLETED"
    assert beating.waits.pauses == [10.0] * 11


def test_a_beat_carries_the_details_of_the_moment():
    """The service shows the last details that were set when the task times out."""
    scene = world()
    with Beating(scene, heartbeat_timeout=30) as beating:
        beating.beat.details = "part 1"
        beating.turn()
        beating.beat.details = "part 2"
        beating.turn()
        scene.swf.advance(31)

    assert scene.history().activities["a"].details == "part 2"


def test_details_that_are_too_long_are_refused_where_they_are_set():
    """The worker's own line raises, not the thread in the background."""
    scene = world()
    with (
        heartbeating(scene.worker, scene.activity_task(), details="first") as beat,
        pytest.raises(ValueError, match="details has 2049 characters; the limit is 2048"),
    ):
        beat.details = "x" * 2049

    assert beat.details == "first"


def test_a_request_to_cancel_is_heard():
    """After the request the next beat raises the flag, and ``raise_if_canceled`` raises."""
    scene = world()
    with Beating(scene) as beating:
        beating.turn()
        beating.beat.raise_if_canceled()
        assert not beating.beat.cancel_requested

        scene.request_cancel()
        beating.turn()

        assert beating.beat.cancel_requested
        with pytest.raises(CancelRequested):
            beating.beat.raise_if_canceled()


def test_who_asked_is_told_when_the_work_is_no_longer_wanted():
    """Each function is called once, by the beat that hears it; one that comes later, at once."""
    scene, told = world(), []
    with Beating(scene) as beating:
        beating.beat.when_unwanted(lambda: told.append("early"))
        beating.turn()
        assert told == []

        scene.request_cancel()
        beating.turn()
        beating.turn()
        assert told == ["early"]

        beating.beat.when_unwanted(lambda: told.append("late"))
    assert told == ["early", "late"]


def test_who_asked_is_told_that_the_task_is_gone():
    """When the task is gone, the function is called as well."""
    scene, told = world(), []
    with Beating(scene) as beating:
        beating.beat.when_unwanted(lambda: told.append("gone"))
        scene.boto.terminate_workflow_execution(domain="d", workflowId="w")
        beating.last_turn()

    assert told == ["gone"]


def test_a_task_that_is_canceling_still_beats():
    """Cleaning up may take longer than the heartbeat timeout."""
    scene = world()
    with Beating(scene, heartbeat_timeout=30) as beating:
        scene.request_cancel()
        for _ in range(10):
            scene.swf.advance(10)
            beating.turn()
        cancel(scene.worker, beating.task)

    assert scene.history().activities["a"].status == "CANCELED"


def test_a_task_that_is_gone_is_heard_and_ends_the_beats(caplog):
    """When the execution is closed the flag says so, a line too, and no further beat is sent."""
    scene = world()
    with Beating(scene) as beating:
        scene.boto.terminate_workflow_execution(domain="d", workflowId="w")
        beating.last_turn()

        assert beating.beat.task_gone
        (line,) = caplog.messages
        assert line.startswith("a of w is no longer open, for example after a timeout, but work")
        assert not beating.thread.is_alive()
        with pytest.raises(TaskGone) as raised:
            beating.beat.raise_if_canceled()
    assert raised.value.ids["activity_id"] == "a"


@pytest.mark.parametrize("kind", ["throttle", "internal-failure", "drop-before", "drop-after"])
def test_beats_survive_passing_faults(kind):
    """A beat that failed is sent again sooner than the next would be, and the row starts over."""
    scene = world(InjectedFault(kind, BEAT, calls=(2, 3, 5)))
    with Beating(scene, heartbeat_timeout=30) as beating:
        for _ in range(2):
            beating.turn()
        assert beating.beat.last_error is not None
        for _ in range(2):
            beating.turn()
        assert beating.beat.last_error is None
        beating.turn()
        finish(scene.worker, beating.task)

    assert beating.waits.pauses == [10, 10, 1, 2, 10, 1]


def test_a_pause_after_a_fault_is_never_longer_than_the_interval():
    """With an interval of 3 s the pauses of a long row of faults are 1, 2, 3, 3, ... seconds."""
    scene = world(InjectedFault("throttle", BEAT))
    with Beating(scene, every=3.0) as beating:
        for _ in range(4):
            beating.turn()

    assert beating.waits.pauses == [3, 1, 2, 3, 3]


def test_beats_survive_even_what_waiting_does_not_mend(caplog):
    """If permission is taken away, the beats log an error, and go on at their interval."""
    scene = world(InjectedFault("not-permitted", BEAT, calls=(1,)))
    with Beating(scene) as beating, caplog.at_level(logging.ERROR, "py_swf.daemon"):
        beating.turn()
        assert "OperationNotPermittedFault" in caplog.text
        assert caplog.records[0].activity_id == "a"
        assert "heartbeat of a of w failed" in caplog.text
        beating.turn()
        assert beating.beat.last_error is None

    assert beating.waits.pauses == [10, 10, 10]


def test_no_beat_is_sent_after_the_block():
    """When the block is left its thread has ended."""
    scene = world()
    task = scene.activity_task()
    beaten = threading.Event()
    scene.boto.meta.events.register(f"after-call.swf.{BEAT}", lambda **_: beaten.set())

    with heartbeating(scene.worker, task, every=0.01):
        assert beaten.wait(10)
        assert f"beat {task.activity_id}" in [thread.name for thread in threading.enumerate()]

    assert f"beat {task.activity_id}" not in [thread.name for thread in threading.enumerate()]
    assert _beating == {}


def test_an_answer_does_not_wait_forever_for_a_beat(monkeypatch):
    """A beat that is stuck in the network holds an answer back only for its patience."""
    monkeypatch.setattr("py_swf.daemon.heartbeats._PATIENCE", 0.05)
    scene = world()
    task = scene.activity_task()

    with heartbeating(scene.worker, task) as beat:
        beat._sending.acquire()  # as a beat does that is under way
        assert finish(scene.worker, task, "done")
        beat._sending.release()


def test_a_beat_that_the_answer_overtakes_says_nothing(caplog):
    """An answer that takes long lets beats go on; one that then finds the task gone is no news."""
    scene = world()
    task = scene.activity_task()
    with heartbeating(scene.worker, task) as beat:
        with holding_beats(scene.worker, task):
            scene.worker.finish(task.task_token, "done")
            assert beat._beat() == 0.0
        beat._ended.set()
        beat._beat()

    assert not beat.task_gone
    assert caplog.messages == []


def test_beats_do_not_keep_the_interpreter_alive():
    """A block that never ends does not keep the process alive."""
    scene = world()
    before = set(threading.enumerate())

    with heartbeating(scene.worker, scene.activity_task()):
        (thread,) = set(threading.enumerate()) - before

        assert thread.daemon


def test_the_block_may_end_by_an_error():
    """What the worker raises passes on, and the beats end as well."""
    scene = world()
    task = scene.activity_task()

    with pytest.raises(ZeroDivisionError), heartbeating(scene.worker, task):
        1 / 0  # noqa: B018

    assert f"beat {task.activity_id}" not in [thread.name for thread in threading.enumerate()]


def test_no_beat_is_sent_after_the_task_is_answered():
    """An answer by this package ends the beats of its task, though the block goes on."""
    scene = world()
    task = scene.activity_task()
    with heartbeating(scene.worker, task, every=0.01) as beat:
        finish(scene.worker, task, "done")
        count = sent(scene)
        (thread,) = (t for t in threading.enumerate() if t.name == f"beat {task.activity_id}")
        thread.join(10)

        assert not thread.is_alive()
        assert count == []
        assert not beat.task_gone


def test_no_beat_is_sent_while_an_answer_is():
    """A beat whose turn comes while the answer is under way waits for it."""
    scene = world()
    task = scene.activity_task()
    waiting = []
    with heartbeating(scene.worker, task) as beat:
        hook = "before-send.swf.RespondActivityTaskCompleted"
        scene.boto.meta.events.register(hook, lambda **_: waiting.append(beat._sending.locked()))
        finish(scene.worker, task)

        assert waiting == [True]
        assert not beat._sending.locked()


def test_an_answer_that_hangs_does_not_hold_back_the_beats():
    """The task would time out while its answer is still under way, and the answer with it."""
    scene = world()
    task = scene.activity_task()
    beaten = threading.Event()
    scene.boto.meta.events.register(f"after-call.swf.{BEAT}", lambda **_: beaten.set())
    heard = []
    hook = "before-send.swf.RespondActivityTaskCompleted"
    scene.boto.meta.events.register(hook, lambda **_: heard.append(beaten.wait(4)))

    with heartbeating(scene.worker, task, every=0.01):
        assert finish(scene.worker, task)

    assert heard == [True]


def test_a_beat_that_waited_for_an_answer_is_not_sent_after_it():
    """The end may come between the turn of a beat and its sending."""
    scene = world()
    count = sent(scene)

    Heartbeat(scene.worker, scene.activity_task(), 1, None, Clock().calling(), EndedJustNow()).run()

    assert count == []


def test_an_answer_that_counts_as_given_ends_the_beats():
    """No beat follows an answer whose confirmation was lost."""
    scene = world(InjectedFault("drop-after", "RespondActivityTaskCompleted", calls=(1,)))
    task = scene.activity_task()

    with heartbeating(scene.worker, task) as beat:
        assert finish(scene.worker, task, calling=Clock().calling()) is False

        assert beat._ended.is_set()


def test_a_task_without_beats_is_answered_as_well():
    """Holding or ending beats of a task without any does nothing."""
    scene = world()
    task = scene.activity_task()

    with holding_beats(scene.worker, task):
        end_beats(scene.worker, task)


def test_beats_are_those_of_one_service():
    """Two services may issue equal tokens; an answer to one does not affect the other's beats."""
    here, there = world(), world()
    task, other = here.activity_task(), there.activity_task()
    assert task == other

    with heartbeating(here.worker, task) as beat, heartbeating(there.worker, other) as other_beat:
        finish(there.worker, other)

        assert other_beat._ended.is_set()
        assert not beat._ended.is_set()
        finish(here.worker, task)
        assert beat._ended.is_set()


def test_beats_go_on_while_an_answer_is_tried_again():
    """Between two sends of an answer the task is kept alive."""
    scene = world(InjectedFault("throttle", "RespondActivityTaskCompleted", calls=(1,)))
    task = scene.activity_task(heartbeat_timeout=30)
    beaten = threading.Event()
    scene.boto.meta.events.register(f"after-call.swf.{BEAT}", lambda **_: beaten.set())

    def sleep(seconds):
        beaten.clear()
        assert beaten.wait(10)

    with heartbeating(scene.worker, task, every=0.01):
        finish(scene.worker, task, calling=Clock().calling(sleep=sleep))

    assert scene.history().activities["a"].status == "COMPLETED"


def test_a_thread_that_cannot_be_started_leaves_nothing_behind(monkeypatch):
    """If the system has no thread left, the error passes and the task can still be answered."""
    scene = world()
    task = scene.activity_task()

    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    with (
        pytest.raises(RuntimeError, match="can't start new thread"),
        heartbeating(scene.worker, task),
    ):
        pass

    assert finish(scene.worker, task)
