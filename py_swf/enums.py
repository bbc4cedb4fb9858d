"""The words of the service's enumerations, as type checkers know them.

Each is named as in the AWS API: ``status: CloseStatus`` is one of its six words. A word from the
service that is missing here reaches you all the same: what is read is not checked.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = [
    "ActivityTaskTimeoutType",
    "CancelTimerFailedCause",
    "CancelWorkflowExecutionFailedCause",
    "ChildPolicy",
    "CloseStatus",
    "CompleteWorkflowExecutionFailedCause",
    "ContinueAsNewWorkflowExecutionFailedCause",
    "DecisionTaskTimeoutType",
    "DecisionType",
    "ExecutionStatus",
    "FailWorkflowExecutionFailedCause",
    "LambdaFunctionTimeoutType",
    "RecordMarkerFailedCause",
    "RegistrationStatus",
    "RequestCancelActivityTaskFailedCause",
    "RequestCancelExternalWorkflowExecutionFailedCause",
    "ScheduleActivityTaskFailedCause",
    "ScheduleLambdaFunctionFailedCause",
    "SignalExternalWorkflowExecutionFailedCause",
    "StartChildWorkflowExecutionFailedCause",
    "StartLambdaFunctionFailedCause",
    "StartTimerFailedCause",
    "WorkflowExecutionCancelRequestedCause",
    "WorkflowExecutionTerminatedCause",
    "WorkflowExecutionTimeoutType",
]

#: what happens to the open children of an execution that is terminated or times out
ChildPolicy: TypeAlias = Literal["TERMINATE", "REQUEST_CANCEL", "ABANDON"]
#: how an execution ended
CloseStatus: TypeAlias = Literal[
    "COMPLETED", "FAILED", "CANCELED", "TERMINATED", "CONTINUED_AS_NEW", "TIMED_OUT"
]
#: whether an execution is open
ExecutionStatus: TypeAlias = Literal["OPEN", "CLOSED"]
#: whether a domain or a type can be used for anything new
RegistrationStatus: TypeAlias = Literal["REGISTERED", "DEPRECATED"]

#: the 13 decisions
DecisionType: TypeAlias = Literal[
    "ScheduleActivityTask",
    "RequestCancelActivityTask",
    "CompleteWorkflowExecution",
    "FailWorkflowExecution",
    "CancelWorkflowExecution",
    "ContinueAsNewWorkflowExecution",
    "RecordMarker",
    "StartTimer",
    "CancelTimer",
    "SignalExternalWorkflowExecution",
    "RequestCancelExternalWorkflowExecution",
    "StartChildWorkflowExecution",
    "ScheduleLambdaFunction",
]

# Which of its timeouts a task or an execution exceeded.
ActivityTaskTimeoutType: TypeAlias = Literal[
    "START_TO_CLOSE", "SCHEDULE_TO_START", "SCHEDULE_TO_CLOSE", "HEARTBEAT"
]
DecisionTaskTimeoutType: TypeAlias = Literal["START_TO_CLOSE", "SCHEDULE_TO_START"]
LambdaFunctionTimeoutType: TypeAlias = Literal["START_TO_CLOSE"]
WorkflowExecutionTimeoutType: TypeAlias = Literal["START_TO_CLOSE"]

# Why a decision was not taken, or why something happened that no decider asked for.
CancelTimerFailedCause: TypeAlias = Literal["TIMER_ID_UNKNOWN", "OPERATION_NOT_PERMITTED"]
CancelWorkflowExecutionFailedCause: TypeAlias = Literal[
    "UNHANDLED_DECISION", "OPERATION_NOT_PERMITTED"
]
CompleteWorkflowExecutionFailedCause: TypeAlias = Literal[
    "UNHANDLED_DECISION", "OPERATION_NOT_PERMITTED"
]
ContinueAsNewWorkflowExecutionFailedCause: TypeAlias = Literal[
    "UNHANDLED_DECISION",
    "WORKFLOW_TYPE_DEPRECATED",
    "WORKFLOW_TYPE_DOES_NOT_EXIST",
    "DEFAULT_EXECUTION_START_TO_CLOSE_TIMEOUT_UNDEFINED",
    "DEFAULT_TASK_START_TO_CLOSE_TIMEOUT_UNDEFINED",
    "DEFAULT_TASK_LIST_UNDEFINED",
    "DEFAULT_CHILD_POLICY_UNDEFINED",
    "CONTINUE_AS_NEW_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "OPERATION_NOT_PERMITTED",
]
FailWorkflowExecutionFailedCause: TypeAlias = Literal[
    "UNHANDLED_DECISION", "OPERATION_NOT_PERMITTED"
]
RecordMarkerFailedCause: TypeAlias = Literal["OPERATION_NOT_PERMITTED"]
RequestCancelActivityTaskFailedCause: TypeAlias = Literal[
    "ACTIVITY_ID_UNKNOWN", "OPERATION_NOT_PERMITTED"
]
RequestCancelExternalWorkflowExecutionFailedCause: TypeAlias = Literal[
    "UNKNOWN_EXTERNAL_WORKFLOW_EXECUTION",
    "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "OPERATION_NOT_PERMITTED",
]
ScheduleActivityTaskFailedCause: TypeAlias = Literal[
    "ACTIVITY_TYPE_DEPRECATED",
    "ACTIVITY_TYPE_DOES_NOT_EXIST",
    "ACTIVITY_ID_ALREADY_IN_USE",
    "OPEN_ACTIVITIES_LIMIT_EXCEEDED",
    "ACTIVITY_CREATION_RATE_EXCEEDED",
    "DEFAULT_SCHEDULE_TO_CLOSE_TIMEOUT_UNDEFINED",
    "DEFAULT_TASK_LIST_UNDEFINED",
    "DEFAULT_SCHEDULE_TO_START_TIMEOUT_UNDEFINED",
    "DEFAULT_START_TO_CLOSE_TIMEOUT_UNDEFINED",
    "DEFAULT_HEARTBEAT_TIMEOUT_UNDEFINED",
    "OPERATION_NOT_PERMITTED",
]
ScheduleLambdaFunctionFailedCause: TypeAlias = Literal[
    "ID_ALREADY_IN_USE",
    "OPEN_LAMBDA_FUNCTIONS_LIMIT_EXCEEDED",
    "LAMBDA_FUNCTION_CREATION_RATE_EXCEEDED",
    "LAMBDA_SERVICE_NOT_AVAILABLE_IN_REGION",
]
SignalExternalWorkflowExecutionFailedCause: TypeAlias = Literal[
    "UNKNOWN_EXTERNAL_WORKFLOW_EXECUTION",
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED",
    "OPERATION_NOT_PERMITTED",
]
StartChildWorkflowExecutionFailedCause: TypeAlias = Literal[
    "WORKFLOW_TYPE_DOES_NOT_EXIST",
    "WORKFLOW_TYPE_DEPRECATED",
    "OPEN_CHILDREN_LIMIT_EXCEEDED",
    "OPEN_WORKFLOWS_LIMIT_EXCEEDED",
    "CHILD_CREATION_RATE_EXCEEDED",
    "WORKFLOW_ALREADY_RUNNING",
    "DEFAULT_EXECUTION_START_TO_CLOSE_TIMEOUT_UNDEFINED",
    "DEFAULT_TASK_LIST_UNDEFINED",
    "DEFAULT_TASK_START_TO_CLOSE_TIMEOUT_UNDEFINED",
    "DEFAULT_CHILD_POLICY_UNDEFINED",
    "OPERATION_NOT_PERMITTED",
]
StartLambdaFunctionFailedCause: TypeAlias = Literal["ASSUME_ROLE_FAILED"]
StartTimerFailedCause: TypeAlias = Literal[
    "TIMER_ID_ALREADY_IN_USE",
    "OPEN_TIMERS_LIMIT_EXCEEDED",
    "TIMER_CREATION_RATE_EXCEEDED",
    "OPERATION_NOT_PERMITTED",
]
WorkflowExecutionCancelRequestedCause: TypeAlias = Literal["CHILD_POLICY_APPLIED"]
WorkflowExecutionTerminatedCause: TypeAlias = Literal[
    "CHILD_POLICY_APPLIED", "EVENT_LIMIT_EXCEEDED", "OPERATOR_INITIATED"
]
