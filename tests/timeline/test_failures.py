"""What went wrong, and why."""

from py_swf._failure_texts import DECIDER_ERROR
from py_swf.decisions import FailWorkflowExecution, RecordMarker, ScheduleActivityTask
from py_swf.timeline import Timeline
from tests.timeline.stories import DOMAIN, Story, completed_order


def test_failures_are_told_the_last_first():
    """Failed attempts and refused decisions are listed, each with its reason."""
    failures = Timeline(completed_order().history).failures

    assert [(f.kind, f.name, f.attempt, f.status, f.reason) for f in failures] == [
        (
            "failed decision",
            "RequestCancelActivityTask",
            1,
            "REFUSED",
            "ACTIVITY_ID_UNKNOWN",
        ),
        ("activity", "charge-card", 1, "FAILED", "CardDeclined: the bank said no"),
    ]
    assert failures[1].details.startswith("Traceback")


def test_the_failed_execution_comes_first():
    """A failure of the execution itself comes first."""
    story = Story()
    story.decide(ScheduleActivityTask(("pack", "1"), "pack")).work(1, None)
    story.decide(FailWorkflowExecution("no money", "none at all"))

    first, second = Timeline(story.history).failures

    assert (first.kind, first.status, first.type_name) == ("execution", "FAILED", "order 1")
    assert (first.reason, first.details) == ("no money", "none at all")
    assert second.kind == "activity"


def test_a_timeout_tells_which_it_was_and_the_last_heartbeat():
    """An activity that timed out shows which timeout, and its worker's last report."""
    story = Story()
    story.decide(ScheduleActivityTask(("pack", "1"), "pack", heartbeat_timeout=10))
    token = story.take()
    story.boto.record_activity_task_heartbeat(taskToken=token, details="12 of 20 packed")
    story.after(30)

    (failure,) = Timeline(story.history).failures

    assert (failure.status, failure.reason) == ("TIMED_OUT", "HEARTBEAT")
    assert failure.details == "12 of 20 packed"


def test_an_order_without_failures_has_none():
    """If nothing went wrong, nothing is listed."""
    story = Story().decide()
    story.boto.request_cancel_workflow_execution(domain=DOMAIN, workflowId=story.workflow_id)

    assert Timeline(story.history).failures == []


def test_the_error_that_holds_an_execution_up_is_told_once():
    """For a decider that keeps failing, the last error is shown, with its number and traceback."""
    story = Story()
    for number in (1, 2):
        story.decide(RecordMarker(DECIDER_ERROR, f"TypeError: {number}\n\nTraceback ...\n  line"))
        story.boto.signal_workflow_execution(
            domain=DOMAIN, workflowId=story.workflow_id, signalName="go on"
        )

    (failure,) = Timeline(story.history).failures
    assert (failure.kind, failure.status, failure.attempt) == ("decision", "FAILED", 2)
    assert (failure.reason, failure.details) == ("TypeError: 2", "Traceback ...\n  line")

    story.decide(FailWorkflowExecution("TypeError: 3"))
    assert [failure.kind for failure in Timeline(story.history).failures] == ["execution"]
