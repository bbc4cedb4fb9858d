"""What failures say about themselves: in a reason, in a log line, in another process."""

import pickle

import pytest

from py_swf import flow
from py_swf.testing import play
from tests.flow.shop import add


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (
            flow.ActivityFailed(
                activity_id="charge-1", activity="charge", reason="no money", details="Traceback"
            ),
            "charge-1: no money",
        ),
        (
            flow.ActivityTimedOut(activity_id="a", activity="a", timeout_type="HEARTBEAT"),
            "a: HEARTBEAT",
        ),
        (flow.ActivityCanceled(activity_id="a", activity="a", details="x"), "a"),
        (
            flow.SignalNotDelivered(workflow_id="o-1", signal="paid", cause="UNKNOWN"),
            "o-1: paid: UNKNOWN",
        ),
        (flow.LambdaFailed(id="resize-1", function="resize", reason="Unhandled"), "resize-1: Unha"),
    ],
)
def test_a_failure_says_what_failed_and_why(failure, said):
    """One line names it by its id, with the reason or cause, and leaves the details out."""
    assert str(failure).startswith(said)
    assert "Traceback" not in str(failure)
    assert str(pickle.loads(pickle.dumps(failure))) == str(failure)


def test_the_first_cause_can_be_read_in_the_reason_of_the_parent():
    """A failure that goes up through a child is named at each level, and is not escaped."""

    @flow.workflow
    async def packing() -> int:
        return await add(1)

    @flow.workflow
    async def orders() -> int:
        return await packing()

    def no_truck(x: int, y: int = 1) -> int:
        raise ValueError("there's no truck")

    with pytest.raises(flow.WorkflowFailed) as raised:
        play(orders, activities={add: no_truck}, workflows=[packing])

    child, _, why = raised.value.reason.partition(": ActivityFailed: ")
    assert child.startswith("ChildFailed: packing-1-")
    assert why == "add-1: ValueError: there's no truck"
