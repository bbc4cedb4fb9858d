"""Retries: when, how often, after how long, and under which id."""

from contextlib import suppress

import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.history import History
from py_swf.local import LocalSWF
from py_swf.testing import play
from tests.flow.shop import failing, history_of, of_type


def played(retry, times, error=None):
    """Return the events of a run whose activity fails so many times."""
    swf = LocalSWF()
    work = flow.activity("work", retry=retry)(failing(times, error or ValueError("not yet")))

    @flow.workflow
    async def tries() -> str:
        return await work()

    with suppress(flow.WorkflowFailed):
        play(tries, on=swf, activities=[work])
    return history_of(swf)


def pauses(events):
    """Return the seconds of all timers."""
    return [event.start_to_fire_timeout for event in of_type(events, ev.TimerStarted)]


def test_attempts_share_one_id():
    """All attempts run under one activity id, so the history shows them as attempts."""
    activity = History(played(flow.Retry(5), 2)).activities["work-1"]
    assert activity.attempt == 3
    assert activity.result == '"attempt 3"'


def test_pauses_grow():
    """The pause grows by the factor, up to the longest, and is a timer."""
    assert pauses(played(flow.Retry(5, first=10, factor=3, longest=60), 4)) == [10, 30, 60, 60]


def test_no_pause_is_no_timer():
    """A first pause of 0 tries again at once, without a timer."""
    events = played(flow.Retry(3, first=0), 2)
    assert pauses(events) == []
    assert len(of_type(events, ev.ActivityTaskScheduled)) == 3


def test_the_last_failure_is_raised():
    """After the last attempt its failure is the caller's."""
    events = played(flow.Retry(2), 9)
    assert len(of_type(events, ev.ActivityTaskScheduled)) == 2
    assert "not yet" in of_type(events, ev.WorkflowExecutionFailed)[0].details


def test_on_chooses():
    """Failures that are not named by `on` are raised at once; a function of them can choose."""
    assert len(of_type(played(flow.Retry(3, on=flow.ActivityTimedOut), 1), ev.TimerStarted)) == 0
    by_reason = flow.Retry(3, on=lambda error: error.reason.startswith("KeyError"))
    assert len(of_type(played(by_reason, 1), ev.TimerStarted)) == 0
    assert len(of_type(played(by_reason, 1, KeyError("x")), ev.TimerStarted)) == 1


def test_any_function_is_a_policy():
    """A function of the failure and the number of attempts says how long to wait."""
    events = played(lambda error, attempts: 7 * attempts if attempts < 3 else None, 9)
    assert pauses(events) == [7, 14]


@pytest.mark.parametrize(
    "bad", [{"attempts": 0}, {"attempts": 1, "first": -1}, {"attempts": 1, "longest": -1}]
)
def test_numbers_are_checked(bad):
    """A number that makes no sense is refused by name."""
    with pytest.raises(ValueError, match=r"Retry\.\w+ is -?\d"):
        flow.Retry(**bad)


@pytest.mark.parametrize("bad", [[flow.ActivityFailed], (KeyError,), KeyError, str, None, "all"])
def test_on_is_checked(bad):
    """What cannot choose a failure is refused when the Retry is made, not when something fails."""
    with pytest.raises(TypeError, match=r"Retry\.on is .*; it must be a class of flow\.Failure"):
        flow.Retry(3, on=bad)


@pytest.mark.parametrize(
    "good", [Exception, flow.Failure, (flow.ActivityFailed, flow.ActivityTimedOut), ()]
)
def test_on_takes_classes(good):
    """Failure classes, their bases and tuples of them are taken; an empty tuple retries nothing."""
    assert flow.Retry(3, on=good).on == good
