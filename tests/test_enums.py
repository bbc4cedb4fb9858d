"""The words of the enumerations are those of botocore's model."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest

from py_swf import _attempts, descriptions, enums
from py_swf._to_wire import snake_case
from py_swf.decisions import Decision
from py_swf.events import EVENT_TYPES
from tests.model import service_model

#: EventType has the classes of py_swf.events instead
OF_THE_MODEL = {
    name
    for name in service_model().shape_names
    if getattr(service_model().shape_for(name), "enum", None) and name != "EventType"
}


def test_each_enumeration_is_there():
    """The module has every enumeration of the model by its name, and no other."""
    assert set(enums.__all__) == OF_THE_MODEL


@pytest.mark.parametrize("name", sorted(OF_THE_MODEL))
def test_its_words(name):
    """An enumeration has the words of the model."""
    assert set(get_args(getattr(enums, name))) == set(service_model().shape_for(name).enum)


def words_of(annotation: Any) -> set[str]:
    """Return the words that an annotation allows, with or without None."""
    return {word for part in (annotation, *get_args(annotation)) for word in get_args(part)} & {
        word for name in enums.__all__ for word in get_args(getattr(enums, name))
    }


RECORDS = [(cls, f"{name}EventAttributes") for name, cls in EVENT_TYPES.items()]
RECORDS += [(cls, f"{cls.__name__}DecisionAttributes") for cls in Decision.__subclasses__()]
RECORDS += [(getattr(descriptions, name), name) for name in ("DomainInfo", "WorkflowTypeInfo")]
RECORDS += [(descriptions.WorkflowExecutionInfo, "WorkflowExecutionInfo")]


@pytest.mark.parametrize(("record", "shape"), RECORDS, ids=lambda value: str(value))
def test_a_field_that_has_words(record, shape):
    """A field whose member is an enumeration of the model is annotated with its words."""
    members = service_model().shape_for(shape).members
    hints = get_type_hints(record)
    for member, of in members.items():
        if getattr(of, "enum", None):
            assert words_of(hints[snake_case(member)]) == set(of.enum)


def test_the_statuses_of_what_is_joined():
    """The statuses of an activity and the like are those in its table."""
    kinds = [alias for name, alias in vars(_attempts).items() if name.endswith("Status")]
    tables = [cls.statuses for cls in _attempts.Joined.__subclasses__()]

    assert len(kinds) == 6
    assert [set(get_args(kind)) for kind in kinds] == [set(table.values()) for table in tables]
