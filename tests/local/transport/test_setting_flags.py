"""Limits and choices as the command line spells them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from py_swf.local import Choices, Limits
from py_swf.local.transport.setting_flags import parse_setting, shown


@pytest.mark.parametrize("of", [Limits, Choices])
def test_every_default_can_be_said(of: Any) -> None:
    """Each setting, spelled as the help shows its default, is read as that default."""
    for field in fields(of):
        assert parse_setting(of, f"{field.name}={shown(field.default)}") == (
            field.name,
            field.default,
        )


@pytest.mark.parametrize(
    ("of", "text", "value"),
    [
        (Limits, "events=100", 100),
        (Limits, "page_token_seconds=1.5", 1.5),
        (Choices, "empty_task_token=", ""),
        (Choices, "empty_task_token=null", None),
        (Choices, "schedule_to_start=null", None),
        (Choices, "timer_id_free_at_once=false", False),
        (Choices, "already_started_message=null", "null"),
        (Choices, "already_started_message=a=b", "a=b"),
    ],
)
def test_a_setting_is_read(of: Any, text: str, value: object) -> None:
    """A value is of the type of its default."""
    assert parse_setting(of, text) == (text.partition("=")[0], value)


@pytest.mark.parametrize(
    ("of", "text", "said"),
    [
        (Limits, "events", "'events' is not NAME=VALUE"),
        (Limits, "tea=1", "with a NAME of domains, workflow_types"),
        (Limits, "events=many", "events=many: the value is a number"),
        (Limits, "events=1.5", "events=1.5: the value is a number"),
        (Choices, "timer_id_free_at_once=yes", "the value is true or false"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(of: Any, text: str, said: str) -> None:
    """An error repeats the flag, and says what is wrong."""
    with pytest.raises(ValueError, match=said):
        parse_setting(of, text)
