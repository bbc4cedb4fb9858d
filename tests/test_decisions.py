"""The 13 decisions match botocore's model, are sent as by boto3, and refused as by SWF."""

from __future__ import annotations

import copy
import math
import pickle
from datetime import timedelta
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from py_swf import decisions as dc
from py_swf._to_wire import snake_case
from py_swf.decisions import (
    Answer,
    CancelTimer,
    CancelWorkflowExecution,
    CompleteWorkflowExecution,
    ContinueAsNewWorkflowExecution,
    Decision,
    FailWorkflowExecution,
    RecordMarker,
    RequestCancelActivityTask,
    RequestCancelExternalWorkflowExecution,
    ScheduleActivityTask,
    ScheduleLambdaFunction,
    SignalExternalWorkflowExecution,
    StartChildWorkflowExecution,
    StartTimer,
    decisions_to_wire,
)
from py_swf.events import ActivityTaskScheduled
from py_swf.history import FailedDecision
from py_swf.types import ActivityType, WorkflowType
from tests.model import members_of, required_of, sent, shape

DECISION_TYPES: list[str] = list(shape("DecisionType").enum)

#: a decision with every field -> what boto3 sends as its attributes
FULL: list[tuple[Decision, dict[str, Any]]] = [
    (
        ScheduleActivityTask(
            activity_type=ActivityType("charge", "2"),
            activity_id="charge-1",
            input="{}",
            control="remember",
            task_list="cards",
            schedule_to_start_timeout=60,
            schedule_to_close_timeout=math.inf,
            start_to_close_timeout=timedelta(minutes=5),
            heartbeat_timeout="NONE",
            task_priority=-7,
        ),
        {
            "activityType": {"name": "charge", "version": "2"},
            "activityId": "charge-1",
            "input": "{}",
            "control": "remember",
            "taskList": {"name": "cards"},
            "scheduleToStartTimeout": "60",
            "scheduleToCloseTimeout": "NONE",
            "startToCloseTimeout": "300",
            "heartbeatTimeout": "NONE",
            "taskPriority": "-7",
        },
    ),
    (RequestCancelActivityTask("charge-1"), {"activityId": "charge-1"}),
    (CompleteWorkflowExecution("done"), {"result": "done"}),
    (FailWorkflowExecution("why", "more"), {"reason": "why", "details": "more"}),
    (CancelWorkflowExecution("as asked"), {"details": "as asked"}),
    (
        ContinueAsNewWorkflowExecution(
            input="next",
            execution_start_to_close_timeout=timedelta(days=365),
            task_list="orders",
            task_priority=1,
            task_start_to_close_timeout="NONE",
            child_policy="ABANDON",
            tag_list=["a", "b"],
            workflow_type_version="3",
            lambda_role="arn:aws:iam::1:role/r",
        ),
        {
            "input": "next",
            "executionStartToCloseTimeout": "31536000",
            "taskList": {"name": "orders"},
            "taskPriority": "1",
            "taskStartToCloseTimeout": "NONE",
            "childPolicy": "ABANDON",
            "tagList": ["a", "b"],
            "workflowTypeVersion": "3",
            "lambdaRole": "arn:aws:iam::1:role/r",
        },
    ),
    (RecordMarker("note", "text"), {"markerName": "note", "details": "text"}),
    (
        StartTimer("tick", 0, "remember"),
        {"timerId": "tick", "startToFireTimeout": "0", "control": "remember"},
    ),
    (CancelTimer("tick"), {"timerId": "tick"}),
    (
        SignalExternalWorkflowExecution("other", "go", "22+/=", "{}", "remember"),
        {
            "workflowId": "other",
            "signalName": "go",
            "runId": "22+/=",
            "input": "{}",
            "control": "remember",
        },
    ),
    (
        RequestCancelExternalWorkflowExecution("other", "22+/=", "remember"),
        {"workflowId": "other", "runId": "22+/=", "control": "remember"},
    ),
    (
        StartChildWorkflowExecution(
            workflow_type=("ship", "1"),
            workflow_id="ship-1",
            input="{}",
            control="remember",
            execution_start_to_close_timeout=3600,
            task_list="ships",
            task_priority="5",  # type: ignore[arg-type]
            task_start_to_close_timeout=30,
            child_policy="REQUEST_CANCEL",
            tag_list=("t",),
            lambda_role="arn:aws:iam::1:role/r",
        ),
        {
            "workflowType": {"name": "ship", "version": "1"},
            "workflowId": "ship-1",
            "input": "{}",
            "control": "remember",
            "executionStartToCloseTimeout": "3600",
            "taskList": {"name": "ships"},
            "taskPriority": "5",
            "taskStartToCloseTimeout": "30",
            "childPolicy": "REQUEST_CANCEL",
            "tagList": ["t"],
            "lambdaRole": "arn:aws:iam::1:role/r",
        },
    ),
    (
        ScheduleLambdaFunction("f-1", "resize", "{}", "remember", 900),
        {
            "id": "f-1",
            "name": "resize",
            "input": "{}",
            "control": "remember",
            "startToCloseTimeout": "900",
        },
    ),
]

#: a decision with required fields only -> what boto3 sends as its attributes
BARE: list[tuple[Decision, dict[str, Any]]] = [
    (
        ScheduleActivityTask(("charge", "2"), "charge-1"),
        {"activityType": {"name": "charge", "version": "2"}, "activityId": "charge-1"},
    ),
    (RequestCancelActivityTask("charge-1"), {"activityId": "charge-1"}),
    (CompleteWorkflowExecution(), {}),
    (FailWorkflowExecution(), {}),
    (CancelWorkflowExecution(), {}),
    (ContinueAsNewWorkflowExecution(), {}),
    (RecordMarker("note"), {"markerName": "note"}),
    (StartTimer("tick", 60), {"timerId": "tick", "startToFireTimeout": "60"}),
    (CancelTimer("tick"), {"timerId": "tick"}),
    (
        SignalExternalWorkflowExecution("other", "go"),
        {"workflowId": "other", "signalName": "go"},
    ),
    (RequestCancelExternalWorkflowExecution("other"), {"workflowId": "other"}),
    (
        StartChildWorkflowExecution({"name": "ship", "version": "1"}, "ship-1"),
        {"workflowType": {"name": "ship", "version": "1"}, "workflowId": "ship-1"},
    ),
    (ScheduleLambdaFunction("f-1", "resize"), {"id": "f-1", "name": "resize"}),
]
CLOSING = [
    CompleteWorkflowExecution("done"),
    FailWorkflowExecution("why"),
    CancelWorkflowExecution(),
    ContinueAsNewWorkflowExecution(),
]


def attributes_of(name: str) -> str:
    """The shape of the attributes of a decision type."""
    return f"{name}DecisionAttributes"


def test_the_model_has_13_types() -> None:
    """There is a record for each decision type in botocore's model."""
    classes = {cls.__name__ for cls in Decision.__subclasses__()}

    assert classes == set(DECISION_TYPES)
    assert len(classes) == 13
    assert classes < set(dc.__all__)
    assert {type(decision).__name__ for decision, _ in FULL} == classes
    assert {type(decision).__name__ for decision, _ in BARE} == classes


@pytest.mark.parametrize("name", DECISION_TYPES)
def test_fields_are_those_of_the_model(name: str) -> None:
    """A record has the members of the service, the required ones first and without a default."""
    fields = attrs.fields(getattr(dc, name))
    required = [field.name for field in fields if field.default is attrs.NOTHING]

    assert {field.name for field in fields} == members_of(attributes_of(name))
    assert set(required) == required_of(attributes_of(name))
    assert [field.name for field in fields][: len(required)] == required
    assert all(field.default is None for field in fields[len(required) :])


@pytest.mark.parametrize(("decision", "attributes"), FULL + BARE)
def test_it_is_sent_as_the_service_wants_it(decision: Decision, attributes: dict[str, Any]) -> None:
    """Each decision passes botocore's validator and is in the body what it was here."""
    name = decision.decision_type
    body = sent("RespondDecisionTaskCompleted", taskToken="t", decisions=[decision.to_wire()])

    assert body["decisions"] == [
        {"decisionType": name, f"{name[0].lower()}{name[1:]}DecisionAttributes": attributes}
    ]
    assert set(body["decisions"][0]) - {"decisionType"} < set(shape("Decision").members)


@pytest.mark.parametrize(("decision", "attributes"), FULL)
def test_it_comes_back_from_the_wire(decision: Decision, attributes: dict[str, Any]) -> None:
    """The sent attributes make an equal decision, apart from the spelling of timeouts."""
    values = {snake_case(member): value for member, value in attributes.items()}
    if "task_list" in values:
        values["task_list"] = values["task_list"]["name"]
    again = type(decision)(**values)

    assert again.to_wire() == decision.to_wire()


@pytest.mark.parametrize("name", DECISION_TYPES)
def test_what_is_required_is_asked_for(name: str) -> None:
    """A required field that is None is refused by its name, and one that is missing too."""
    cls: Any = getattr(dc, name)
    full = next(decision for decision, _ in FULL if type(decision) is cls)
    values = attrs.asdict(full, recurse=False)  # type: ignore[arg-type]
    for required in required_of(attributes_of(name)):
        with pytest.raises(TypeError) as error:
            cls(**{**values, required: None})
        if required not in ("activity_type", "workflow_type"):
            assert str(error.value) == f"{name}.{required} is None, but the service requires it"
        with pytest.raises(TypeError, match=required):
            cls(**{key: value for key, value in values.items() if key != required})


@pytest.mark.parametrize(("decision", "attributes"), FULL + BARE)
def test_it_is_a_value(decision: Decision, attributes: dict[str, Any]) -> None:
    """A decision equals its copies, has the same hash, and never changes."""
    for again in (
        copy.copy(decision),
        copy.deepcopy(decision),
        pickle.loads(pickle.dumps(decision)),
        attrs.evolve(decision),  # type: ignore[misc]
    ):
        assert again == decision
        assert type(again) is type(decision)
        assert hash(again) == hash(decision)
    field = attrs.fields(type(decision))[0].name  # type: ignore[arg-type]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(decision, field, "other")


def test_equality_is_by_type() -> None:
    """Two decisions with the same fields are equal only if they have the same type."""
    failing: Decision = FailWorkflowExecution(details="x")

    assert failing != CancelWorkflowExecution("x")
    assert StartTimer("t", 60) == StartTimer(timer_id="t", start_to_fire_timeout=60)
    assert StartTimer("t", 60) != StartTimer("t", 61)


def test_match() -> None:
    """A test of a decider can match its decisions."""
    match ScheduleActivityTask(("charge", "2"), "charge-1", input="{}"):
        case ScheduleActivityTask(ActivityType(name), activity_id, input="{}"):
            found = (name, activity_id)

    assert found == ("charge", "charge-1")


def test_it_is_checked_when_it_is_made() -> None:
    """A value that the service would refuse is refused at once, with its name and the rule."""
    with pytest.raises(ValueError, match=r"^StartTimer\.timer_id 'a:b' holds ':'; "):
        StartTimer("a:b", 60)
    with pytest.raises(ValueError, match=r"^StartTimer\.start_to_fire_timeout must be finite: "):
        StartTimer("a", math.inf)
    with pytest.raises(ValueError, match=r"^FailWorkflowExecution\.reason has 257 characters; "):
        FailWorkflowExecution("x" * 257)
    with pytest.raises(ValueError, match=r"_close_timeout is 901 seconds; it must be from 1 to"):
        ScheduleLambdaFunction("f", "f", start_to_close_timeout=901)
    with pytest.raises(ValueError, match=r"^StartTimer\.timer_id 'a/b' holds '/'; "):
        attrs.evolve(StartTimer("a", 60), timer_id="a/b")


@pytest.mark.parametrize("wrong", ["charge", ("charge",), None, 5, WorkflowType("a", "1"), {}])
def test_a_wrong_type_is_refused(wrong: Any) -> None:
    """Anything but an activity type is refused when the decision is made."""
    with pytest.raises(TypeError, match="is not of type ActivityType: give one, or a tuple"):
        ScheduleActivityTask(wrong, "charge-1")


def test_a_type_is_a_record_however_it_was_given() -> None:
    """A tuple and boto3's mapping become the record."""
    expected = ActivityType("charge", "2")

    for given_ in (expected, ("charge", "2"), {"name": "charge", "version": "2"}):
        assert ScheduleActivityTask(given_, "a").activity_type == expected
    assert StartChildWorkflowExecution(("s", "1"), "w").workflow_type == WorkflowType("s", "1")


@pytest.mark.parametrize("cls", [ContinueAsNewWorkflowExecution, StartChildWorkflowExecution])
def test_tags(cls: Any) -> None:
    """Tags are kept as a tuple; a single string and a number are refused."""
    make: Any = (
        cls
        if cls is ContinueAsNewWorkflowExecution
        else lambda **given: cls(("s", "1"), "w", **given)
    )
    for tags in (["a", "b"], ("a", "b"), iter(["a", "b"])):
        decision = make(tag_list=tags)
        assert decision.tag_list == ("a", "b")
        assert decision.to_wire() == decision.to_wire()
    assert make(tag_list=None).tag_list is None
    for wrong in ("ab", 5):
        with pytest.raises(TypeError, match=rf"tag_list must be a list of strings, not {wrong!r}"):
            make(tag_list=wrong)


def recorded_by_decisions() -> set[str]:
    """The events that tell which answer caused them."""
    return {
        name
        for name in shape("EventType").enum
        if "decision_task_completed_event_id" in members_of(f"{name}EventAttributes")
    }


def test_the_events_of_decisions() -> None:
    """Each decision names the event that records it, and the one that refuses it: by the model,
    these are all the events that name the answer which caused them.
    """
    taken = [cls.taken_event.__name__ for cls in dc.DECISIONS]
    failed = [cls.failed_event.__name__ for cls in dc.DECISIONS]

    assert [cls.__name__ for cls in dc.DECISIONS] == DECISION_TYPES
    assert [cls.decision_type for cls in dc.DECISIONS] == DECISION_TYPES
    assert failed == [f"{name}Failed" for name in DECISION_TYPES]
    assert set(taken) | set(failed) == recorded_by_decisions()
    assert len({*taken, *failed}) == 26
    assert {cls.failed_event for cls in dc.DECISIONS} == set(get_args(FailedDecision))


@pytest.mark.parametrize("cls", dc.DECISIONS, ids=lambda cls: cls.__name__)
def test_a_decision_and_the_event_that_records_it(cls: type[Decision]) -> None:
    """What a decision says is what its event says, member by member of the model; the event of a
    cancellation names the thing that is canceled.
    """
    says = members_of(attributes_of(cls.decision_type))
    event = members_of(f"{cls.taken_event.__name__}EventAttributes")
    assert {name.replace("_type_version", "_type") for name in says} <= event


def test_a_wire_mapping_of_its_own() -> None:
    """Changing a sent mapping does not change the decision."""
    decision = ScheduleActivityTask(("charge", "1"), "charge-1", task_list="cards")
    sent_one = decision.to_wire()
    attributes = sent_one["scheduleActivityTaskDecisionAttributes"]
    attributes["taskList"]["name"] = attributes["activityType"]["name"] = "changed"
    attributes.clear()
    sent_one.clear()

    assert decision.to_wire() == attrs.evolve(decision).to_wire() != {}


def test_decision_type() -> None:
    """A decision knows its type."""
    assert [decision.decision_type for decision, _ in FULL] == [
        type(decision).__name__ for decision, _ in FULL
    ]


def test_a_class_of_the_user() -> None:
    """A class derived from a decision makes decisions of its type, whatever it adds."""

    @attrs.frozen
    class Charge(ScheduleActivityTask):
        amount: int = 0

        @classmethod
        def of(cls, amount: int) -> Charge:
            return cls(("charge", "1"), f"charge-{amount}", str(amount), amount=amount)

    plain = ScheduleActivityTask(("charge", "1"), "charge-5", "5")

    assert Charge.of(5).to_wire() == plain.to_wire()
    assert Charge.of(5).decision_type == "ScheduleActivityTask"
    assert Charge.taken_event is ActivityTaskScheduled


def test_a_list_of_decisions() -> None:
    """Any number of decisions go in their order, also none, also from a generator."""
    timers = [StartTimer(f"t{number}", number) for number in range(120)]

    assert decisions_to_wire([]) == []
    assert decisions_to_wire(timer for timer in timers) == [timer.to_wire() for timer in timers]


@pytest.mark.parametrize("closing", CLOSING, ids=lambda decision: decision.decision_type)
def test_a_closing_decision_is_the_last(closing: Decision) -> None:
    """A closing decision must be the last; the error names its place and what follows."""
    assert len(decisions_to_wire([StartTimer("t", 1), closing])) == 2
    assert len(decisions_to_wire([closing])) == 1
    with pytest.raises(ValueError, match="closes the execution") as error:
        decisions_to_wire([CancelTimer("t"), closing, StartTimer("t", 1)])
    assert str(error.value) == (
        f"decisions[1] is {closing.decision_type}, which closes the execution; it must be the last "
        "and the only one of its kind, but StartTimer follows"
    )


@given(st.lists(st.sampled_from(CLOSING), min_size=2, max_size=4))
def test_there_is_one_closing_decision(closings: list[Decision]) -> None:
    """Any two closing decisions are refused."""
    with pytest.raises(ValueError, match=rf"^decisions\[0\] is {closings[0].decision_type}, "):
        decisions_to_wire(closings)


@pytest.mark.parametrize(
    ("wrong", "shown"),
    [
        (
            [StartTimer("t", 1), {"decisionType": "CancelTimer"}],
            r"decisions[1] is not a Decision: {",
        ),
        ([CompleteWorkflowExecution], "decisions[0] is not a Decision: <class"),
        ([None], "decisions[0] is not a Decision: None"),
        ("done", "decisions[0] is not a Decision: 'd'"),
        (CancelTimer("t"), "decisions must be a list of decisions, not CancelTimer("),
        (None, "decisions must be a list of decisions, not None"),
    ],
)
def test_what_is_no_decision(wrong: Any, shown: str) -> None:
    """A dict, a class, a decision without its list: each is refused by what it is."""
    with pytest.raises(TypeError) as error:
        decisions_to_wire(wrong)
    assert str(error.value).startswith(shown)


def test_an_answer() -> None:
    """It holds decisions from any iterable, and the other parts of an answer."""
    timer = StartTimer("t", 1)
    answer = Answer(iter([timer]), "context", "sticky", timedelta(seconds=5))

    assert answer == Answer([timer], "context", "sticky", timedelta(seconds=5))
    assert answer.decisions == (timer,)
    assert sent("RespondDecisionTaskCompleted", taskToken="t", **answer.to_wire()) == {
        "taskToken": "t",
        "decisions": [timer.to_wire()],
        "executionContext": "context",
        "taskList": {"name": "sticky"},
        "taskListScheduleToStartTimeout": "5",
    }
    assert Answer().to_wire() == {"decisions": []}


@pytest.mark.parametrize(
    ("wrong", "error", "shown"),
    [
        ({"decisions": [CLOSING[0], StartTimer("t", 1)]}, ValueError, "closes the execution"),
        ({"decisions": StartTimer("t", 1)}, TypeError, "must be a list of decisions"),
        ({"decisions": [{}]}, TypeError, r"decisions\[0\] is not a Decision"),
        ({"execution_context": "x" * 32_769}, ValueError, "execution_context has 32769 characters"),
        ({"task_list": "a:b"}, ValueError, "task_list 'a:b' holds ':'"),
        ({"task_list_schedule_to_start_timeout": -1}, ValueError, "start_timeout is -1 seconds"),
    ],
)
def test_an_answer_is_checked_when_it_is_made(
    wrong: dict[str, Any], error: type[Exception], shown: str
) -> None:
    """An Answer that the service would refuse is refused when it is made."""
    with pytest.raises(error, match=shown):
        Answer(**wrong)


def test_an_answer_of_either() -> None:
    """Decisions become an Answer; an Answer stays as it is, except for overriding arguments."""
    timer = StartTimer("t", 1)
    answer = Answer([timer], "context", "sticky", 5)

    assert Answer.of([timer]) == Answer([timer])
    assert Answer.of([timer], "context", "sticky", 5) == answer
    assert Answer.of(answer) is answer
    assert Answer.of(answer, task_list="other") == Answer([timer], "context", "other", 5)


def test_a_decision_prints_as_one_line() -> None:
    """Printing a decision shows its type and its given fields, with long values cut."""
    decision = ScheduleActivityTask(("charge", "1"), "charge-1", input="x\n" * 40, task_priority=0)

    assert str(decision) == (
        "ScheduleActivityTask(activity_type=('charge', '1'), activity_id='charge-1', "
        "input='x\\nx\\nx\\nx\\nx\\nx\\nx\\nx\\nx\\nx\\nx\\nx\\n..., task_priority=0)"
    )
    assert str(CompleteWorkflowExecution()) == "CompleteWorkflowExecution()"
