"""The configurations are the named tuples that they were in 1.x."""

from __future__ import annotations

import copy
import pickle

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
        cls()


def test_what_may_be_left_out() -> None:
    """A field that is not given is None: then the type's registered defaults apply."""
    assert WorkflowClientConfig("d") == ("d", None, None, None)
    assert DecisionConfig("d", "list") == ("d", "list", None, None, None, None)
    assert DecisionConfig("d", "list", heartbeat_timeout=5).heartbeat_timeout == 5


OF_13 = ("d", "flow", "1", "list", 3600, 60)
NAMES_OF_13 = (
    "domain",
    "workflow_name",
    "workflow_version",
    "task_list",
    "execution_start_to_close_timeout",
    "task_start_to_close_timeout",
)


def test_the_shape_of_13() -> None:
    """Six positional arguments, or the names of 1.3, make the config of 1.3."""
    config = WorkflowClientConfig(*OF_13)
    by_name = WorkflowClientConfig(**dict(zip(NAMES_OF_13, OF_13, strict=True)))  # type: ignore[arg-type]

    assert config == by_name == OF_13
    assert config._fields == NAMES_OF_13
    assert config._asdict() == dict(zip(NAMES_OF_13, OF_13, strict=True))
    assert [getattr(config, name) for name in NAMES_OF_13] == list(OF_13)
    assert isinstance(config, WorkflowClientConfig)
    assert repr(config).startswith("WorkflowClientConfig(domain='d', workflow_name='flow', ")


@pytest.mark.parametrize("values", [OF_13, OF_13[:1], OF_13[:4]], ids=len)
def test_each_shape_stays_what_it_is(values: tuple[str, ...]) -> None:
    """A config is copied, pickled and replaced as the named tuple of its own length."""
    config = WorkflowClientConfig(*values)
    replaced = config._replace(domain="e", task_list="other")

    assert type(replaced) is type(config)
    assert (replaced.domain, replaced.task_list) == ("e", "other")
    for again in (copy.copy(config), copy.deepcopy(config), pickle.loads(pickle.dumps(config))):
        assert again == config
        assert type(again) is type(config)


@pytest.mark.parametrize("values", [(*OF_13, 1), OF_13[:5]], ids=len)
def test_no_other_length(values: tuple[str, ...]) -> None:
    """Five values belong to no version, and seven neither."""
    with pytest.raises(TypeError):
        WorkflowClientConfig(*values)


def test_a_version_without_a_name() -> None:
    """Half of a workflow type is refused."""
    with pytest.raises(TypeError, match="workflow_name"):
        WorkflowClientConfig("d", workflow_version="1")  # type: ignore[call-overload]


def test_a_part_can_be_replaced() -> None:
    """A configuration is a value: another one is made from it."""
    config = ActivityTaskConfig("shop", "cards")

    assert config._replace(task_list="packing") == ActivityTaskConfig("shop", "packing")
