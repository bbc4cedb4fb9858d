"""The machine's tables match botocore's model, so additions by AWS are noticed here."""

from __future__ import annotations

import pytest

from py_swf.local.machine.decisions.table import DECISIONS, allowed_causes
from py_swf.local.machine.requests.model import service_model
from py_swf.local.machine.requests.rules import (
    MEMBER_RULES,
    REQUEST_RULES,
    SHAPE_RULES,
    attributes_key,
)
from py_swf.local.machine.service import OPERATIONS
from py_swf.local.machine.settings import ACTIVITY, EXECUTION, Setting, undefined_cause

MODEL = service_model()
SHAPES = MODEL["shapes"]


def members(shape: str) -> set[str]:
    """Return the members of a structure."""
    return set(SHAPES[shape]["members"])


def test_the_operations_are_the_models() -> None:
    """There is a handler for each of the model's operations, and no other."""
    assert set(OPERATIONS) == set(MODEL["operations"]), "see 'A new operation' on Contribute"


def test_the_decisions_are_the_models() -> None:
    """There is a handler for each of the 13 decision types, and no other."""
    assert set(DECISIONS) == set(SHAPES["DecisionType"]["enum"])
    assert len(DECISIONS) == 13


@pytest.mark.parametrize("kind", DECISIONS)
def test_a_decision_finds_its_attributes(kind: str) -> None:
    """The member that holds a decision's attributes is the model's."""
    assert attributes_key(kind) in members("Decision")


@pytest.mark.parametrize("kind", DECISIONS)
def test_a_failed_decision_says_what_the_model_asks(kind: str) -> None:
    """What the failure repeats are members of its event, and none that is required lacks."""
    failed, named = DECISIONS[kind].failed, set(DECISIONS[kind].repeated)
    shape = f"{failed}EventAttributes"
    assert named <= members(shape)
    given = named | {"cause", "decisionTaskCompletedEventId", "initiatedEventId"}
    if "External" not in kind:  # a refused request leaves its Initiated event first
        assert set(SHAPES[shape]["required"]) <= given


@pytest.mark.parametrize("kind", DECISIONS)
def test_a_decision_can_fail_as_the_model_says(kind: str) -> None:
    """The causes that may be injected are those of the failure's event."""
    shape = SHAPES[f"{DECISIONS[kind].failed}EventAttributes"]["members"]["cause"]["shape"]
    assert allowed_causes(kind) == set(SHAPES[shape]["enum"])


def test_the_rules_name_what_exists() -> None:
    """Every rule beyond the model names an operation, shape or member of the model."""
    assert set(REQUEST_RULES) <= set(OPERATIONS)
    assert set(SHAPE_RULES) <= set(SHAPES)
    assert all(member in members(shape) for shape, member in MEMBER_RULES)


@pytest.mark.parametrize(
    ("table", "given", "defaults"),
    [
        (EXECUTION, "StartWorkflowExecutionInput", "WorkflowTypeConfiguration"),
        (EXECUTION, "StartChildWorkflowExecutionDecisionAttributes", "WorkflowTypeConfiguration"),
        (ACTIVITY, "ScheduleActivityTaskDecisionAttributes", "ActivityTypeConfiguration"),
    ],
)
def test_settings_name_what_exists(table: tuple[Setting, ...], given: str, defaults: str) -> None:
    """Each setting is a member of the request, its default one of the type; none is left out."""
    assert {setting.name for setting in table} <= members(given)
    assert {setting.default for setting in table if setting.default} == members(defaults)


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (EXECUTION, "StartChildWorkflowExecution"),
        (EXECUTION, "ContinueAsNewWorkflowExecution"),
        (ACTIVITY, "ScheduleActivityTask"),
    ],
)
def test_an_undefined_default_has_its_cause(table: tuple[Setting, ...], kind: str) -> None:
    """Each required setting has a cause, and the model's undefined causes are all used."""
    causes = {undefined_cause(setting.name) for setting in table if setting.required}
    assert causes == {cause for cause in allowed_causes(kind) if cause.startswith("DEFAULT_")}
