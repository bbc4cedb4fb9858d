"""The judge of the chaos run, on one task that went well and on each way in which it did not."""

import importlib.util
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from py_swf.decisions import CompleteWorkflowExecution
from py_swf.events import ActivityTaskStarted, DecisionTaskStarted
from tests.daemon.scenes import activity, world

LIMITS = {DecisionTaskStarted: 2, ActivityTaskStarted: 4}
IDENTITY = "w-77"


def load():
    """Load the judge, which is not a module of the package."""
    path = Path(__file__).parents[2] / "benchmarks" / "chaos_judge.py"
    spec = importlib.util.spec_from_file_location("chaos_judge", path)
    module = sys.modules["chaos_judge"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


judge, of_losses = load().judge, load()._of_losses


class Daemon:
    """A daemon that noted what the test says."""

    name, identity = "worker 1", IDENTITY

    def __init__(self, notes, killed=False):
        self.killed = killed
        self._notes = notes

    def notes(self):
        """Give the notes."""
        return iter(self._notes)


def worked(answer="finish", late=0):
    """Run one execution with one activity, and return its history and what its daemon noted."""
    scene, notes = world(), []

    def take(client):
        task = client.poll(identity=f"{IDENTITY} flow/1")
        key = [task.workflow_id, task.workflow_run_id, task.started_event_id]
        notes.append({"key": key, "yielded": scene.swf.clock.now()})
        return task, key

    def note(key, outcome, result=None):
        now = scene.swf.clock.now()
        notes.append({"key": key, "outcome": outcome, "at": now, "result": result})

    scene.start()
    task, key = take(scene.decider)
    scene.decider.respond(task.task_token, [activity(start_to_close_timeout=4)])
    note(key, True)
    task, key = take(scene.worker)
    scene.swf.advance(late)
    if answer == "finish":
        scene.worker.finish(task.task_token, "done")
    note(key, True, "done")
    if answer != "finish":
        scene.swf.advance(4)
    task, key = take(scene.decider)
    scene.decider.respond(task.task_token, [CompleteWorkflowExecution("well")])
    note(key, True)
    return scene.history(), notes


def complaints(history, notes, killed=False):
    """What the judge says."""
    run = ("w", notes[0]["key"][1])
    return list(judge({run: history}, [Daemon(notes, killed)], lambda _: "well", LIMITS))


def test_what_went_well():
    """There is nothing to complain of."""
    history, notes = worked()

    assert complaints(history, notes) == []


def test_an_answer_that_was_not_sent():
    """True, and no event of it."""
    said = complaints(*worked(answer="none"))

    assert any(
        "the answer returned True, but the service has ActivityTaskTimedOut" in s for s in said
    )
    assert any("a was completed 0 times" in s for s in said)


def test_an_answer_with_another_result():
    """True, and another result in the history."""
    history, notes = worked()
    notes[3]["result"] = "other"

    assert "the answer said 'other'" in complaints(history, notes)[0]


def test_a_task_that_was_never_answered():
    """A daemon that lives took it, and nothing is noted after that; a killed one may."""
    history, notes = worked()
    del notes[3]

    assert "neither answered nor heard" in complaints(history, notes)[0]
    assert complaints(history, notes, killed=True) == []


def test_a_task_that_a_beat_found_gone():
    """Its handler gives no answer then; the service must have timed the task out by that time."""
    history, notes = worked(answer="none")
    timed_out = history.activities["a"].closed.event_timestamp.timestamp()
    notes[3] = {"key": notes[3]["key"], "gone": timed_out + 1}
    heard_in_time = complaints(history, notes)
    notes[3]["gone"] = timed_out - 1

    assert not any(str(notes[3]["key"][2]) in said.split(":")[0] for said in heard_in_time)
    assert any("heard that the task was gone" in said for said in complaints(history, notes))


def test_a_task_that_the_loop_never_saw():
    """It was handed out, and no poll went wrong at that time."""
    history, notes = worked()
    del notes[2:4]

    assert "its loop never saw it" in complaints(history, notes)[0]
    assert complaints(history, notes, killed=True) == []


@pytest.mark.parametrize(
    ("poll", "shift", "count"),
    [("PollForActivityTask", 0, 0), ("PollForActivityTask", 9, 1), ("PollForDecisionTask", 0, 1)],
)
def test_a_poll_that_went_wrong_explains_one(poll, shift, count):
    """A lost connection of that kind of poll, at that time, and no other."""
    history, notes = worked()
    moment = notes[2]["yielded"] + shift
    notes[2:4] = [{"poll": poll, "began": moment, "ended": moment}]

    assert len(complaints(history, notes)) == count


def test_a_poll_explains_the_task_that_it_was_handed():
    """Polls go wrong shortly after each other: each lost task has its own, in whatever order."""
    history, notes = worked()
    first = history.activities["a"].started
    second, third, late = (
        first.__replace__(event_timestamp=first.event_timestamp + timedelta(seconds=seconds))
        for seconds in (0.04, 0.085, 0.5)
    )
    moment = notes[2]["yielded"]
    daemon = Daemon(
        [
            {"poll": "PollForActivityTask", "began": moment + at, "ended": moment + at + 0.001}
            for at in (0.0, 0.04, 0.085)
        ]
    )

    lost = [("second", second), ("third", third), ("first", first)]

    assert list(of_losses(daemon, lost)) == []
    (said,) = of_losses(daemon, [("late", late), *lost])
    assert said.startswith("late: handed to worker 1")


def test_an_answer_that_counts_as_given_too_soon():
    """False, while the task was open until its timeout."""
    history, notes = worked(answer="none")
    notes[3]["outcome"] = False

    assert any("counted as given, but the task was open" in s for s in complaints(history, notes))


def test_a_task_that_is_told_as_gone_and_is_not():
    """TaskGone, while the task was open, and while the service has the answer."""
    for answer in ("none", "finish"):
        history, notes = worked(answer=answer)
        notes[3]["outcome"] = "TaskGone"

        assert any("heard that the task was gone, but" in s for s in complaints(history, notes))


def test_an_answer_that_was_given_up_too_soon():
    """AnswerNotDelivered at once is a complaint, and after most of the time is none."""
    for late, count in ((0, 1), (3, 0)):
        history, notes = worked(late=late)
        notes[3]["outcome"] = "AnswerNotDelivered"

        assert sum("was given up after" in s for s in complaints(history, notes)) == count


def test_an_answer_that_raised_something_else():
    """A bug in an answer is one."""
    history, notes = worked()
    notes[3]["outcome"] = "KeyError"

    assert "the answer raised KeyError" in complaints(history, notes)[0]


def test_a_beat_after_the_answer():
    """A beat that begins when its task is answered; one before it is none."""
    history, notes = worked()
    for shift, count in ((-1, 0), (1, 1)):
        beat = {"key": notes[3]["key"], "beat": notes[3]["at"] + shift}

        assert sum("sent a beat after" in s for s in complaints(history, [*notes, beat])) == count


def test_what_nobody_asked_for():
    """No activity of a chaos run fails by itself, and each execution has its one result."""
    scene = world()
    scene.start()
    task = scene.decider.poll(identity=f"{IDENTITY} flow/1")
    scene.decider.respond(task.task_token, [activity()])
    task = scene.worker.poll(identity=f"{IDENTITY} flow/1")
    scene.worker.fail(task.task_token, "refused")
    task = scene.decider.poll(identity=f"{IDENTITY} flow/1")
    scene.decider.respond(task.task_token, [CompleteWorkflowExecution("badly")])

    said = " ".join(complaints(scene.history(), [{"key": ["w", "r", 0], "beat": 0}], killed=True))

    assert "nobody asked for ActivityTaskFailed" in said
    assert "w has the result WorkflowExecutionCompleted" in said
