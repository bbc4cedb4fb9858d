"""Tasks forever: what is passed over, waited out and raised, and how the loop ends."""

import logging
import os
import socket
import threading
from functools import partial

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from py_swf import NoTaskFound
from py_swf.daemon import tasks
from py_swf.local import InjectedFault
from tests.daemon.scenes import Clock, TurnedStop, activity, world

PASSING = ["throttle", "limit-exceeded", "internal-failure", "unavailable", "drop-before"]
PASSING += ["page-408", "page-429"]


class Poller:
    """Polls that bring what a list says: a task, or an exception."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.identities = []

    def poll(self, identity=None):
        """Give the next answer."""
        self.identities.append(identity)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def fault(code, status=400):
    metadata = {"HTTPStatusCode": status}
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": metadata}, "Poll")


def taken(count, client, clock=None, **options):
    """Return the first tasks, on a clock that waiting turns."""
    clock = clock or Clock()
    stop = TurnedStop(clock)
    found = tasks(client, stop=stop, calling=clock.calling(), **options)
    return [next(found) for _ in range(count)]


def test_both_clients_yield_their_tasks():
    """A DecisionClient yields decision tasks, an ActivityTaskClient activity tasks."""
    scene = world()
    scene.start()

    (decision_task,) = taken(1, scene.decider)
    scene.decider.respond(decision_task.task_token, [activity()])
    (activity_task,) = taken(1, scene.worker)

    assert decision_task.workflow_id == activity_task.workflow_id == "w"


def test_empty_polls_are_passed_over_without_a_pause():
    """The service holds an empty poll for a minute; the next one is sent at once."""
    clock = Clock()

    found = taken(1, Poller(NoTaskFound(), NoTaskFound(), "task"), clock)

    assert found == ["task"]
    assert clock.slept == []


@pytest.mark.parametrize("kind", PASSING)
def test_a_passing_fault_is_waited_out(kind):
    """Throttling, too many pollers, server errors and lost connections cost a pause, no more."""
    clock = Clock()
    scene = world(InjectedFault(kind, "PollForDecisionTask", calls=(1, 2)))
    scene.start()

    (task,) = taken(1, scene.decider, clock)

    assert task.workflow_id == "w"
    assert clock.slept == [1, 2]


def test_the_pauses_grow_to_a_ceiling_and_begin_anew_after_a_success():
    """A long row of faults is met with ever longer pauses; a task or an empty poll ends the row."""
    clock, bad = Clock(), fault("ThrottlingException")

    taken(2, Poller(*[bad] * 6, "task", bad, NoTaskFound(), bad, "task"), clock)

    assert clock.slept == [1, 2, 4, 8, 16, 30, 1, 1]


@pytest.mark.parametrize(
    "error",
    [
        fault("UnknownResourceFault"),
        fault("OperationNotPermittedFault"),
        fault("ValidationException"),
        TypeError("a bug"),
    ],
    ids=str,
)
def test_what_waiting_does_not_mend_is_raised_at_once(error):
    """An unknown domain, missing permission, a bad request and a bug are raised."""
    clock = Clock()

    with pytest.raises(type(error)) as raised:
        taken(1, Poller(error, "task"), clock)

    assert raised.value is error
    assert clock.slept == []


def test_a_refusal_of_the_caller_tells_what_to_do(caplog):
    """The error is boto3's own, and a line beside it says what an operator does about it."""
    with pytest.raises(ClientError), caplog.at_level(logging.ERROR, "py_swf.daemon"):
        taken(1, Poller(fault("ExpiredTokenException")))

    assert "its credentials have expired: renew them" in caplog.text


@pytest.mark.parametrize("options", [{"identity": "x" * 257}, {"oldest": True}, {"stop": "stop"}])
def test_a_mistake_is_named_before_anything_is_polled(options):
    """Already by the call, and not by the first ``next``."""
    with pytest.raises((TypeError, ValueError), match=next(iter(options))):
        tasks(Poller("task"), **options)


def test_nothing_is_polled_once_stop_is_set():
    """A stop that is set from the start yields nothing and sends nothing."""
    stop, poller = threading.Event(), Poller("task")
    stop.set()

    assert list(tasks(poller, stop=stop)) == []
    assert poller.answers == ["task"]


def test_the_poll_in_flight_ends_by_itself_and_its_task_is_yielded():
    """Stop is set while a poll is held: a task that it brings is yielded, and no poll follows."""
    scene = world(poll_seconds=30)
    held, stop, found = threading.Event(), threading.Event(), []
    scene.boto.meta.events.register("before-send.*", lambda **_: held.set())
    thread = threading.Thread(target=lambda: found.extend(tasks(scene.decider, stop=stop)))

    thread.start()
    assert held.wait(10)
    stop.set()
    scene.start()
    thread.join(10)

    assert [task.workflow_id for task in found] == ["w"]


def test_a_stop_ends_a_pause():
    """Who waits for the next attempt is woken by the stop and sends no further poll."""
    stop, poller = threading.Event(), Poller(fault("ThrottlingException"), "task")
    clock = Clock()
    calling = clock.calling(backoff=lambda attempt, chance: 3600, on_call=lambda *_: stop.set())

    assert list(tasks(poller, stop=stop, calling=calling)) == []
    assert poller.answers == ["task"]
    assert clock.slept == []  # the pause is waited on the stop itself


def test_a_poll_is_sent_only_when_the_next_task_is_asked_for():
    """While the loop works on one task, no other is taken from the service."""
    poller = Poller("first", "second")

    assert next(tasks(poller)) == "first"
    assert poller.answers == ["second"]


def test_the_poller_is_named_by_host_and_process():
    """Without a name of its own a poller says where it runs; with one, that."""
    poller = Poller("a", "b")

    next(tasks(poller))
    next(tasks(poller, identity="me"))

    assert poller.identities == [f"{socket.gethostname()}:{os.getpid()}", "me"]


def test_further_arguments_are_those_of_the_clients_poll():
    """A decider that wants only what is new says so here."""
    scene = world()
    scene.start()
    scene.decide(activity())
    scene.worker.finish(scene.worker.poll().task_token, None)

    (task,) = taken(1, scene.decider, start_at_previous_started_event=True)

    assert [event.event_id for event in task.events][-1] == task.previous_started_event_id


def test_faults_that_do_not_end_are_raised_where_that_is_asked_for():
    """With ``give_up_after``, what has been failing for so long is raised."""
    clock = Clock()

    with pytest.raises(ReadTimeoutError):
        taken(1, Poller(*[ReadTimeoutError(endpoint_url="")] * 9, "task"), clock, give_up_after=10)

    assert clock.slept == [1, 2, 4, 8]


def test_each_poll_is_told_and_each_fault_logged(caplog):
    """The hook hears of every poll by the name of its operation; a fault is a warning."""
    told, clock = [], Clock()
    scene = world(InjectedFault("throttle", "PollForActivityTask", calls=(1,)))
    scene.start()
    scene.decide(activity())
    calling = clock.calling(on_call=lambda *what: told.append(what))

    with caplog.at_level(logging.WARNING, "py_swf.daemon"):
        next(tasks(scene.worker, stop=TurnedStop(clock), calling=calling))

    assert told == [
        ("PollForActivityTask", 0, "ThrottlingException"),
        ("PollForActivityTask", 0, "ok"),
    ]
    assert "PollForActivityTask failed 1 times in a row (ThrottlingException)" in caplog.text


def test_a_lost_answer_costs_the_poll_and_not_the_loop():
    """A task whose poll was lost on the wire times out, and is yielded when handed out again."""
    scene = world(InjectedFault("drop-after", "PollForDecisionTask", calls=(1,)))
    scene.start()
    clock = Clock()
    turn = partial(scene.swf.advance, 61)
    calling = clock.calling(on_call=lambda *what: turn())

    task = next(tasks(scene.decider, stop=TurnedStop(clock), calling=calling))

    assert "DecisionTaskTimedOut" in scene.types()
    assert task.started_event_id == 6
