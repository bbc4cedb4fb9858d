"""The quotas, and the values that they may have."""

from __future__ import annotations

import pytest

from py_swf.local.machine.limits import Limits


def test_the_documented_quotas() -> None:
    """By default, the limits are the documented ones."""
    limits = Limits()
    assert (limits.domains, limits.workflow_types, limits.activity_types) == (100, 10_000, 10_000)
    assert (limits.open_executions, limits.events, limits.tags) == (100_000, 25_000, 50)
    assert {limits.open_activities, limits.open_timers, limits.open_children} == {1_000}
    assert (limits.request_bytes, limits.pollers_per_task_list) == (1_048_576, 1_000)


@pytest.mark.parametrize(
    ("name", "value"), [("domains", -1), ("events", 2), ("page_size", 0), ("page_size", 1001)]
)
def test_a_senseless_limit_is_refused(name: str, value: int) -> None:
    """The error names the limit, its value and the rule."""
    with pytest.raises(ValueError, match=rf"{name} must be .*, got {value}"):
        Limits(**{name: value})
