"""Events read past boto3's parser: equal to boto3's own, and unnoticed by other code."""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from py_swf import DecisionClient, DecisionConfig, WorkflowClient, WorkflowClientConfig
from py_swf.clients import _history_parser
from py_swf.errors import AnswerNotWhole
from py_swf.events import UnknownEvent
from tests.clients import generated_events
from tests.clients.generated_events import EVENT_TYPES, plain_event
from tests.clients.scripted import Scripted, Stubbed, fault
from tests.model import HISTORIES

EVENTS = HISTORIES["activity-failed"]
PAGE = {"events": EVENTS}
OTHERS = {"events": HISTORIES["child-workflow-completed"][:3]}
TASK = {
    "taskToken": "token",
    "startedEventId": 3,
    "previousStartedEventId": 0,
    "workflowExecution": {"workflowId": "w", "runId": "r"},
    "workflowType": {"name": "flow", "version": "1"},
    **PAGE,
}
RUN = {"domain": "d", "execution": {"workflowId": "w", "runId": "r"}}


def deciding(boto_client: Any) -> DecisionClient:
    """Return a decision client over a boto3 client."""
    return DecisionClient(DecisionConfig("d", "list"), boto_client)


def walked(boto_client: Any) -> list[Any]:
    """Walk the one page that is scripted, by py_swf."""
    config = WorkflowClientConfig("d", "list", None, None)
    return list(WorkflowClient(config, boto_client).walk_execution_history("w", "r"))


def by_boto3(boto_client: Any) -> Any:
    """Ask for a page of history by boto3 itself."""
    return boto_client.get_workflow_execution_history(**RUN)["events"]


@cache
def untouched() -> Scripted:
    """Return a boto3 client that py_swf has never seen."""
    return Scripted()


@cache
def stub() -> Stubbed:
    """Return a client whose answers pass no hook of ours."""
    return Stubbed()


def boto3s(events: Any) -> list[Any]:
    """Return events as an untouched boto3 client parses them."""
    untouched().replies = iter([{"events": events}])
    return by_boto3(untouched().client)


def records_of_boto3s(events: Any) -> list[Any]:
    """Return the records that are made of boto3's parsed answer."""
    stub().answers(
        "get_workflow_execution_history",
        {"events": boto3s(events)},
        **RUN,
        maximumPageSize=1000,
        reverseOrder=True,
    )
    return walked(stub().client)


def past_boto3(events: list[Any]) -> bool:
    """Return whether records were made of the body itself, where a timestamp is a number."""
    (one_kind,) = {type(event.raw["eventTimestamp"]) for event in events}
    return one_kind is not datetime


@pytest.fixture(scope="module")
def reader() -> Scripted:
    """One client for many readings; its next replies are put into ``replies``."""
    return Scripted()


def read(reader: Scripted, events: Any) -> list[Any]:
    """Read events by py_swf from the body of an answer."""
    reader.replies = iter([{"events": events}])
    return walked(reader.client)


class TestBothRoadsAreEqual:
    """The records are the same on both paths."""

    @pytest.mark.parametrize("name", HISTORIES)
    def test_recorded_histories(self, reader, name):
        """A history of the real service gives equal records with and without boto3's parser."""
        read_here, read_there = read(reader, HISTORIES[name]), records_of_boto3s(HISTORIES[name])

        assert past_boto3(read_here)
        assert not past_boto3(read_there)
        assert read_here == read_there
        assert len(read_here) == len(HISTORIES[name])
        assert not any(isinstance(event, UnknownEvent) for event in read_here)

    @pytest.mark.parametrize("name", HISTORIES)
    def test_names_of_1x(self, reader, name):
        """Attributes by their wire names are the same on both paths, timestamps included."""
        pairs = zip(read(reader, HISTORIES[name]), records_of_boto3s(HISTORIES[name]), strict=True)
        for here, there in pairs:
            assert here.eventTimestamp == there.eventTimestamp == there.raw["eventTimestamp"]
            assert (here.eventType, here.eventId) == (there.eventType, there.eventId)

    @pytest.mark.parametrize("whole", [True, False], ids=["every member", "required members"])
    def test_every_event_type(self, reader, whole):
        """Each of the 54 types is equal on both paths, with all members and with the fewest."""
        events = [plain_event(i, name, whole=whole) for i, name in enumerate(EVENT_TYPES, 1)]
        read_here = read(reader, events)

        assert past_boto3(read_here)
        assert read_here == records_of_boto3s(events)
        assert [event.event_type for event in read_here] == EVENT_TYPES
        assert not any(isinstance(event, UnknownEvent) for event in read_here)

    @settings(deadline=None, max_examples=60)
    @given(events=st.lists(generated_events.events, min_size=1, max_size=6))
    def test_generated_events(self, reader, events):
        """So are events with whatever members and values they come."""
        read_here = read(reader, events)

        assert past_boto3(read_here)
        assert read_here == records_of_boto3s(events)

    def test_a_decision_task(self):
        """A polled task is equal on both paths, whatever else the answer holds."""
        past, stubbed = Scripted(TASK), Stubbed()
        parsed = {**TASK, "events": boto3s(EVENTS)}
        stubbed.answers(
            "poll_for_decision_task",
            parsed,
            domain="d",
            taskList={"name": "list"},
            reverseOrder=True,
        )
        here, there = deciding(past.client).poll(), deciding(stubbed.client).poll()

        assert here == there
        assert past_boto3(here.events)
        assert not past_boto3(there.events)

    def test_null_members(self):
        """A null member counts as missing."""
        task = deciding(
            Scripted({**TASK, "startedEventId": None, "previousStartedEventId": None}).client
        ).poll()

        assert (task.started_event_id, task.previous_started_event_id) == (0, 0)


def bodies_left_to_boto3(scripted: Scripted, operation: str) -> list[bytes]:
    """Return a list that collects what boto3's parser is left to read."""
    bodies: list[bytes] = []
    scripted.client.meta.events.register_last(
        f"before-parse.swf.{operation}",
        lambda response_dict, **_: bodies.append(response_dict["body"]),
    )
    return bodies


def test_boto3_is_left_nothing_to_parse():
    """A body that was read here is not parsed again, which is the purpose."""
    scripted = Scripted(PAGE)
    bodies = bodies_left_to_boto3(scripted, "GetWorkflowExecutionHistory")

    assert len(walked(scripted.client)) == len(EVENTS)
    assert bodies == [b""]


class TestRawEvents:
    """``use_raw_event_history`` gives what boto3 gives, timestamps and their zone included."""

    def test_poll(self):
        """A raw poll gives boto3's dicts, read past its parser."""
        scripted = Scripted(TASK)
        bodies = bodies_left_to_boto3(scripted, "PollForDecisionTask")
        task = deciding(scripted.client).poll(use_raw_event_history=True)

        assert shown(task.events) == shown(boto3s(EVENTS))
        assert bodies == [b""]

    def test_walk(self):
        """A raw walk gives boto3's dicts, read past its parser."""
        scripted = Scripted(PAGE)
        bodies = bodies_left_to_boto3(scripted, "GetWorkflowExecutionHistory")

        assert shown(raw_walk(scripted)) == shown(boto3s(EVENTS))
        assert bodies == [b""]

    @pytest.mark.parametrize("whole", [True, False], ids=["every member", "required members"])
    def test_every_event_type(self, whole):
        """Each of the 54 types is as boto3 gives it."""
        events = [plain_event(i, name, whole=whole) for i, name in enumerate(EVENT_TYPES, 1)]

        assert shown(raw_walk(Scripted({"events": events}))) == shown(boto3s(events))

    @pytest.mark.parametrize(
        ("zone", "changes_at"),
        [
            ("UTC", 1_700_000_000),
            ("Europe/Berlin", 1_698_541_200),  # 2023-10-29 01:00 UTC: an hour comes twice
            ("Europe/Berlin", 1_711_846_800),  # 2024-03-31 01:00 UTC: an hour is left out
            ("Australia/Lord_Howe", 1_696_087_800),  # by half an hour
            ("Asia/Kathmandu", 1_700_000_000),  # 5:45 from UTC
            ("Africa/Casablanca", 1_710_036_000),  # summer time rests in Ramadan
        ],
    )
    def test_local_time(self, monkeypatch, zone, changes_at):
        """Timestamps are in local time, also where the clocks are changed."""
        moments = [changes_at + quarter * 450 + 0.25 for quarter in range(-20, 20)]
        events = [{**EVENTS[0], "eventTimestamp": moment} for moment in moments]
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        here, there = raw_walk(Scripted({"events": events})), boto3s(events)
        monkeypatch.undo()
        time.tzset()

        assert shown(here) == shown(there)

    @pytest.mark.parametrize("where", ["the event", "its attributes"])
    def test_null(self, where):
        """A member that is null is left out, as boto3 does."""
        event = json.loads(json.dumps(EVENTS[0]))
        member = event if where == "the event" else event["workflowExecutionStartedEventAttributes"]
        member["taskPriority" if where == "its attributes" else "eventId"] = None
        (raw,) = raw_walk(Scripted({"events": [event]}))

        assert [raw] == boto3s([event])

    @pytest.mark.parametrize("timestamp", ["2015-01-01T12:00:00Z", "1420113600.5", 1e13])
    def test_a_timestamp_of_another_spelling(self, timestamp):
        """A timestamp that is not a plain number is boto3's to read or to refuse."""
        events = [{**EVENTS[0], "eventTimestamp": timestamp}]
        try:
            expected = boto3s(events)
        except (ValueError, OverflowError) as error:
            with pytest.raises(type(error)):
                raw_walk(Scripted({"events": events}))
        else:
            assert shown(raw_walk(Scripted({"events": events}))) == shown(expected)

    def test_the_records_of_a_raw_task(self):
        """What a task makes of raw events is the same records."""
        raw = deciding(Scripted(TASK).client).poll(use_raw_event_history=True)
        typed = deciding(Scripted(TASK).client).poll()

        assert len(raw.new_events) == len(EVENTS)
        assert raw.new_events == typed.new_events


def raw_walk(scripted: Scripted) -> list[Any]:
    """Walk the one page that is scripted, for events as boto3's dicts."""
    return list(
        deciding(scripted.client).walk_execution_history("w", "r", use_raw_event_history=True)
    )


def shown(events: Any) -> list[Any]:
    """Return events so that timestamps are equal only if all that they say is."""
    return [
        {**event, "eventTimestamp": (str(moment), moment.fold, type(moment.tzinfo))}
        for event, moment in ((event, event["eventTimestamp"]) for event in events)
    ]


class TestJson:
    """orjson reads the body where it is installed, Python's json what orjson refuses."""

    @pytest.fixture(params=["orjson", "json"])
    def library(self, request, monkeypatch):
        """Read with orjson, or as where it is not installed."""
        if request.param == "json":
            monkeypatch.setattr(_history_parser, "_orjson", lambda: None)
        return request.param

    def test_both_read_alike(self, library):
        """The records are the same with and without orjson."""
        read_here = walked(Scripted(PAGE).client)

        assert past_boto3(read_here)
        assert read_here == records_of_boto3s(EVENTS)

    @pytest.mark.parametrize("value", ["half a pair \ud800", "\udfff", "\x00", "\U0001f600"])
    def test_texts(self, library, value):
        """Any text that JSON can spell is read past boto3, half a surrogate pair included."""
        event = plain_event(1, "WorkflowExecutionSignaled", whole=True)
        event["workflowExecutionSignaledEventAttributes"]["input"] = value
        (read_here,) = walked(Scripted({"events": [event]}).client)

        assert past_boto3([read_here])
        assert read_here.input == value

    def test_numbers_that_json_has_not(self, library):
        """NaN, which Python's json reads, is none of the service's; boto3 says what it is."""
        with pytest.raises(ValueError, match="NaN"):
            walked(Scripted({"events": [{**EVENTS[0], "eventTimestamp": math.nan}]}).client)

    def test_where_orjson_is_not_installed(self, monkeypatch):
        """Without the extra, Python's json reads the body."""
        monkeypatch.setitem(sys.modules, "orjson", None)
        monkeypatch.setattr(_history_parser, "_orjson", _history_parser._orjson.__wrapped__)

        assert _history_parser._orjson() is None
        assert past_boto3(walked(Scripted(PAGE).client))

    def test_orjson_is_used(self, monkeypatch):
        """If orjson is installed, Python's json is not asked."""
        monkeypatch.setattr(_history_parser, "json", None)

        assert past_boto3(walked(Scripted(PAGE).client))


class TestHandlersOfOthers:
    """Every other handler on the client sees what boto3 would give: plain dicts."""

    @pytest.mark.parametrize("raw", [False, True], ids=["records", "raw"])
    @pytest.mark.parametrize("moment", ["response-received", "after-call"])
    def test_dicts(self, moment, raw):
        """A handler finds dicts under boto3's names, whatever the caller wants of them."""
        seen: list[Any] = []
        scripted = Scripted(PAGE)
        client = deciding(scripted.client)
        scripted.client.meta.events.register(
            f"{moment}.swf.GetWorkflowExecutionHistory",
            lambda **given: seen.append(
                given["parsed" if moment == "after-call" else "parsed_response"]
            ),
        )
        walk = list(client.walk_execution_history("w", "r", use_raw_event_history=raw))

        (answer,) = seen
        assert set(answer) == {"events", "ResponseMetadata"}
        assert [event["eventType"] for event in answer["events"]] == [
            event["eventType"] for event in EVENTS
        ]
        assert all(type(event) is dict for event in answer["events"])
        assert answer["events"] == [event if raw else event.raw for event in walk]

    def test_a_timestamp_of_a_record_is_still_a_number(self):
        """If records are wanted, a handler finds the number that the service sent."""
        (event,) = walked(Scripted({"events": EVENTS[:1]}).client)

        assert event.raw == EVENTS[0]


class TestOthersSeeBoto3sOwnAnswer:
    """All other users of the boto3 client get what boto3 gives."""

    def test_before_between_and_after(self):
        """Calls of the same thread on the same client, around ours, are boto3's own."""
        scripted = Scripted(OTHERS, PAGE, OTHERS, TASK, OTHERS)
        expected = boto3s(OTHERS["events"])
        client = deciding(scripted.client)

        assert by_boto3(scripted.client) == expected
        assert past_boto3(list(client.walk_execution_history("w", "r")))
        assert by_boto3(scripted.client) == expected
        assert past_boto3(client.poll().events)
        assert by_boto3(scripted.client) == expected

    def test_between_two_pages(self):
        """While a walk rests between two pages, calls of the same thread are boto3's own."""
        scripted = Scripted({**PAGE, "nextPageToken": "more"}, OTHERS, PAGE)
        walk = deciding(scripted.client).walk_execution_history("w", "r")
        first = next(walk)

        assert by_boto3(scripted.client) == boto3s(OTHERS["events"])
        assert past_boto3([first, *walk])

    def test_after_an_error(self):
        """A failed call from here leaves nothing behind."""
        scripted = Scripted(fault("UnknownResourceFault"), OTHERS)
        with pytest.raises(ClientError):
            walked(scripted.client)

        assert by_boto3(scripted.client) == boto3s(OTHERS["events"])

    def test_a_call_that_never_began(self):
        """A call that boto3 itself refuses leaves nothing behind."""
        scripted = Scripted(OTHERS)
        client = DecisionClient(DecisionConfig(7, "list", *[None] * 4), scripted.client)
        with pytest.raises(TypeError):
            client.poll()
        client.boto_client.meta.events.register_first(
            "provide-client-params.swf.PollForDecisionTask", _refuse
        )
        with pytest.raises(RuntimeError):
            deciding(scripted.client).poll()

        assert by_boto3(scripted.client) == boto3s(OTHERS["events"])

    def test_another_thread_during_our_call(self):
        """While one thread waits for our answer, another thread's is boto3's own."""
        seen: list[Any] = []

        def meanwhile() -> Any:
            other = threading.Thread(target=lambda: seen.append(by_boto3(scripted.client)))
            other.start()
            other.join(10)
            return PAGE

        scripted = Scripted(meanwhile, OTHERS)
        read_here = walked(scripted.client)

        assert seen == [boto3s(OTHERS["events"])]
        assert past_boto3(read_here)

    @pytest.mark.parametrize(
        "moment",
        [
            "provide-client-params",
            "before-parameter-build",
            "before-call",
            "request-created",
            "before-send",
            "before-parse",
            "response-received",
            "needs-retry",
            "after-call",
        ],
    )
    @pytest.mark.parametrize("which", ["the same client", "another client"])
    def test_a_users_own_hook(self, moment, which):
        """A hook of the user that makes the same call in the middle of ours gets boto3's own
        answer, and ours is what it would be without.
        """
        # one client's replies go out in the order in which its requests are sent
        scripted = other = Scripted(*([PAGE, OTHERS] if moment in LATE else [OTHERS, PAGE]))
        if which == "another client":
            scripted, other = Scripted(PAGE), Scripted(OTHERS)
            deciding(other.client)
        seen: list[Any] = []

        def users_hook(**_: Any) -> None:
            if not seen:
                seen.append(None)
                seen[0] = by_boto3(other.client)

        scripted.client.meta.events.register(
            f"{moment}.swf.GetWorkflowExecutionHistory", users_hook
        )
        read_here = walked(scripted.client)

        assert seen == [boto3s(OTHERS["events"])]
        assert read_here == records_of_boto3s(EVENTS)

    def test_a_users_own_hook_that_uses_py_swf(self):
        """A hook of the user that walks by py_swf in the middle of ours gets records, as we do."""
        seen: list[Any] = []

        def nested() -> Any:
            seen.extend(walked(scripted.client))
            return PAGE

        scripted = Scripted(nested, OTHERS)
        read_here = walked(scripted.client)

        assert past_boto3(seen)
        assert past_boto3(read_here)
        assert (len(seen), len(read_here)) == (3, len(EVENTS))

    def test_a_users_own_call_whose_hook_uses_py_swf(self):
        """A call of the user by boto3, during which a hook walks by py_swf, stays
        boto3's own.
        """
        seen: list[Any] = []

        def nested() -> Any:
            seen.extend(walked(scripted.client))
            return OTHERS

        scripted = Scripted(nested, PAGE)
        deciding(scripted.client)

        assert by_boto3(scripted.client) == boto3s(OTHERS["events"])
        assert past_boto3(seen)

    def test_after_a_call_of_a_double(self):
        """A double, on which no hook ends what begins, leaves nothing behind in its thread."""

        class Double:
            """A user's double."""

            def get_workflow_execution_history(self, **params: Any) -> Any:
                """Answer with one page."""
                return PAGE

        scripted = Scripted(OTHERS)
        deciding(scripted.client)
        expected = boto3s(OTHERS["events"])
        walked(Double())

        assert by_boto3(scripted.client) == expected

    def test_other_operations(self):
        """An answer of another operation is left alone, even one that has events."""
        scripted = Scripted({"taskToken": "t", "events": EVENTS, "cancelRequested": True})
        deciding(scripted.client)

        answer = scripted.client.record_activity_task_heartbeat(taskToken="t")

        assert set(answer) == {"cancelRequested", "ResponseMetadata"}


#: moments at which the outer request was sent before the inner one
LATE = {"before-parse", "response-received", "needs-retry", "after-call"}


def _refuse(**_: Any) -> None:
    raise RuntimeError("refused by a hook of the user")


class TestWhatIsNotAsExpected:
    """Then boto3's parser has it, and its answer or its error is what the caller gets."""

    @pytest.mark.parametrize("status", [400, 500])
    def test_an_error_answer(self, status):
        """A fault is boto3's own, even when its body holds events."""
        code, body = fault("UnknownResourceFault", status)
        scripted = Scripted((code, {**body, **PAGE}), retries={"total_max_attempts": 1})

        with pytest.raises(scripted.client.exceptions.UnknownResourceFault, match="because"):
            walked(scripted.client)

    @pytest.mark.parametrize("body", [b"", b"{", b"not JSON", b'{"events": ['])
    def test_a_broken_body(self, body):
        """Of a body that is no JSON boto3 makes an answer without events; it is told for what it
        is, and is never an empty history or an empty poll.
        """
        assert "events" not in Scripted(body).client.get_workflow_execution_history(**RUN)
        with pytest.raises(AnswerNotWhole, match="GetWorkflowExecutionHistory was answered"):
            walked(Scripted(body).client)
        with pytest.raises(AnswerNotWhole, match="PollForDecisionTask was answered"):
            deciding(Scripted(body).client).poll()

    @pytest.mark.parametrize("body", [{}, {"events": None}, {"events": 7}])
    def test_missing_events(self, body):
        """An answer without events is an error, never an empty history."""
        with pytest.raises(AnswerNotWhole, match="it has no events"):
            walked(Scripted(body).client)
        with pytest.raises(AnswerNotWhole, match="it has no events"):
            deciding(Scripted({**TASK, "events": None, **body}).client).poll()

    @pytest.mark.parametrize("body", [b"\xff\xfe{}", [], "text", 7, None])
    def test_a_body_of_another_shape(self, body):
        """A body that is not an answer at all is reported as such."""
        with pytest.raises(AnswerNotWhole, match="a JSON object was expected, not"):
            walked(Scripted(body).client)

    def test_an_event_of_another_shape(self):
        """What is in place of an event, gets boto3's own error."""
        with pytest.raises(Exception) as own:  # noqa: PT011  # whatever boto3 raises here
            by_boto3(Scripted({"events": [7]}).client)
        with pytest.raises(type(own.value)) as ours:
            walked(Scripted({"events": [7]}).client)

        assert str(ours.value) == str(own.value)

    @pytest.mark.parametrize("timestamp", ["2015-01-01T12:00:00Z", "1420113600.5"])
    def test_a_timestamp_of_another_spelling(self, timestamp):
        """Other formats of timestamps are left to boto3."""
        event = {**EVENTS[0], "eventTimestamp": timestamp}
        (read_here,) = walked(Scripted({"events": [event]}).client)

        assert read_here.event_timestamp == boto3s([event])[0]["eventTimestamp"]
        assert [read_here] == records_of_boto3s([event])

    def test_a_timestamp_that_is_none(self):
        """A timestamp that nobody can read gets boto3's own error."""
        with pytest.raises(ValueError, match="Invalid timestamp"):
            walked(Scripted({"events": [{**EVENTS[0], "eventTimestamp": "soon"}]}).client)

    def test_an_event_type_of_tomorrow(self):
        """An event of an unknown type is an UnknownEvent with its attributes."""
        event = {"eventId": 1, "eventTimestamp": 1.5, "eventType": "MoonRose",
                 "moonRoseEventAttributes": {"phase": "full"}}  # fmt: skip
        (read_here,) = walked(Scripted({"events": [event]}).client)

        assert isinstance(read_here, UnknownEvent)
        assert read_here.attributes == {"phase": "full"}

    def test_a_member_of_tomorrow(self):
        """An unknown member is ignored, and is in ``raw``."""
        event = json.loads(json.dumps(EVENTS[0]))
        event["workflowExecutionStartedEventAttributes"]["mood"] = "good"
        (read_here,) = walked(Scripted({"events": [event]}).client)

        assert [read_here] == records_of_boto3s(EVENTS[:1])
        assert read_here.raw["workflowExecutionStartedEventAttributes"]["mood"] == "good"
