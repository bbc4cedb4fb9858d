"""The configurations are the named tuples that they were in 1.x."""

from __future__ import annotations

import pytest

from py_swf.config_definitions import ActivityTaskConfig, DecisionConfig, WorkflowClientConfig


@pytest.mark.parametrize(
    ("cls", "fields"),
    [
        (
            WorkflowClientConfig,
            (
                "domain",
                "task_list",
                "execution_start_to_close_timeout",
                "task_start_to_close_timeout",
            ),
        ),
        (
            DecisionConfig,
            (
                "domain",
                "task_list",
                "schedule_to_close_timeout",
                "schedule_to_start_timeout",
                "start_to_close_timeout",
                "heartbeat_timeout",
            ),
        ),
        (ActivityTaskConfig, ("domain", "task_list")),
    ],
)
def test_fields_are_positional_in_the_order_of_1x(cls: type, fields: tuple[str, ...]) -> None:
    """A configuration is made by position or by name, in the order that it always had."""
    by_position = cls(*range(len(fields)))
    by_name = cls(**dict(zip(fields, range(len(fields)), strict=True)))

    assert by_position == by_name == tuple(range(len(fields)))
    assert cls._fields == fields  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="missing"):
        cls(*range(len(fields) - 1))


def test_a_part_can_be_replaced() -> None:
    """A configuration is a value: another one is made from it."""
    config = ActivityTaskConfig("shop", "cards")

    assert config._replace(task_list="packing") == ActivityTaskConfig("shop", "packing")
