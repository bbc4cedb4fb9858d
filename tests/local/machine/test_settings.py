"""Where a setting comes from."""

from __future__ import annotations

from py_swf.local.machine.settings import ACTIVITY, EXECUTION, resolve, undefined_cause

TYPE = {
    "defaultExecutionStartToCloseTimeout": "1",
    "defaultTaskList": {"name": "type"},
    "defaultTaskStartToCloseTimeout": "2",
    "defaultChildPolicy": "ABANDON",
    "defaultTaskPriority": "3",
}


def test_the_request_comes_before_the_type() -> None:
    """Settings in a request apply; missing ones come from the type."""
    settings, missing = resolve(EXECUTION, {"childPolicy": "TERMINATE", "input": ""}, TYPE)
    assert missing is None
    assert settings == {
        "executionStartToCloseTimeout": "1",
        "taskList": {"name": "type"},
        "taskStartToCloseTimeout": "2",
        "childPolicy": "TERMINATE",
        "taskPriority": "3",
        "input": "",
    }


def test_missing_settings_are_told_in_order() -> None:
    """If several are missing, the first one in the service's order is reported."""
    order = []
    defaults: dict[str, object] = {}
    while (missing := resolve(EXECUTION, {}, defaults)[1]) is not None:
        order.append(missing)
        defaults["default" + missing[0].upper() + missing[1:]] = "x"
    assert order == [
        "executionStartToCloseTimeout",
        "taskList",
        "taskStartToCloseTimeout",
        "childPolicy",
    ]


def test_an_empty_tag_list_is_kept() -> None:
    """A given list of tags applies, even if it is empty."""
    assert resolve(EXECUTION, {"tagList": []}, TYPE)[0]["tagList"] == []


def test_nothing_stands_in_for_an_activity_timeout() -> None:
    """An activity's timeouts have no value of their own; the task list is asked for first."""
    assert resolve(ACTIVITY, {}, {})[1] == "taskList"
    assert undefined_cause("heartbeatTimeout") == "DEFAULT_HEARTBEAT_TIMEOUT_UNDEFINED"
