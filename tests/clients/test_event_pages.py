"""A decision task is read in full, lazily, and from the right place if its page token expired."""

from __future__ import annotations

import copy
import pickle
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from py_swf import DecisionClient, DecisionConfig, DecisionTask, WorkflowClient
from py_swf.clients._event_pages import EventPages, event_id_of
from py_swf.errors import is_of_reading
from py_swf.events import Event, event_from_wire
from tests.clients.scripted import Scripted, fault
from tests.model import HISTORIES

CONFIG = DecisionConfig("d", "list")
#: a recorded history up to the start of its last decision task, newest first
NEWEST_FIRST = HISTORIES["signals-and-parallel-activities"][::-1]
NEWEST_FIRST = NEWEST_FIRST[
    next(i for i, e in enumerate(NEWEST_FIRST) if e["eventType"] == "DecisionTaskStarted") :
]
STARTED = NEWEST_FIRST[0]["eventId"]
PREVIOUS = next(
    e["decisionTaskCompletedEventAttributes"]["startedEventId"]
    for e in NEWEST_FIRST
    if e["eventType"] == "DecisionTaskCompleted"
)
ALL_IDS = list(range(STARTED, 0, -1))
#: what happened after the task was started
LATER = {**NEWEST_FIRST[0], "eventId": STARTED + 1}
BAD_TOKEN = fault("ValidationException")

both_modes = pytest.mark.parametrize("raw", [False, True], ids=["records", "raw"])


def page_of(first: int, last: int, token: str | None = None) -> dict[str, Any]:
    """Return an answer to a poll with the events from one id down to another."""
    return {
        "taskToken": "token",
        "startedEventId": STARTED,
        "previousStartedEventId": PREVIOUS,
        "workflowExecution": {"workflowId": "w", "runId": "r"},
        "workflowType": {"name": "flow", "version": "1"},
        **history(first, last, token),
    }


def oldest_page_of(first: int, last: int, token: str | None = None) -> dict[str, Any]:
    """Return an answer to a poll with the events from one id up to another."""
    page = page_of(last, first, token)
    return {**page, "events": page["events"][::-1]}


def history(first: int, last: int, token: str | None = None) -> dict[str, Any]:
    """Return a page of GetWorkflowExecutionHistory."""
    events = [event for event in NEWEST_FIRST if first >= event["eventId"] >= last]
    return {"events": events, **({"nextPageToken": token} if token else {})}


def oldest_first(first: int, last: int, token: str | None = None) -> dict[str, Any]:
    """Return a page of GetWorkflowExecutionHistory with the events from one id up to another."""
    page = history(last, first, token)
    return {**page, "events": page["events"][::-1]}


def ids(events: Any) -> list[int]:
    """Return the ids of events, in either form."""
    return [event_id_of(event) for event in events]


def poll(scripted: Scripted, **options: Any) -> DecisionTask:
    """Poll by py_swf."""
    return DecisionClient(CONFIG, scripted.client).poll(**options)


POLL = {"domain": "d", "taskList": {"name": "list"}, "reverseOrder": True}
#: what is asked for when a page token is dead
HISTORY = {"domain": "d", "execution": {"workflowId": "w", "runId": "r"}, "reverseOrder": True}
#: what is asked for when the events before those of a task are read
EARLIER = {**HISTORY, "reverseOrder": False}


class TestPolling:
    """By the page tokens of the poll."""

    @both_modes
    def test_every_page(self, raw):
        """The task has the events of every page, each polled with the token of the one before and
        the same parameters.
        """
        scripted = Scripted(
            page_of(STARTED, 20, "t1"), page_of(19, 10, "t2"), page_of(9, 1)
        )  # fmt: skip
        options = {"identity": "me", "maximum_page_size": 100, "use_raw_event_history": raw}
        task = poll(scripted, **options)

        assert ids(task.events) == ALL_IDS
        first = {**POLL, "identity": "me", "maximumPageSize": 100}
        assert scripted.requests == [
            ("PollForDecisionTask", first),
            ("PollForDecisionTask", {**first, "nextPageToken": "t1"}),
            ("PollForDecisionTask", {**first, "nextPageToken": "t2"}),
        ]
        assert {isinstance(event, dict) for event in task.events} == {raw}

    def test_nothing_is_polled_before_it_is_needed(self):
        """The first page comes with the poll; the next is polled when its first event is."""
        scripted = Scripted(page_of(STARTED, 20, "t1"), page_of(19, 1))
        task = poll(scripted)
        events = iter(task.events)
        for _ in range(STARTED - 19):
            next(events)
        assert task.events[STARTED - 20].event_id == 20
        assert bool(task.events)
        assert len(scripted.requests) == 1

        assert next(events).event_id == 19
        assert len(scripted.requests) == 2

    def test_pages_are_kept(self):
        """Nothing is read twice."""
        scripted = Scripted(page_of(STARTED, 20, "t1"), page_of(19, 1))
        task = poll(scripted)

        assert ids(task.events) == ids(task.events) == ids(reversed(task.events))[::-1]
        assert len(task.history.events) == len(task.events) == STARTED
        assert len(scripted.requests) == 2

    def test_new_events_leave_older_pages_alone(self):
        """New events are read without the pages after them."""
        scripted = Scripted(page_of(STARTED, PREVIOUS, "t1"))
        task = poll(scripted)

        assert ids(task.new_events) == list(range(PREVIOUS + 1, STARTED + 1))
        assert len(scripted.requests) == 1

    @pytest.mark.parametrize(
        "look",
        [len, lambda events: events[-1], lambda events: events[:2], lambda events: events == []],
        ids=["length", "from the end", "slice", "equality"],
    )
    def test_what_needs_every_page(self, look):
        """A length, an index from the end, a slice and a comparison read all events."""
        scripted = Scripted(page_of(STARTED, 20, "t1"), page_of(19, 10, "t2"), page_of(9, 1))
        look(poll(scripted).events)

        assert len(scripted.requests) == 3

    def test_empty_pages_are_passed_over(self):
        """A page without events, also the first, is followed by the next."""
        scripted = Scripted(
            page_of(0, 1, "t1"), page_of(STARTED, 10, "t2"), page_of(0, 1, "t3"), page_of(9, 1)
        )

        assert ids(poll(scripted).events) == ALL_IDS

    def test_an_empty_first_page_is_no_empty_task(self):
        """The first page that has events shows that there are some."""
        scripted = Scripted(page_of(0, 1, "t1"), page_of(STARTED, 10, "t2"))

        assert bool(poll(scripted).events)
        assert len(scripted.requests) == 2


#: what a dead page token gets: an error, or an answer without a task
DEAD = {"error": BAD_TOKEN, "empty": {"startedEventId": 0}, "null": {"taskToken": None}}

for_each_death = pytest.mark.parametrize("death", DEAD)


class TestDeadPageToken:
    """By GetWorkflowExecutionHistory, from where the pages ended."""

    @both_modes
    @for_each_death
    def test_the_rest_is_read_from_the_history(self, raw, death):
        """What the dead token would have brought is read from the history, and nothing twice; what
        happened after the task was started is not the task's.
        """
        newest = history(STARTED, 15, "h1")
        newest["events"].insert(0, LATER)
        scripted = Scripted(
            page_of(STARTED, 20, "t1"), page_of(19, 12, "t2"), DEAD[death], newest, history(14, 1)
        )
        task = poll(scripted, use_raw_event_history=raw)

        assert ids(task.events) == ALL_IDS
        assert scripted.requests[3:] == [
            ("GetWorkflowExecutionHistory", HISTORY),
            ("GetWorkflowExecutionHistory", {**HISTORY, "nextPageToken": "h1"}),
        ]
        assert {isinstance(event, dict) for event in task.events} == {raw}

    @both_modes
    @for_each_death
    def test_from_the_previous_started_event(self, raw, death):
        """With ``start_at_previous_started_event`` the rest ends at that event, and the pages
        below are not asked for.
        """
        scripted = Scripted(
            page_of(STARTED, STARTED - 1, "t1"), DEAD[death], history(STARTED, PREVIOUS - 2, "h1")
        )
        task = poll(
            scripted, use_raw_event_history=raw, start_at_previous_started_event=True
        )  # fmt: skip

        assert ids(task.events) == list(range(STARTED, PREVIOUS - 1, -1))
        assert scripted.requests[0][1] == {**POLL, "startAtPreviousStartedEvent": True}
        assert scripted.requests[2:] == [("GetWorkflowExecutionHistory", HISTORY)]

    @both_modes
    def test_an_empty_first_page(self, raw):
        """If the dead token followed a page without events, the whole task is read; what
        happened after it was started is left out.
        """
        newest = history(STARTED, 1)
        newest["events"].insert(0, LATER)
        scripted = Scripted(page_of(0, 1, "t1"), BAD_TOKEN, newest)

        assert ids(poll(scripted, use_raw_event_history=raw).events) == ALL_IDS

    def test_a_double_that_tells_no_started_event(self):
        """A double's answer without ``startedEventId`` loses no event."""

        class Double:
            """A user's double with two pages, the second of which is gone."""

            def poll_for_decision_task(self, **params: Any) -> Any:
                """Answer the first page, and nothing after that."""
                answer = {**page_of(0, 1, "t1"), "startedEventId": None}
                return {} if "nextPageToken" in params else answer

            def get_workflow_execution_history(self, **params: Any) -> Any:
                """Answer everything."""
                return history(STARTED, 1)

        task = DecisionClient(CONFIG, Double()).poll()

        assert task.started_event_id == 0
        assert ids(task.events) == ALL_IDS

    @for_each_death
    def test_a_failing_fallback_raises_its_error(self, death):
        """If the history cannot be read either, its error comes, and the next look begins again
        at the same place: the task is never shorter than it is.
        """
        scripted = Scripted(
            page_of(STARTED, 10, "t1"),
            DEAD[death],
            fault("UnknownResourceFault"),
            DEAD[death],
            history(STARTED, 5, "h1"),
            fault("OperationNotPermittedFault"),
            page_of(9, 1),
        )
        task = poll(scripted)

        with pytest.raises(scripted.client.exceptions.UnknownResourceFault):
            list(task.events)
        with pytest.raises(scripted.client.exceptions.OperationNotPermittedFault):
            len(task.events)
        assert ids(task.events) == ALL_IDS

    def test_a_passing_fault_of_the_network(self):
        """A page that the network loses is asked for again at the next look, by the same token."""
        lost = ConnectionClosedError(endpoint_url="http://x")
        scripted = Scripted(
            page_of(STARTED, 10, "t1"), lost, page_of(9, 1), retries={"total_max_attempts": 1}
        )
        task = poll(scripted)

        with pytest.raises(ConnectionClosedError):
            _ = task.history
        assert ids(task.history.events) == ALL_IDS[::-1]
        assert [params.get("nextPageToken") for _, params in scripted.requests] == [
            None, "t1", "t1",
        ]  # fmt: skip


class TestMarks:
    """An error of reading a history is marked as one, and keeps its class."""

    @pytest.mark.parametrize(
        "look",
        [
            lambda client, task: list(task.events),
            lambda client, task: task.history,
            lambda client, task: list(client.walk_execution_history("w", "r")),
        ],
    )
    def test_what_reads_is_marked(self, look):
        """Pages of a task, the events before it, and a walk of the decider's own."""
        lost = ConnectionClosedError(endpoint_url="http://x")
        scripted = Scripted(page_of(STARTED, 10, "t1"), lost, retries={"total_max_attempts": 1})
        client = DecisionClient(CONFIG, scripted.client)
        task = client.poll()

        with pytest.raises(ConnectionClosedError) as raised:
            look(client, task)

        assert is_of_reading(raised.value)

    def test_what_does_not_read_is_not(self):
        """A poll, and any other error."""
        scripted = Scripted(ConnectionClosedError(endpoint_url="http://x"))

        with pytest.raises(ConnectionClosedError) as raised:
            poll(scripted)

        assert not is_of_reading(raised.value)


class TestHistory:
    """``task.history`` and ``task.new_events``."""

    @both_modes
    def test_of_a_whole_task(self, raw):
        """The history of a complete task needs no calls."""
        scripted = Scripted(page_of(STARTED, 1))
        task = poll(scripted, use_raw_event_history=raw)

        assert ids(task.history.events) == ALL_IDS[::-1]
        assert task.history is task.history
        assert ids(task.new_events) == ids(task.history.new_events)
        assert scripted.operations == ["PollForDecisionTask"]

    @both_modes
    def test_reads_what_is_missing(self, raw):
        """After ``start_at_previous_started_event`` the events before are read when the history is
        first looked at, once, and no page beyond them.
        """
        scripted = Scripted(
            page_of(STARTED, PREVIOUS), oldest_first(1, 11, "h1"), oldest_first(12, STARTED, "h2")
        )
        task = poll(scripted, use_raw_event_history=raw, start_at_previous_started_event=True)
        assert ids(task.events) == list(range(STARTED, PREVIOUS - 1, -1))
        assert ids(task.new_events) == list(range(PREVIOUS + 1, STARTED + 1))
        assert scripted.operations == ["PollForDecisionTask"]

        assert ids(task.history.events) == ALL_IDS[::-1]
        assert task.history.started is not None
        assert ids(task.events) == list(range(STARTED, PREVIOUS - 1, -1))
        assert scripted.requests[1:] == [
            ("GetWorkflowExecutionHistory", EARLIER),
            ("GetWorkflowExecutionHistory", {**EARLIER, "nextPageToken": "h1"}),
        ]

    def test_that_cannot_be_read(self):
        """If the missing part cannot be read, the error is raised; the next access tries again."""
        scripted = Scripted(
            page_of(STARTED, PREVIOUS), fault("UnknownResourceFault"), oldest_first(1, STARTED)
        )
        task = poll(scripted, start_at_previous_started_event=True)

        with pytest.raises(ClientError, match="UnknownResourceFault"):
            _ = task.history
        assert ids(task.history.events) == ALL_IDS[::-1]

    def test_of_a_task_made_by_hand(self):
        """A task made by a user's test has a history of its events, without any call."""
        events = [event_from_wire(event) for event in NEWEST_FIRST[:5]]
        task = DecisionTask(
            events=events,
            task_token="t",
            workflow_id="w",
            workflow_run_id="r",
            workflow_type={"name": "flow", "version": "1"},
        )

        assert ids(task.history.events) == ids(events)[::-1]
        assert ids(task.new_events) == ids(events)[::-1]

    def test_of_no_events(self):
        """A task without events has an empty history."""
        task = DecisionTask([], "t", "w", "r", ("flow", "1"))

        assert task.history.events == task.new_events == []


class TestOldestFirst:
    """A task that was polled with ``newest_first=False``."""

    @both_modes
    def test_every_page(self, raw):
        """The oldest event comes first, and each page is asked for in that order."""
        scripted = Scripted(oldest_page_of(1, 9, "t1"), oldest_page_of(10, STARTED))
        task = poll(scripted, use_raw_event_history=raw, newest_first=False)

        assert not task.newest_first
        assert ids(task.events) == ids(task.history.events) == ALL_IDS[::-1]
        assert ids(task.new_events) == list(range(PREVIOUS + 1, STARTED + 1))
        assert scripted.requests == [
            ("PollForDecisionTask", {**POLL, "reverseOrder": False}),
            ("PollForDecisionTask", {**POLL, "reverseOrder": False, "nextPageToken": "t1"}),
        ]

    @for_each_death
    def test_the_rest_is_read_from_the_history(self, death):
        """Behind a dead page token it goes on with the next event, and ends with the task's own."""
        scripted = Scripted(
            oldest_page_of(1, 9, "t1"),
            DEAD[death],
            oldest_first(1, 15, "h1"),
            {"events": [*oldest_first(16, STARTED)["events"], LATER], "nextPageToken": "h2"},
        )

        assert ids(poll(scripted, newest_first=False).events) == ALL_IDS[::-1]
        assert scripted.requests[2:] == [
            ("GetWorkflowExecutionHistory", EARLIER),
            ("GetWorkflowExecutionHistory", {**EARLIER, "nextPageToken": "h1"}),
        ]

    def test_from_the_previous_started_event(self):
        """If the first page was empty and its token is dead, the rest begins with that event."""
        scripted = Scripted(oldest_page_of(0, 0, "t1"), BAD_TOKEN, oldest_first(1, STARTED))
        task = poll(scripted, newest_first=False, start_at_previous_started_event=True)

        assert ids(task.events) == list(range(PREVIOUS, STARTED + 1))


class TestAllEvents:
    """``task.all_events()``."""

    def test_page_by_page(self):
        """With the oldest first, a page is read when its first event is needed."""
        scripted = Scripted(oldest_page_of(1, 9, "t1"), oldest_page_of(10, STARTED))
        events = poll(scripted, newest_first=False).all_events()

        seen = [(event.event_id, len(scripted.requests)) for event in events]
        assert seen == [(i, 1 if i < 10 else 2) for i in ALL_IDS[::-1]]

    @both_modes
    def test_of_a_task_with_the_newest_first(self, raw):
        """They still come oldest first, and as records."""
        scripted = Scripted(page_of(STARTED, 10, "t1"), page_of(9, 1))
        events = list(poll(scripted, use_raw_event_history=raw).all_events())

        assert ids(events) == ALL_IDS[::-1]
        assert all(isinstance(event, Event) for event in events)

    @pytest.mark.parametrize("newest_first", [True, False])
    def test_the_earlier_ones_too(self, newest_first):
        """After ``start_at_previous_started_event`` those before are read first, and not kept."""
        page = page_of if newest_first else lambda last, first: oldest_page_of(first, last)
        scripted = Scripted(
            page(STARTED, PREVIOUS), oldest_first(1, STARTED), oldest_first(1, STARTED)
        )
        task = poll(scripted, newest_first=newest_first, start_at_previous_started_event=True)

        assert ids(task.all_events()) == ids(task.all_events()) == ALL_IDS[::-1]

    def test_of_a_service_that_sends_the_whole(self):
        """If the service ignores ``start_at_previous_started_event``, no event comes twice."""
        scripted = Scripted(page_of(STARTED, 1), oldest_first(1, STARTED))

        assert (
            ids(poll(scripted, start_at_previous_started_event=True).all_events())
            == (ALL_IDS[::-1])
        )

    def test_of_the_first_task(self):
        """If there is nothing before, no call is made."""
        scripted = Scripted({**page_of(STARTED, 1), "previousStartedEventId": 0})
        task = poll(scripted, start_at_previous_started_event=True)

        assert ids(task.all_events()) == ALL_IDS[::-1]
        assert ids(task.earlier_events) == []


class TestPickled:
    """A decision task for a decider in another process, where there is no client."""

    @both_modes
    @pytest.mark.parametrize("copied", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
    def test_is_whole(self, raw, copied):
        """What it would read later is read when it is pickled, the events before it too."""
        scripted = Scripted(
            page_of(STARTED, STARTED - 1, "more"),
            page_of(STARTED - 2, PREVIOUS),
            oldest_first(1, STARTED),
        )
        task = poll(scripted, use_raw_event_history=raw, start_at_previous_started_event=True)
        there = copied(task)

        assert len(scripted.requests) == 3
        assert ids(there.events) == list(range(STARTED, PREVIOUS - 1, -1))
        assert ids(there.new_events) == list(range(PREVIOUS + 1, STARTED + 1))
        assert ids(there.history.events) == ALL_IDS[::-1]
        assert (there.task_token, there.workflow_type) == (task.task_token, task.workflow_type)

    def test_its_events_alone(self):
        """The events of a task can be pickled without it, as a list of the whole."""
        events = poll(Scripted(page_of(STARTED, 20, "more"), page_of(19, 1))).events

        assert ids(pickle.loads(pickle.dumps(events))) == ALL_IDS

    def test_of_a_task_that_has_all(self):
        """A task that has its first event reads nothing more."""
        scripted = Scripted(page_of(STARTED, 1))
        there = pickle.loads(pickle.dumps(poll(scripted)))

        assert ids(there.history.events) == ALL_IDS[::-1]
        assert len(scripted.requests) == 1


class TestSequence:
    """The events of a task, used as a list."""

    @pytest.fixture
    def events(self) -> EventPages[Any]:
        """The events of a task with two pages."""
        events = poll(Scripted(page_of(STARTED, 10, "t1"), page_of(9, 1))).events
        assert isinstance(events, EventPages)
        return events

    def test_indexes(self, events):
        """It is indexed like a list, from both ends, and by slices."""
        assert events[0].event_id == STARTED
        assert events[STARTED - 1].event_id == 1
        assert events[-1].event_id == 1
        assert ids(events[1:3]) == [STARTED - 1, STARTED - 2]
        with pytest.raises(IndexError):
            events[STARTED]

    def test_membership(self, events):
        """``in`` and ``index`` find an event."""
        assert events[5] in events
        assert events.index(events[5]) == 5

    def test_equality(self, events):
        """It equals a list of the same events, and nothing else."""
        assert events == list(events)
        assert list(events) == events
        assert events != list(events)[1:]
        assert events != 7

    def test_it_cannot_be_hashed(self, events):
        """As a list, it is not a key."""
        with pytest.raises(TypeError, match="unhashable"):
            hash(events)

    def test_its_repr_reads_nothing(self, events):
        """Printing a task, for example in a log, makes no call."""
        assert repr(events) == f"<EventPages of {STARTED - 9} events read so far>"

    def test_emptiness(self):
        """A task without events is false, like an empty list."""
        assert not poll(Scripted(page_of(0, 1))).events


@pytest.fixture(params=["decision client", "workflow client"])
def walker(request: pytest.FixtureRequest) -> Any:
    """Each of the two clients that walk a history, made over a boto3 client."""
    return {"decision client": DecisionClient, "workflow client": WorkflowClient}[request.param]


class TestWalk:
    """``walk_execution_history``."""

    @both_modes
    def test_page_by_page(self, walker, raw):
        """Nothing is called before the first ``next``, and each page only when it is reached."""
        scripted = Scripted(history(STARTED, 20, "h1"), history(19, 10, "h2"), history(9, 1))
        walk = walker(CONFIG, scripted.client).walk_execution_history(
            "w", "r", use_raw_event_history=raw
        )
        assert scripted.requests == []
        seen = []
        for event in walk:
            seen.append((event_id_of(event), len(scripted.requests)))

        assert seen == [(i, 1 if i >= 20 else 2 if i >= 10 else 3) for i in ALL_IDS]
        params = {**HISTORY, "maximumPageSize": 1000}
        assert scripted.requests == [
            ("GetWorkflowExecutionHistory", params),
            ("GetWorkflowExecutionHistory", {**params, "nextPageToken": "h1"}),
            ("GetWorkflowExecutionHistory", {**params, "nextPageToken": "h2"}),
        ]

    def test_oldest_first(self, walker):
        """Reverse order and page size are sent to the service."""
        scripted = Scripted({"events": NEWEST_FIRST[::-1]})
        walk = walker(CONFIG, scripted.client).walk_execution_history("w", "r", False, False, 7)

        assert ids(walk) == ALL_IDS[::-1]
        ((_, params),) = scripted.requests
        assert params == {**HISTORY, "reverseOrder": False, "maximumPageSize": 7}

    def test_one_page_is_held(self, walker):
        """When a page is read, only the last event of the previous page is still held."""
        walked = []
        left = []

        def next_page():
            left.append([ref().event_id for ref in walked if ref()])
            return history(STARTED - 3, 1)

        scripted = Scripted(history(STARTED, STARTED - 2, "more"), next_page)
        for event in walker(CONFIG, scripted.client).walk_execution_history("w", "r"):
            walked.append(weakref.ref(event))

        assert left == [[STARTED - 2]]
        assert len(walked) == STARTED

    def test_a_generator(self, walker):
        """A walk can be closed like any generator; then nothing more is called."""
        scripted = Scripted(history(STARTED, 20, "h1"))
        walk = walker(CONFIG, scripted.client).walk_execution_history("w", "r")
        next(walk)
        walk.close()

        assert isinstance(walk, Iterator)
        assert list(walk) == []
        assert len(scripted.requests) == 1

    def test_an_empty_history(self, walker):
        """A page without events and token ends the walk."""
        walk = walker(CONFIG, Scripted({"events": []}).client).walk_execution_history("w", "r")

        assert list(walk) == []

    @pytest.mark.parametrize("size", [-1, 1001, "10", 1.5, True])
    def test_a_bad_page_size(self, walker, size):
        """What is not a number from 0 to 1,000 is refused at once, before anything is called."""
        client = walker(CONFIG, Scripted().client)
        with pytest.raises(ValueError, match=r"maximum_page_size is .* from 0 to 1000"):
            client.walk_execution_history("w", "r", maximum_page_size=size)


@pytest.mark.parametrize("size", [-1, 1001, "10", 1.5, True])
def test_a_bad_page_size_of_a_poll(size):
    """A poll refuses it too, before it is sent."""
    with pytest.raises(ValueError, match=r"maximum_page_size is .* from 0 to 1000"):
        poll(Scripted(), maximum_page_size=size)
