"""What the words of the service's enumerations mean, by enumeration.

Words of the causes of failed decisions mean the same wherever they occur.
"""

from __future__ import annotations

_TIMEOUTS = {
    "START_TO_CLOSE": "it was started and not answered in time.",
    "SCHEDULE_TO_START": "nobody took it in time.",
    "SCHEDULE_TO_CLOSE": "waiting and work together took too long.",
    "HEARTBEAT": "the worker was silent for too long.",
}

_WITHOUT_DEFAULT = "neither the decision nor the registered type has this setting."
_TOO_FAST = "too many at once. Wait, and decide again."

#: the causes of failed decisions
CAUSES = {
    "ACTIVITY_CREATION_RATE_EXCEEDED": _TOO_FAST,
    "ACTIVITY_ID_ALREADY_IN_USE": "an open activity task of the execution has this id.",
    "ACTIVITY_ID_UNKNOWN": "no open activity task has this id: it has ended, or never existed.",
    "ACTIVITY_TYPE_DEPRECATED": "the type is deprecated.",
    "ACTIVITY_TYPE_DOES_NOT_EXIST": "the type is not registered in this domain.",
    "ASSUME_ROLE_FAILED": "there is no Lambda role, or the service may not assume it.",
    "CHILD_CREATION_RATE_EXCEEDED": _TOO_FAST,
    "CONTINUE_AS_NEW_WORKFLOW_EXECUTION_RATE_EXCEEDED": _TOO_FAST,
    "DEFAULT_CHILD_POLICY_UNDEFINED": _WITHOUT_DEFAULT,
    "DEFAULT_EXECUTION_START_TO_CLOSE_TIMEOUT_UNDEFINED": _WITHOUT_DEFAULT,
    "DEFAULT_HEARTBEAT_TIMEOUT_UNDEFINED": _WITHOUT_DEFAULT,
    "DEFAULT_SCHEDULE_TO_CLOSE_TIMEOUT_UNDEFINED": _WITHOUT_DEFAULT,
    "DEFAULT_SCHEDULE_TO_START_TIMEOUT_UNDEFINED": _WITHOUT_DEFAULT,
    "DEFAULT_START_TO_CLOSE_TIMEOUT_UNDEFINED": _WITHOUT_DEFAULT,
    "DEFAULT_TASK_LIST_UNDEFINED": _WITHOUT_DEFAULT,
    "DEFAULT_TASK_START_TO_CLOSE_TIMEOUT_UNDEFINED": _WITHOUT_DEFAULT,
    "ID_ALREADY_IN_USE": "an open Lambda task of the execution has this id.",
    "LAMBDA_FUNCTION_CREATION_RATE_EXCEEDED": _TOO_FAST,
    "LAMBDA_SERVICE_NOT_AVAILABLE_IN_REGION": "there is no Lambda in this region.",
    "OPEN_ACTIVITIES_LIMIT_EXCEEDED": "1,000 activity tasks of the execution are open.",
    "OPEN_CHILDREN_LIMIT_EXCEEDED": "1,000 children of the execution are open.",
    "OPEN_LAMBDA_FUNCTIONS_LIMIT_EXCEEDED": "too many Lambda tasks of the execution are open.",
    "OPEN_TIMERS_LIMIT_EXCEEDED": "1,000 timers of the execution are open.",
    "OPEN_WORKFLOWS_LIMIT_EXCEEDED": "100,000 executions of the domain are open.",
    "OPERATION_NOT_PERMITTED": "the decider's permissions do not allow this decision.",
    "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED": _TOO_FAST,
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED": _TOO_FAST,
    "TIMER_CREATION_RATE_EXCEEDED": _TOO_FAST,
    "TIMER_ID_ALREADY_IN_USE": "an open timer of the execution has this id.",
    "TIMER_ID_UNKNOWN": "no open timer has this id: it has fired, was canceled, or never existed.",
    "UNHANDLED_DECISION": "something happened that the decider has not seen. Decide again.",
    "UNKNOWN_EXTERNAL_WORKFLOW_EXECUTION": "no such execution is open in this domain.",
    "WORKFLOW_ALREADY_RUNNING": "an execution with this workflow id is open.",
    "WORKFLOW_TYPE_DEPRECATED": "the type is deprecated.",
    "WORKFLOW_TYPE_DOES_NOT_EXIST": "the type is not registered in this domain.",
}

#: enumeration -> word -> what it means
OTHERS = {
    "ActivityTaskTimeoutType": _TIMEOUTS,
    "ChildPolicy": {
        "ABANDON": "they continue.",
        "REQUEST_CANCEL": "they are asked to cancel.",
        "TERMINATE": "they are terminated.",
    },
    "CloseStatus": {
        "CANCELED": "its decider ended it because it was asked to cancel.",
        "COMPLETED": "its decider ended it with a result.",
        "CONTINUED_AS_NEW": "another run under the same workflow id took over.",
        "FAILED": "its decider ended it as failed.",
        "TERMINATED": "it was ended from outside, at once.",
        "TIMED_OUT": "it was open for longer than its start-to-close timeout.",
    },
    "DecisionTaskTimeoutType": _TIMEOUTS,
    "DecisionType": {
        "CancelTimer": "end a timer before it fires.",
        "CancelWorkflowExecution": "close the execution as canceled.",
        "CompleteWorkflowExecution": "close the execution with a result.",
        "ContinueAsNewWorkflowExecution": "close the run and start the next one.",
        "FailWorkflowExecution": "close the execution as failed.",
        "RecordMarker": "write a note into the history.",
        "RequestCancelActivityTask": "ask an activity task to cancel.",
        "RequestCancelExternalWorkflowExecution": "ask another execution to cancel.",
        "ScheduleActivityTask": "have an activity worker do something.",
        "ScheduleLambdaFunction": "have the service invoke a Lambda function.",
        "SignalExternalWorkflowExecution": "send another execution a signal.",
        "StartChildWorkflowExecution": "start another execution, and learn how it ends.",
        "StartTimer": "be woken after some time.",
    },
    "ExecutionStatus": {"CLOSED": "it has ended.", "OPEN": "it is running."},
    "LambdaFunctionTimeoutType": _TIMEOUTS,
    "RegistrationStatus": {
        "DEPRECATED": "retired: nothing new can be started with it.",
        "REGISTERED": "in use.",
    },
    "WorkflowExecutionCancelRequestedCause": {
        "CHILD_POLICY_APPLIED": "its parent ended, and the parent's child policy said so."
    },
    "WorkflowExecutionTerminatedCause": {
        "CHILD_POLICY_APPLIED": "its parent ended, and the parent's child policy said so.",
        "EVENT_LIMIT_EXCEEDED": "its history reached 25,000 events.",
        "OPERATOR_INITIATED": "somebody called TerminateWorkflowExecution.",
    },
    "WorkflowExecutionTimeoutType": _TIMEOUTS,
}


def meaning(enum: str, word: str) -> str | None:
    """Say what a word of an enumeration means; None if nobody has described it."""
    return OTHERS.get(enum, CAUSES).get(word)
