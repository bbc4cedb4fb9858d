"""Where moto departs from the service, as far as the contract tests see it.

The suite runs in full on the local service. On moto each test listed here must fail, with the
error listed beside it, and all others must pass: a difference that moto fixes, or a
new one, turns the suite red. moto 5.2.5 was examined; the numbers are those of the list of its
departures which the local service was written against.
"""

from __future__ import annotations

from typing import NamedTuple

from moto.swf.responses import SWFResponse

from py_swf import NoTaskFound


class Difference(NamedTuple):
    """Why a test fails on moto, and how."""

    departure: int
    reason: str
    error: type[BaseException]
    #: found in the text of the error
    text: str

    def explains(self, error: BaseException) -> bool:
        """Return whether a test failed in the way that is expected."""
        return isinstance(error, self.error) and self.text in str(error)


def _no_operation(name: str) -> Difference:
    text = f"The {name} action has not been implemented"
    return Difference(1, f"the operation {name} is missing", NotImplementedError, text)


def _no_decision(name: str) -> Difference:
    text = f"Cannot handle decision: {name}"
    return Difference(2, f"the decision {name} is missing", NotImplementedError, text)


def _wrong(departure: int, reason: str, text: str) -> Difference:
    return Difference(departure, reason, AssertionError, text)


#: test -> how moto differs
DIFFERENCES: dict[str, Difference] = {
    "test_a_workflow_type_is_deleted": _no_operation("delete_workflow_type"),
    "test_an_activity_type_is_deleted": _no_operation("delete_activity_type"),
    "test_executions_are_counted": _no_operation("count_open_workflow_executions"),
    "test_request_cancel": _no_operation("request_cancel_workflow_execution"),
    "test_a_child": _no_decision("StartChildWorkflowExecution"),
    "test_a_heartbeat_tells_of_a_cancel_request": _no_decision("RequestCancelActivityTask"),
    "test_continue_as_new": _no_decision("ContinueAsNewWorkflowExecution"),
    "test_two_signals_make_one_decision_task": _wrong(
        3, "a decision task is scheduled while another one waits", "3 == 1"
    ),
    "test_a_close_over_unseen_events": _wrong(
        5, "an execution closes over events that its decider has not seen", "'CLOSED' == 'OPEN'"
    ),
    "test_a_timer_is_canceled": _wrong(
        11, "the event is spelled TimerCancelled, so it ends no timer", "'STARTED' == 'CANCELED'"
    ),
    "test_an_activity_by_the_types_defaults": _wrong(
        16, "ActivityTaskScheduled lacks the timeouts of the type", "(None, None) == (400, 300)"
    ),
    "test_an_id_can_be_used_again": Difference(
        17, "the id of a closed activity is in use forever", NoTaskFound, "the task list is empty"
    ),
    "test_a_failed_activity_is_unknown": Difference(
        18, "an answer to a failed task is a server error", ValueError, "This shouldn't happen"
    ),
    "test_the_execution_context": _wrong(
        20, "a response without context takes the last one away", "None == 'remember'"
    ),
    "test_when_a_type_was_made": _wrong(22, "every type was made in 2014", "2014, 12, 31"),
    "test_when_an_execution_was_started": _wrong(
        22, "Describe shows every execution as started in 2014", "2014, 12, 31"
    ),
    "test_when_an_execution_was_terminated": _wrong(
        23, "a terminated execution has no close time", "None is not None"
    ),
    "test_a_task_from_the_previous_started_event": _wrong(
        26, "startAtPreviousStartedEvent is passed over", "Left contains 2 more items"
    ),
    "test_executions_are_listed_by_workflow_id": Difference(
        27, "the workflow id filters nothing", ValueError, "too many values to unpack"
    ),
    "test_the_priority_of_an_activity_type": _wrong(
        36, "the default priority of an activity type is lost", "None == 7"
    ),
    "test_the_priority_of_an_execution": _wrong(36, "Describe shows no priority", "None == 5"),
    "test_signal_without_input": Difference(
        37, "a signal without input is a server error", KeyError, "input"
    ),
    "test_another_task_list": _wrong(38, "taskList of a response is passed over", "0 == 1"),
    "test_a_started_task_does_not_wait": _wrong(
        39, "a started task is counted among those that wait", "1 == 0"
    ),
}

if not hasattr(SWFResponse, "tag_resource"):  # as in moto 5.0
    DIFFERENCES["test_tags_of_a_domain"] = _no_operation("tag_resource")
