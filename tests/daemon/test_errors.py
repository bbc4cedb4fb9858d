"""The errors name the task that they are about."""

import pickle

import pytest

from py_swf import ActivityTask
from py_swf.daemon import AnswerNotDelivered, AnswerRefused, CancelRequested, TaskGone

TASK = ActivityTask("a-1", "charge", "2", None, "token", "order-7", "run", 12)


def test_an_undelivered_answer_names_its_task():
    """The message and ``ids`` hold the operation and every id of the task."""
    error = AnswerNotDelivered("RespondActivityTaskCompleted", TASK, "no connection")

    assert error.ids["activity_id"] == "a-1"
    assert str(error) == (
        "RespondActivityTaskCompleted did not arrive for workflow_id='order-7', run_id='run', "
        "started_event_id=12, activity_id='a-1', activity_type='charge', activity_version='2': "
        "no connection"
    )


@pytest.mark.parametrize("kind", [AnswerRefused, TaskGone])
def test_each_reason_is_a_kind_of_undelivered(kind):
    """Catching AnswerNotDelivered catches all of them."""
    assert issubclass(kind, AnswerNotDelivered)


@pytest.mark.parametrize("error", [TaskGone("Op", TASK, "why"), CancelRequested("half done")])
def test_an_error_comes_back_from_another_process(error):
    """The errors can be pickled, as a process pool does."""
    back = pickle.loads(pickle.dumps(error))

    assert type(back) is type(error)
    assert vars(back) == vars(error)


def test_a_cancel_request_may_carry_details():
    """A handler's details for its answer travel with the exception."""
    assert CancelRequested("half done").details == "half done"
    assert CancelRequested().details is None
