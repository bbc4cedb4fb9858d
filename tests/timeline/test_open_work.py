"""What an execution waits for, in words."""

from datetime import timedelta

from py_swf._failure_texts import DECIDER_ERROR
from py_swf.decisions import (
    CompleteWorkflowExecution,
    FailWorkflowExecution,
    RecordMarker,
    ScheduleActivityTask,
    StartTimer,
)
from py_swf.events import event_from_wire
from py_swf.history import History
from py_swf.timeline import Timeline
from tests.timeline.stories import DOMAIN, Story, crowd, stuck_order


def told(story):
    return [(work.is_stuck, work.text) for work in Timeline(story.history, now=story.now).open_work]


def test_an_activity_that_nobody_takes_comes_first():
    """The stuck order says which task list has no worker, and then what else is open."""
    assert told(stuck_order()) == [
        (
            True,
            "activity 'pack' (pack 1) has waited 2 h 13 min in task list 'packing': no worker has "
            "taken it; it never times out",
        ),
        (
            False,
            "child workflow 'parcel-17' (parcel 1) has run for 2 h 13 min; it times out in "
            "6 d 21 h",
        ),
        (False, "timer 'remind-customer' has run for 2 h 13 min; it fires in 2 d 21 h"),
    ]


def test_a_decision_task_that_nobody_takes_is_told():
    """Without a decider the execution waits in the task list of its deciders."""
    ((is_stuck, text),) = told(Story().after(200))

    assert is_stuck
    assert text == (
        "a decision task has waited 3 min 20 s in task list 'decisions': no decider has taken it"
    )


def test_a_decider_at_work_is_told():
    """The line says who has the decision task, and when it times out."""
    story = Story()
    story.take_decision("decider@web-1")

    assert told(story.after(20)) == [
        (False, "decider@web-1 has had a decision task for 20 s; it times out in 40 s")
    ]


def test_a_worker_at_work_is_told_with_the_first_of_its_timeouts():
    """The timeout of an activity that ends first counts."""
    story = Story()
    task = ScheduleActivityTask(
        ("pack", "1"), "pack", schedule_to_close_timeout=300, heartbeat_timeout=60
    )
    story.decide(task, seconds=0)
    story.take("worker@web-2")

    assert told(story.after(30)) == [
        (
            False,
            "worker@web-2 has worked on activity 'pack' (pack 1) for 30 s; it times out in "
            "4 min 30 s, or after 1 min without a heartbeat",
        )
    ]


def test_deciders_that_never_answer_are_told():
    """Decision tasks that time out again and again are a sign of a decider that fails."""
    story = Story()
    for _ in range(3):
        story.take_decision()
        story.after(61)

    (_, lost), (_, waiting) = told(story)

    assert lost == ("the last 3 decision tasks timed out: a decider took it and did not answer")
    assert "no decider has taken it" in waiting


def test_an_execution_in_which_nothing_is_open_is_told():
    """A decider that decided nothing leaves an execution that only a signal can wake."""
    story = Story().decide(seconds=0).after(3600)

    assert told(story) == [
        (
            True,
            "nothing is open for 1 h: only a signal or a cancel request can make it go on; it "
            "times out in 6 d 23 h",
        )
    ]


def test_the_execution_context_is_told_below_what_may_wait_in_vain():
    """The execution context is shown in one line, or by its length if hidden."""
    story = Story()
    story.boto.respond_decision_task_completed(
        taskToken=story.take_decision()["taskToken"],
        decisions=[],
        executionContext="waits for\n\x1b[2Jthe approval",
    )
    story.signal("hurry")
    story.decide(StartTimer("day", 86_400)).signal("hurry").after(60)
    hidden = Timeline(story.history, now=story.now, hide_payloads=True).open_work[1]

    assert [text for _, text in told(story)] == [
        "a decision task has waited 1 min in task list 'decisions': no decider has taken it",
        "its execution context: waits for \ufffd[2Jthe approval",
        "timer 'day' has run for 1 min; it fires in 23 h 59 min",
    ]
    assert hidden.text == "its execution context: (hidden, 26 characters)"


def test_a_history_near_its_end_is_told():
    """An execution near 25,000 events will be terminated by the service."""
    history = History(map(event_from_wire, crowd(7500)))

    first = Timeline(history).open_work[0]

    assert first.is_stuck
    assert first.text.startswith(f"its history has {len(history.events):,} events; at 25,000")


def test_a_closed_execution_waits_for_nothing():
    """A closed execution waits for nothing, even if work was left open."""
    story = Story()
    story.decide(ScheduleActivityTask(("pack", "1"), "pack")).signal("hurry")
    story.decide(CompleteWorkflowExecution())

    assert told(story) == []


def test_clocks_that_differ_do_no_harm():
    """A clock behind the service's gives no negative durations."""
    story = Story().after(1)

    (work,) = Timeline(story.history, now=story.now - timedelta(days=1)).open_work

    assert "has waited 0 s in" in work.text


def test_a_hostile_identity_cannot_command_the_terminal():
    """A worker's identity is shown without control characters."""
    story = Story()
    story.boto.poll_for_decision_task(
        domain=DOMAIN, taskList={"name": "decisions"}, identity="\x1b[2Jevil"
    )

    ((_, text),) = told(story)

    assert "\x1b" not in text
    assert "[2Jevil" in text


ERROR = RecordMarker(
    DECIDER_ERROR, "TypeError: no such order\n\nTraceback ...\nTypeError: no such order"
)


def broken(times):
    """Play an order whose decider raises again and again, and is asked again by a timer."""
    story = Story().decide()
    for number in range(times):
        story.boto.signal_workflow_execution(
            domain=DOMAIN, workflowId=story.workflow_id, signalName="go on"
        )
        story.decide(ERROR, StartTimer(f"py_swf.wake-up.{number}", 3600))
    return story


def test_what_the_decider_raised_comes_first():
    """The first line says that the decider failed, how often and with which error."""
    assert told(broken(1))[0] == (True, "the decider failed: TypeError: no such order")
    first, *timers = told(broken(3))
    assert first == (True, "the decider failed 3 times in a row: TypeError: no such order")
    assert [is_stuck for is_stuck, _ in timers] == [False] * 3


def test_an_error_that_was_got_over_is_not_told():
    """Once a task is decided, or the execution closed, the errors before it hold nothing up."""
    for decision in (StartTimer("pause", 60), FailWorkflowExecution("TypeError")):
        story = broken(2)
        story.boto.signal_workflow_execution(
            domain=DOMAIN, workflowId=story.workflow_id, signalName="go on"
        )
        story.decide(decision)
        assert not any("decider failed" in text for _, text in told(story))


def test_an_error_of_the_decider_is_a_payload():
    """If payloads are hidden, the message of the decider's error is hidden too."""
    work = Timeline(broken(2).history, hide_payloads=True).open_work[0]

    assert work.text == "the decider failed 2 times in a row: (hidden, 24 characters)"


def test_a_marker_without_details_is_told_too():
    """Somebody else's decider may record the marker without a text."""
    assert told(Story().decide(RecordMarker(DECIDER_ERROR)))[0] == (True, "the decider failed")
