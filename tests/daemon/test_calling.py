"""Each call is timed and reported, and a failing report does no harm."""

import logging

import pytest
from botocore.exceptions import ClientError

from py_swf import NoTaskFound
from py_swf.daemon import Calling


def raising(error):
    def call():
        raise error

    return call


def test_a_call_is_told_with_its_duration_and_outcome():
    """The hook hears operation, seconds and "ok", and the result is passed on."""
    told, ticks = [], iter([10.0, 12.5])
    calling = Calling(on_call=lambda *what: told.append(what), clock=lambda: next(ticks))

    result = calling.timed("PollForActivityTask", lambda: "task")

    assert result == "task"
    assert told == [("PollForActivityTask", 2.5, "ok")]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NoTaskFound("empty"), "empty"),
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "Poll"), "ThrottlingException"),
        (ConnectionResetError(), "ConnectionResetError"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
    ],
)
def test_a_call_that_raises_is_told_and_raises(error, outcome):
    """The hook hears what went wrong, and so does the caller."""
    told = []

    with pytest.raises(type(error)):
        Calling(on_call=lambda *what: told.append(what[2])).timed("Poll", raising(error))

    assert told == [outcome]


def test_a_hook_that_fails_is_logged_and_costs_nothing(caplog):
    """What the hook raises is logged as an error, and the result is not lost."""
    calling = Calling(on_call=lambda *what: 1 / 0)

    with caplog.at_level(logging.ERROR, "py_swf.daemon"):
        result = calling.timed("PollForActivityTask", lambda: "task")

    assert result == "task"
    assert "ZeroDivisionError" in caplog.text


def test_the_pause_is_made_of_attempt_and_chance():
    """The backoff turns the attempt and a random number into the pause."""
    calling = Calling(backoff=lambda attempt, chance: attempt + chance, chance=lambda: 0.5)

    assert calling.pause(3) == 3.5


def test_the_chance_is_random_by_default():
    """Two daemons do not draw the same pauses."""
    assert len({Calling().pause(9) for _ in range(5)}) > 1
