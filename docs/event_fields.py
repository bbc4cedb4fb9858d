"""What the fields of the 54 events mean. A field that several events share is described once.

The ids of events refer to the same history, unless the text says otherwise.
"""

from __future__ import annotations

#: field -> what it means wherever it occurs
SHARED = {
    "activity_id": "the id that the decider gave to the activity task.",
    "activity_type": "name and version of the activity type.",
    "cause": "why the decision failed.",
    "child_policy": "what happens to open children when the execution is terminated or times out.",
    "control": "a note of the decider to itself. Workers, children and receivers never see it.",
    "decision_task_completed_event_id": "the DecisionTaskCompleted event of the answer that "
    "made the decision.",
    "details": "more about it, up to 32,768 characters.",
    "execution_start_to_close_timeout": "the longest time that the execution may be open.",
    "external_initiated_event_id": "the ...Initiated event in the *sender's* history; 0 if no "
    "execution sent it.",
    "external_workflow_execution": "the execution that sent it; None if it came from a program.",
    "id": "the id that the decider gave to the Lambda task.",
    "identity": "the identity that the poller gave when it took the task.",
    "initiated_event_id": "the ...Initiated event with which this began.",
    "lambda_role": "the IAM role with which Lambda functions of the execution are invoked.",
    "marker_name": "the name that the decider gave to the marker.",
    "name": "the name of the Lambda function.",
    "reason": "why it failed, up to 256 characters: a word or a line that programs can compare.",
    "result": "what it returned, up to 32,768 characters.",
    "run_id": "the run that the decision named; None if it named only the workflow id.",
    "scheduled_event_id": "the ...Scheduled event of the task.",
    "signal_name": "the name of the signal.",
    "started_event_id": "the ...Started event; 0 if it was never started.",
    "tag_list": "the tags of the execution, up to five. Executions can be listed by tag.",
    "task_list": "the task list in which tasks wait for a poller.",
    "task_priority": "in a task list, the task with the higher number is handed out first.",
    "task_start_to_close_timeout": "the longest time that a decider may take for an answer.",
    "timeout_type": "which of the timeouts ran out.",
    "timer_id": "the id that the decider gave to the timer.",
    "workflow_execution": "the other execution: its workflow id and run id.",
    "workflow_id": "the workflow id of the other execution.",
    "workflow_type": "name and version of the workflow type.",
}

#: event -> field -> what it means there
IN_ONE_EVENT = {
    "WorkflowExecutionStarted": {
        "continued_execution_run_id": "the run that continued as new and became this one.",
        "input": "the text that the starter, or the run before, gave it.",
        "parent_initiated_event_id": "the StartChildWorkflowExecutionInitiated event in the "
        "*parent's* history; 0 if there is no parent.",
        "parent_workflow_execution": "the execution that started this one as its child.",
        "task_list": "the task list in which its decision tasks wait.",
    },
    "WorkflowExecutionCancelRequested": {
        "cause": "set when the parent's child policy asked for it.",
    },
    "WorkflowExecutionCanceled": {"details": "what the decider said about it."},
    "WorkflowExecutionCompleted": {"result": "the result that the decider gave."},
    "WorkflowExecutionContinuedAsNew": {
        "input": "the input of the new run.",
        "new_execution_run_id": "the run that took over.",
        "task_list": "the task list in which the decision tasks of the new run wait.",
        "workflow_type": "the type of the new run: the same name, perhaps another version.",
    },
    "WorkflowExecutionTerminated": {
        "cause": "what terminated it, if it was not a plain call: a child policy, the limit of "
        "25,000 events, or an operator.",
        "reason": "why, as the caller or the service put it.",
    },
    "WorkflowExecutionSignaled": {"input": "the text that came with the signal."},
    "DecisionTaskScheduled": {
        "schedule_to_start_timeout": "how long it may wait for a decider, if an answer "
        "moved it to another task list; math.inf otherwise.",
        "start_to_close_timeout": "the longest time that a decider may take for its answer.",
    },
    "DecisionTaskCompleted": {
        "execution_context": "the text that the decider sent along; a description shows it.",
        "task_list": "where the next decision tasks wait, if the answer moved them.",
        "task_list_schedule_to_start_timeout": "how long they may wait there before they go "
        "back to the first list.",
    },
    "DecisionTaskTimedOut": {
        "started_event_id": "the DecisionTaskStarted event; 0 if no decider had taken it.",
    },
    "ActivityTaskScheduled": {
        "heartbeat_timeout": "the longest time that the worker may be silent.",
        "input": "the text that the worker receives.",
        "schedule_to_close_timeout": "the longest time from now to the answer of the worker.",
        "schedule_to_start_timeout": "the longest time that the task may wait for a worker.",
        "start_to_close_timeout": "the longest time that a worker may take.",
    },
    "ActivityTaskTimedOut": {
        "details": "those of the last heartbeat, if there was one.",
        "started_event_id": "the ActivityTaskStarted event; 0 if no worker had taken the task.",
    },
    "ActivityTaskCanceled": {
        "details": "what the worker said about it.",
        "latest_cancel_requested_event_id": "the last ActivityTaskCancelRequested event for it.",
        "started_event_id": "the ActivityTaskStarted event; 0 if no worker had taken the task.",
    },
    "MarkerRecorded": {"details": "the note itself, up to 32,768 characters."},
    "TimerStarted": {"start_to_fire_timeout": "the time until it fires, in seconds."},
    "TimerFired": {"started_event_id": "the TimerStarted event."},
    "TimerCanceled": {"started_event_id": "the TimerStarted event."},
    "StartChildWorkflowExecutionInitiated": {
        "child_policy": "what happens to the *child's* own open children when it is terminated "
        "or times out.",
        "execution_start_to_close_timeout": "the longest time that the child may be open.",
        "input": "the text that the child receives.",
        "task_list": "the task list in which the child's decision tasks wait.",
        "task_start_to_close_timeout": "the longest time that the child's decider may take.",
        "workflow_id": "the workflow id of the child.",
    },
    "StartChildWorkflowExecutionFailed": {
        "cause": "why the child was not started.",
        "initiated_event_id": "the StartChildWorkflowExecutionInitiated event; 0 if the decision "
        "was refused before there was one.",
        "workflow_id": "the workflow id that the child would have had.",
    },
    "SignalExternalWorkflowExecutionInitiated": {"input": "the text that goes with the signal."},
    "SignalExternalWorkflowExecutionFailed": {"cause": "why the signal was not delivered."},
    "RequestCancelExternalWorkflowExecutionFailed": {"cause": "why the request was not delivered."},
    "LambdaFunctionScheduled": {
        "input": "what the function receives, a JSON text.",
        "start_to_close_timeout": "the longest time that the function may run.",
    },
    "LambdaFunctionCompleted": {"result": "what the function returned, a JSON text."},
    "LambdaFunctionFailed": {"details": "the error as JSON text."},
    "StartLambdaFunctionFailed": {
        "cause": "why it was not invoked.",
        "message": "what the service says about it.",
        "scheduled_event_id": "the LambdaFunctionScheduled event.",
    },
}


def describe(event_type: str, field: str) -> str | None:
    """Say what a field of an event means; None if nobody has described it."""
    return IN_ONE_EVENT.get(event_type, {}).get(field) or SHARED.get(field)
