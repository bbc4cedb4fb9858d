"""The reference describes everything: fields of events, words of enumerations, operations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from docs.described import fields_of, with_defaults, words_of
from docs.enum_words import CAUSES, OTHERS, meaning
from docs.event_fields import IN_ONE_EVENT, SHARED, describe
from docs.operations import methods_by_operation
from py_swf import enums
from py_swf.daemon import Calling
from py_swf.events import EVENT_TYPES, Event
from tests.model import service_model

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
FIELDS = {
    name: [field for field in cls.field_names if field not in Event.field_names]
    for name, cls in EVENT_TYPES.items()
}
WORDS = {name: set(get_args(getattr(enums, name))) for name in enums.__all__}


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_every_field_of_an_event_is_described(event_type: str) -> None:
    """Each field has a sentence, and the list on the page has each field once."""
    undescribed = [field for field in FIELDS[event_type] if not describe(event_type, field)]
    assert not undescribed, "describe them in docs/event_fields.py"
    listed = re.findall(r"^\* \*\*(\w+)\*\*", "\n".join(fields_of(EVENT_TYPES[event_type])), re.M)
    assert listed == FIELDS[event_type]


def test_no_description_is_of_a_field_that_is_not_there() -> None:
    """Everything that is described exists, and all shared texts are used."""
    for event_type, own in IN_ONE_EVENT.items():
        assert set(own) <= set(FIELDS[event_type])
    used = {
        field
        for event_type, fields in FIELDS.items()
        for field in fields
        if field not in IN_ONE_EVENT.get(event_type, {})
    }
    assert set(SHARED) == used


@pytest.mark.parametrize("name", enums.__all__)
def test_every_word_of_an_enumeration_is_described(name: str) -> None:
    """Each word has a meaning, and is on the page."""
    assert [word for word in WORDS[name] if not meaning(name, word)] == []
    assert len(list(words_of(name))) == len(WORDS[name])


def test_no_meaning_is_of_a_word_that_is_not_there() -> None:
    """Every explained word is one of the service's."""
    failed = set().union(*(words for name, words in WORDS.items() if name not in OTHERS))
    assert set(CAUSES) == failed
    own = {name: set(words) for name, words in OTHERS.items() if not name.endswith("TimeoutType")}
    assert own == {name: WORDS[name] for name in own}


def test_the_pages_show_every_event_and_every_enumeration_once() -> None:
    """Nothing is left out of the groups, and nothing is in two of them."""
    events = re.findall(r"^\.\. autoclass:: (\w+)", (REFERENCE / "events.rst").read_text(), re.M)
    shown = re.findall(r"^\.\. words:: (\w+)", (REFERENCE / "enums.rst").read_text(), re.M)

    assert sorted(events) == sorted([*EVENT_TYPES, "Event", "UnknownEvent"]), "see events.rst"
    assert sorted(shown) == sorted(enums.__all__)


def test_every_operation_leads_to_a_method() -> None:
    """The list of operations has all of the service's."""
    assert set(methods_by_operation()) == set(service_model().operation_names)


def test_a_signature_shows_the_defaults_of_a_record() -> None:
    """A value is shown as it is written, a function by its name."""
    written = "(backoff=attr_dict['backoff'].default, on_call=attr_dict['on_call'].default)"

    assert with_defaults(written, Calling) == "(backoff=full_jitter, on_call=None)"
    assert with_defaults("(first: int = 10)", len) == "(first: int = 10)"
