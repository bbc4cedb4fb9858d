"""What the service does where its documentation says nothing: all such choices are here."""

from __future__ import annotations

from dataclasses import dataclass

from py_swf.local.machine.faults import FAULTS

__all__ = ["Choices"]


@dataclass(frozen=True, slots=True)
class Choices:
    """Answers to the open questions about the service; the defaults are the most likely ones.

    :param empty_task_token: ``taskToken`` of an empty poll answer; None leaves the member out,
        as seen on the wire; ``""`` is what the documentation says.
    :param schedule_to_start: ``scheduleToStartTimeout`` of a DecisionTaskScheduled event without
        a task list override; recorded as "NONE" since about 2023, None leaves it out as before.
    :param child_policy_on_normal_close: apply the child policy when an execution completes, fails
        or is canceled by its own decision, as seen in live histories.
    :param child_policy_on_continue_as_new: apply it when an execution continues as new.
    :param previous_started_counts_timed_out: let ``previousStartedEventId`` name the last task
        started, not the last one completed.
    :param earlier_failures_block_close: let a failed decision make a later closing decision of
        the same list fail with UNHANDLED_DECISION.
    :param cancel_requested_after_close: keep ``cancelRequested`` true after the close.
    :param timer_id_free_at_once: let a list start a timer again that it has just canceled.
    :param record_marker_failed_triggers: let RecordMarkerFailed schedule a decision task.
    :param deprecated_domain_fault: the fault of a start or registration in a deprecated domain.
    :param already_started_message: message of WorkflowExecutionAlreadyStartedFault.
    :raises ValueError: when a text is not one of the possible values.
    """

    empty_task_token: str | None = None
    schedule_to_start: str | None = "NONE"
    child_policy_on_normal_close: bool = True
    child_policy_on_continue_as_new: bool = True
    previous_started_counts_timed_out: bool = False
    earlier_failures_block_close: bool = False
    cancel_requested_after_close: bool = False
    timer_id_free_at_once: bool = True
    record_marker_failed_triggers: bool = True
    deprecated_domain_fault: str = "DomainDeprecatedFault"
    already_started_message: str = "Already Started"

    def __post_init__(self) -> None:
        possible = {
            "empty_task_token": (None, ""),
            "schedule_to_start": (None, "NONE"),
            "deprecated_domain_fault": tuple(FAULTS),
        }
        for name, values in possible.items():
            if getattr(self, name) not in values:
                raise ValueError(f"{name} must be one of {values}, got {getattr(self, name)!r}")
