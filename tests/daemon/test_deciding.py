"""Around a decider: visible errors, cut lists, the deadline of its task."""

import logging

import attrs
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from py_swf.daemon import (
    Answer,
    decide_visibly,
    fail_execution,
    first_decisions,
    is_wake_up,
    respond,
    retry_by_timer,
    seconds_for,
)
from py_swf.daemon.deciding import DECIDER_ERROR
from py_swf.decisions import CompleteWorkflowExecution, RecordMarker, StartTimer
from py_swf.events import TimerFired
from py_swf.local import InjectedFault
from tests.daemon.scenes import Clock, activity, world

READ = "GetWorkflowExecutionHistory"


def broken(task):
    """Decide by raising."""
    raise LookupError("no such order")


def decided(scene, decide, **options):
    """Poll a task, have it decided and answer it."""
    task = scene.decider.poll()
    respond(scene.decider, task, decide_visibly(task, decide, **options))


def schedule_missing(count):
    """Return a decider that schedules each item which has no activity yet, and then completes."""

    def decide(task):
        for item in range(count):
            if f"a{item}" not in task.history.activities:
                yield activity(f"a{item}")
        if not task.history.open_activities and len(task.history.activities) == count:
            yield CompleteWorkflowExecution()

    return decide


def test_what_fits_is_returned_as_it_is():
    """Up to the most, decisions are neither cut nor joined by a timer."""
    task = world().decision_task()
    decisions = [activity(f"a{item}") for item in range(100)]

    assert first_decisions(task, iter(decisions)) == decisions


def test_what_does_not_fit_is_cut_and_a_timer_wakes_for_the_rest():
    """Of 101 decisions the first 99 are left, and a timer of 0 seconds."""
    task = world().decision_task()
    decisions = [activity(f"a{item}") for item in range(101)]

    cut = first_decisions(task, decisions)

    assert cut[:-1] == decisions[:99]
    assert cut[-1] == StartTimer("py_swf.wake-up.3", 0)


def test_a_closing_decision_is_left_for_later():
    """A closing decision comes last, so it is never sent too early."""
    task = world().decision_task()
    decisions = [activity("a0"), activity("a1"), CompleteWorkflowExecution()]

    assert first_decisions(task, decisions, most=2) == [
        activity("a0"),
        StartTimer("py_swf.wake-up.3", 0),
    ]


def test_decisions_are_cut_by_their_size_too():
    """Decisions with large inputs are cut before the request is larger than the service takes."""
    scene = world()
    task = scene.decision_task()
    decisions = [activity(f"a{item}", input="x" * 32768) for item in range(60)]

    cut = first_decisions(task, decisions)
    respond(scene.decider, task, cut)

    assert 20 < len(cut) < 31
    assert is_wake_up(cut[-1])


def test_one_decision_that_is_too_large_is_sent_nevertheless():
    """Every answer makes progress, otherwise the wake-ups would never end."""
    task = world().decision_task()
    decisions = [activity("a0", input="x" * 100), activity("a1")]

    assert first_decisions(task, decisions, most_bytes=10)[0] == decisions[0]


def test_a_most_of_one_would_never_decide_anything():
    """The timer is one of the decisions."""
    with pytest.raises(ValueError, match="most is 1; it must be 2 or more"):
        first_decisions(world().decision_task(), [], most=1)


def test_what_was_cut_off_is_decided_at_the_next_tasks():
    """A decider that decides from the history schedules all of 25 activities, 9 a task."""
    scene = world()
    scene.start()

    for _ in range(3):
        scene.swf.advance(0)
        task = scene.decider.poll()
        respond(scene.decider, task, first_decisions(task, schedule_missing(25)(task), most=10))

    history = scene.history()
    assert len(history.activities) == 25
    assert all(attempt.attempt == 1 for attempt in history.activities.values())
    assert [timer.timer_id for timer in history.timers.values() if is_wake_up(timer)] == [
        "py_swf.wake-up.3",
        "py_swf.wake-up.17",
    ]
    assert all(is_wake_up(event) for event in history.events if isinstance(event, TimerFired))


def test_a_timer_of_the_decider_is_no_wake_up():
    """Only the timers of this module are recognized, and nothing else is mistaken for one."""
    assert not is_wake_up(StartTimer("wake-up", 0))
    assert not is_wake_up(activity("py_swf.wake-up.1"))


def test_an_error_of_the_decider_fails_the_execution_with_its_traceback():
    """The reason says what was raised; details and marker have the traceback, it the reason too."""
    scene = world()
    scene.start()

    decided(scene, broken)

    history = scene.history()
    assert history.close_status == "FAILED"
    assert history.closed.reason == "LookupError: no such order"
    assert "in broken" in history.closed.details
    (marker,) = history.markers
    assert marker.marker_name == DECIDER_ERROR
    assert marker.details == f"{history.closed.reason}\n\n{history.closed.details}"


@pytest.mark.parametrize(
    ("decide", "reason"),
    [
        (lambda task: [CompleteWorkflowExecution(), activity()], "ValueError: decisions[0] is"),
        (lambda task: ["ScheduleActivityTask"], "TypeError: decisions[0] is not a Decision"),
        (lambda task: None, "TypeError: decisions must be a list of decisions, not None"),
        (lambda task: (1 / 0 for _ in "x"), "ZeroDivisionError: division by zero"),
    ],
)
def test_decisions_that_would_be_refused_are_errors_of_the_decider(decide, reason):
    """A wrong order, things that are not decisions, None, and a generator that raises are seen."""
    scene = world()
    scene.start()

    decided(scene, decide)

    assert scene.history().closed.reason.startswith(reason)


def test_the_error_is_logged_with_the_ids(caplog):
    """A line at ERROR tells the traceback and names the execution."""
    scene = world()
    scene.start()

    with caplog.at_level(logging.ERROR, "py_swf.daemon"):
        decided(scene, broken)

    (record,) = caplog.records
    assert record.workflow_id == "w"
    assert record.message.startswith("deciding for w failed: ")
    assert record.exc_info[0] is LookupError


@pytest.mark.parametrize("of_the_policy", [[CompleteWorkflowExecution(), activity()], None, ["x"]])
def test_what_a_policy_returns_is_checked_too(of_the_policy):
    """Decisions of ``on_error`` that the service would refuse are seen before they are sent."""
    task = world().decision_task()

    with pytest.raises((TypeError, ValueError), match="decisions"):
        decide_visibly(task, broken, on_error=lambda task, error: of_the_policy)


def test_a_decider_may_return_an_answer():
    """It comes back as it is, and so does that of a policy; both are sent whole."""
    scene = world()
    task = scene.decision_task()
    answer = Answer([RecordMarker("note")], "half done", "sticky", 5)

    assert decide_visibly(task, lambda task: answer) is answer
    assert decide_visibly(task, broken, on_error=lambda task, error: answer) is answer
    respond(scene.decider, task, answer)

    completed = scene.history().events[3]
    assert scene.history().execution_context == "half done"
    assert (completed.task_list, completed.task_list_schedule_to_start_timeout) == ("sticky", 5)


def test_an_answer_that_is_cut_keeps_what_else_it_says():
    """An Answer stays an Answer, with its context and its task list."""
    task = world().decision_task()
    answer = Answer([activity(f"a{item}") for item in range(5)], "context", "sticky", 5)

    cut = first_decisions(task, answer, most=3)

    assert cut == Answer(
        [activity("a0"), activity("a1"), StartTimer("py_swf.wake-up.3", 0)], "context", "sticky", 5
    )
    assert first_decisions(task, answer) == answer


def test_a_decider_may_be_tried_forever():
    """With ``attempts=None`` the execution is never failed; the waits stay at the longest."""
    scene = world()
    scene.start()
    policy = retry_by_timer(first=1, longest=4, attempts=None)

    for _ in range(40):
        decided(scene, broken, on_error=policy)
        scene.swf.advance(4)

    waits = [t.opened.start_to_fire_timeout for t in scene.history().timers.values()]
    assert waits == [1, 2] + [4] * 38


def test_a_decider_that_is_mended_in_time_goes_on():
    """With ``retry_by_timer`` the error is in a marker, and the task is decided again later."""
    scene = world()
    scene.start()
    policy = retry_by_timer(first=10)

    decided(scene, broken, on_error=policy)
    scene.swf.advance(9)
    assert scene.types()[-2:] == ["MarkerRecorded", "TimerStarted"]
    scene.swf.advance(1)
    decided(scene, lambda task: [CompleteWorkflowExecution("mended")], on_error=policy)

    history = scene.history()
    assert history.closed.result == "mended"
    assert history.markers[0].details.startswith("LookupError: no such order\n\nTraceback")
    assert "py_swf.decider-error: LookupError: no such order Traceback" in str(history)


def test_the_waits_double_up_to_the_longest():
    """A decider that stays broken is asked less and less often, and finally the execution fails."""
    scene = world()
    scene.start()
    policy = retry_by_timer(first=10, longest=30, attempts=5)

    for _ in range(5):
        decided(scene, broken, on_error=policy)
        scene.swf.advance(30)

    history = scene.history()
    waits = [timer.opened.start_to_fire_timeout for timer in history.timers.values()]
    assert waits == [10, 20, 30, 30]
    assert history.close_status == "FAILED"
    assert len(history.markers) == 5


def test_what_comes_while_the_timer_runs_is_no_attempt():
    """Signals do not use up the attempts: the execution waits as long as it would without them."""
    scene = world()
    scene.start()
    policy = retry_by_timer(first=10, attempts=3)

    for _ in range(2):
        decided(scene, broken, on_error=policy)
        for _ in range(5):
            scene.boto.signal_workflow_execution(domain="d", workflowId="w", signalName="news")
            decided(scene, broken, on_error=policy)
        scene.swf.advance(30)
    history = scene.history()
    assert [timer.opened.start_to_fire_timeout for timer in history.timers.values()] == [10, 20]
    assert history.close_status is None

    decided(scene, broken, on_error=policy)
    assert scene.history().close_status == "FAILED"


def test_a_timer_that_is_refused_is_an_attempt():
    """If no timer can be started, the attempts still end, and nothing loops forever."""
    scene = world(InjectedFault("TIMER_CREATION_RATE_EXCEEDED", "StartTimer"))
    scene.start()
    policy = retry_by_timer(attempts=3)

    for _ in range(3):
        decided(scene, broken, on_error=policy)

    assert scene.history().close_status == "FAILED"


def test_a_task_that_was_decided_ends_the_row():
    """After a success the waits start over."""
    scene = world()
    scene.start()
    policy = retry_by_timer(first=10)

    for decide in (broken, broken, lambda task: [StartTimer("t", 1), RecordMarker("note")], broken):
        decided(scene, decide, on_error=policy)
        scene.swf.advance(30)

    waits = [t.opened.start_to_fire_timeout for t in scene.history().timers.values()]
    assert waits == [10, 20, 1, 10]


def test_a_passing_fault_is_no_error_of_the_decider():
    """If a page of the history cannot be read, it waits; the execution is not failed."""
    scene, clock = world(InjectedFault("throttle", READ, calls=(1, 2))), Clock()
    task = scene.decision_task()

    def decide(task):
        list(scene.decider.walk_execution_history("w", task.workflow_run_id))
        return [CompleteWorkflowExecution()]

    decisions = decide_visibly(task, decide, calling=clock.calling())

    assert decisions == [CompleteWorkflowExecution()]
    assert clock.slept == [1, 2]


@pytest.mark.parametrize(
    "error",
    [
        ClientError(
            {
                "Error": {"Code": "ThrottlingException"},
                "ResponseMetadata": {"HTTPStatusCode": 400},
            },
            "GetItem",
        ),
        EndpointConnectionError(endpoint_url="http://database.invalid"),
        ResponseParserError("no JSON"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_the_deciders_own_calls_is_its_own(error):
    """A decider whose own database call is throttled has failed: this is visible, not retried."""
    scene, clock = world(), Clock()
    scene.start()

    def decide(task):
        raise error

    decided(scene, decide, calling=clock.calling())

    assert scene.history().closed.reason.startswith(type(error).__name__)
    assert clock.slept == []


def test_after_a_fault_the_decider_sees_the_whole_history():
    """If a page was lost, the second attempt has every event of the task, and no newer ones."""
    scene = world(
        InjectedFault("drop-before", "PollForDecisionTask", calls=(4,)),
        InjectedFault("drop-before", READ, calls=(1,)),
    )
    scene.start()
    scene.decide(*[RecordMarker(f"m{number}") for number in range(20)], StartTimer("t", 0))
    scene.swf.advance(0)
    task = scene.decider.poll(maximum_page_size=10)
    scene.boto.signal_workflow_execution(domain="d", workflowId="w", signalName="newer")
    seen, tried = [], []

    def decide(task):
        tried.append(task)
        seen.append([event.event_id for event in task.events])
        return []

    decide_visibly(task, decide, calling=Clock().calling())

    assert len(tried) == 2
    assert seen == [list(range(task.started_event_id, 0, -1))]


def test_a_fault_that_does_not_pass_is_raised_at_the_deadline():
    """Then the task times out and is handed out again; the execution lives."""
    scene, clock = world(InjectedFault("throttle", READ)), Clock()
    task = scene.decision_task()

    def decide(task):
        return list(scene.decider.walk_execution_history("w", task.workflow_run_id))

    with pytest.raises(ClientError, match="ThrottlingException"):
        decide_visibly(task, decide, give_up_after=10, calling=clock.calling())

    assert clock.slept == [1, 2, 4]


def test_a_policy_that_raises_is_not_hidden():
    """What ``on_error`` raises is raised."""
    task = world().decision_task()

    with pytest.raises(LookupError):
        decide_visibly(task, broken, on_error=lambda task, error: broken(task))


def test_a_task_says_how_long_it_may_take():
    """The events of a task say its start-to-close timeout."""
    assert seconds_for(world().decision_task()) == 60.0


def test_a_task_says_so_in_any_order():
    """For a task that begins with the oldest event, no further page is read."""
    scene = world(InjectedFault("throttle", "PollForDecisionTask", calls=(2,)))
    scene.start()
    task = scene.decider.poll(newest_first=False, maximum_page_size=1)

    assert seconds_for(task) == 60.0


def test_a_task_without_a_limit_says_none():
    """No limit, and a task whose events do not say, are None."""
    scene = world()
    scene.boto.start_workflow_execution(
        domain="d",
        workflowId="w",
        workflowType={"name": "flow", "version": "1"},
        taskStartToCloseTimeout="NONE",
    )
    task = scene.decider.poll()

    assert seconds_for(task) is None
    assert seconds_for(attrs.evolve(task, events=[])) is None


def test_a_closing_decision_that_was_not_accepted_is_in_the_next_tasks_history():
    """UNHANDLED_DECISION needs no machinery: the next task shows it, and the decider goes on."""
    scene = world()
    task = scene.decision_task()
    scene.boto.signal_workflow_execution(domain="d", workflowId="w", signalName="meanwhile")

    respond(scene.decider, task, [CompleteWorkflowExecution()])

    (failed,) = scene.decider.poll().history.failed_decisions
    assert failed.cause == "UNHANDLED_DECISION"


def test_fail_execution_is_a_plain_function():
    """The policy can be called, and its decisions joined by others."""
    marker, closing = fail_execution(world().decision_task(), LookupError("x" * 40_000))

    assert marker.marker_name == DECIDER_ERROR
    assert len(marker.details) == 32768
    assert len(closing.reason) == 256
    assert len(closing.details) == 32768
