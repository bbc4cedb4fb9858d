"""Tasks forever: what is ignored, waited out and raised, and how the loop ends."""

import logging
import os
import socket
import threading
from functools import partial
from unittest import mock

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from py_swf import DecisionClient, NoTaskFound
from py_swf.daemon import tasks
from py_swf.errors import PollNotAnswered
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


class Held:
    """A poll that brings no task, and lasts until it is let go."""

    def __init__(self):
        self.begun, self.let_go = threading.Event(), threading.Event()

    def poll(self, identity=None):
        """Wait for the end."""
        self.begun.set()
        self.let_go.wait(30)
        raise NoTaskFound


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
    """Faults in a row lead to longer and longer pauses; a task or an empty poll ends the row."""
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

    assert "the credentials have expired: renew them" in caplog.text


@pytest.mark.parametrize("options", [{"identity": "x" * 257}, {"oldest": True}, {"stop": "stop"}])
def test_a_mistake_is_named_before_anything_is_polled(options):
    """Bad arguments are refused by the call, not by the first ``next``."""
    with pytest.raises((TypeError, ValueError), match=next(iter(options))):
        tasks(Poller("task"), **options)


@pytest.mark.parametrize("kind", ["page-200", "cut"])
def test_what_is_no_answer_is_waited_out_and_seen(kind, caplog):
    """It is not an empty poll: there is a pause, and a line that names it."""
    scene, clock = world(InjectedFault(kind, "PollForDecisionTask", calls=(1,))), Clock()
    scene.start()
    calling = clock.calling(on_call=lambda *_: scene.swf.advance(61))

    with caplog.at_level(logging.WARNING, "py_swf.daemon"):
        next(tasks(scene.decider, stop=TurnedStop(clock), calling=calling))

    assert "PollForDecisionTask failed (AnswerNotWhole); the next is sent in" in caplog.text
    assert clock.slept == [1]


def test_empty_polls_that_come_back_at_once_are_paced():
    """A service that holds no poll, or something in its place, does not keep a daemon busy."""
    clock = Clock()

    taken(1, Poller(*[NoTaskFound()] * 12, "task"), clock)

    assert clock.slept == [0.02, 0.04, 0.08, 0.16, 0.25, 0.25, 0.25, 0.25, 0.25]


def test_held_polls_are_not_paced():
    """An empty poll that took its minute is followed by the next one at once, however many."""
    clock = Clock()
    poller = Poller(*[NoTaskFound()] * 12, "task")
    answer = poller.poll
    poller.poll = lambda identity=None: (setattr(clock, "now", clock.now + 60), answer())[1]

    taken(1, poller, clock)

    assert clock.slept == []


def test_polls_that_nobody_answers_are_told_and_logged(caplog):
    """The first may be a lost connection; from the second on there is a line for each."""
    told, clock = [], Clock()
    calling = clock.calling(on_call=lambda *what: told.append(what[2]))
    poller = Poller(PollNotAnswered(), PollNotAnswered(), PollNotAnswered(), "task")

    with caplog.at_level(logging.WARNING, "py_swf.daemon"):
        next(tasks(poller, stop=TurnedStop(clock), calling=calling))

    assert told == ["unanswered", "unanswered", "unanswered", "ok"]
    assert [record.getMessage() for record in caplog.records] == [
        "poll was not answered 2 times in a row: is the service there?",
        "poll was not answered 3 times in a row: is the service there?",
    ]


def test_an_empty_poll_between_them_is_an_answer(caplog):
    """Polls that are lost once in a while are no reason for a line."""
    poller = Poller(PollNotAnswered(), NoTaskFound(), PollNotAnswered(), "task")

    with caplog.at_level(logging.WARNING, "py_swf.daemon"):
        taken(1, poller)

    assert caplog.records == []


def test_polls_that_nobody_answers_are_given_up():
    """With ``give_up_after`` the read timeout is raised when nobody answered for so long."""
    clock, timeout = Clock(), ReadTimeoutError(endpoint_url="http://swf.invalid")
    unanswered = PollNotAnswered()
    unanswered.__cause__ = timeout
    poller = Poller(*[unanswered] * 9, "task")
    answer = poller.poll
    poller.poll = lambda identity=None: (setattr(clock, "now", clock.now + 70), answer())[1]

    with pytest.raises(ReadTimeoutError) as raised:
        taken(1, poller, clock, give_up_after=200)

    assert raised.value is timeout
    assert len(poller.answers) == 7


def test_an_empty_poll_and_a_task_begin_the_time_anew():
    """What counts for ``give_up_after`` is the time since the service last answered well."""
    clock, bad = Clock(), fault("ThrottlingException")

    found = taken(
        2,
        Poller(bad, bad, bad, NoTaskFound(), bad, bad, bad, "task", bad, bad, bad, "task"),
        clock,
        give_up_after=9,
    )

    assert found == ["task", "task"]
    assert clock.slept == [1, 2, 4] * 3


def test_the_work_on_a_task_is_no_time_without_an_answer():
    """A loop that worked for an hour does not give up at the first fault after it."""
    clock, bad = Clock(), fault("ThrottlingException")
    poller = Poller("first", bad, "second")
    found = tasks(poller, stop=TurnedStop(clock), calling=clock.calling(), give_up_after=10)
    next(found)
    clock.now += 3600

    assert next(found) == "second"


def test_a_poll_is_left_alone_when_the_loop_has_to_end(caplog):
    """With ``stop_within`` the loop ends that long after the stop, though the poll does not."""
    held, stop, found = Held(), threading.Event(), []
    loop = tasks(held, stop=stop, stop_within=0.05)
    thread = threading.Thread(target=lambda: found.extend(loop), daemon=True)
    thread.start()
    assert held.begun.wait(10)
    stop.set()
    thread.join(10)
    held.let_go.set()

    assert not thread.is_alive()
    assert found == []
    assert "the poll of a task list is abandoned; a task that it may still bring" in caplog.text


def test_a_poll_that_ends_in_time_is_not_left():
    """Its task is yielded, and its error raised, as without a bound."""
    stop = threading.Event()

    assert next(tasks(Poller("task"), stop=stop, stop_within=5)) == "task"
    with pytest.raises(LookupError):
        next(tasks(Poller(LookupError()), stop=stop, stop_within=5))


def test_a_stop_says_what_is_waited_for(caplog):
    """One line names the poll under way, and says how long it can last at most."""
    held, stop = Held(), threading.Event()
    caplog.handler.addFilter(lambda record: (held.let_go.set(), True)[1])
    thread = threading.Thread(target=lambda: list(tasks(held, stop=stop)), daemon=True)
    thread.start()
    assert held.begun.wait(10)
    stop.set()
    thread.join(10)

    assert [record.getMessage() for record in caplog.records] == [
        "told to stop polling a task list: waiting for a poll, for up to 60 s"
    ]


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
    """The stop ends a pause before the next attempt, and no further poll is sent."""
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
    """Poll options are passed on, for example to get only new events."""
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
    assert "PollForActivityTask failed (ThrottlingException); the next is sent in" in caplog.text


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


def test_an_autospecced_client_can_be_polled():
    """Its read timeout is a mock that only claims to be a number, and is ignored."""
    scene = world()
    scene.start()
    boto_client = mock.create_autospec(scene.boto)
    boto_client.poll_for_decision_task.side_effect = scene.boto.poll_for_decision_task
    decider = DecisionClient(scene.decider.decision_config, boto_client)

    (task,) = taken(1, decider)

    assert task.workflow_id == "w"
