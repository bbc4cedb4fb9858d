"""Why the service refuses a decision for now, and would take it later."""

from __future__ import annotations

__all__ = ["LIMIT_CAUSES", "PASSING_CAUSES"]

#: too much of the same kind is open in the execution: passes when some of it ends
LIMIT_CAUSES = frozenset(
    {
        "OPEN_ACTIVITIES_LIMIT_EXCEEDED",
        "OPEN_CHILDREN_LIMIT_EXCEEDED",
        "OPEN_TIMERS_LIMIT_EXCEEDED",
    }
)
#: all causes that pass by themselves
PASSING_CAUSES = LIMIT_CAUSES | {
    "ACTIVITY_CREATION_RATE_EXCEEDED",
    "CHILD_CREATION_RATE_EXCEEDED",
    "CONTINUE_AS_NEW_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "LAMBDA_FUNCTION_CREATION_RATE_EXCEEDED",
    "OPEN_LAMBDA_FUNCTIONS_LIMIT_EXCEEDED",
    "OPEN_WORKFLOWS_LIMIT_EXCEEDED",
    "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "TIMER_CREATION_RATE_EXCEEDED",
}
