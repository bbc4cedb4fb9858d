"""Poll for activity tasks, and answer them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from py_swf._failure_texts import reason_of, traceback_of
from py_swf._to_wire import members
from py_swf.clients import _poll_once
from py_swf.clients._client import Client
from py_swf.clients._event_pages import number_in
from py_swf.config_definitions import ActivityTaskConfig, DecisionConfig
from py_swf.descriptions import PendingTaskCount
from py_swf.errors import NoTaskFound as NoTaskFound  # 1.x had it here
from py_swf.tasks import ActivityTask

if TYPE_CHECKING:
    from mypy_boto3_swf import SWFClient

__all__ = ["ActivityTask", "ActivityTaskClient"]


class ActivityTaskClient(Client):
    """Polls one task list for activity tasks and answers them.

    A fault of the service is raised as a :class:`botocore.exceptions.ClientError`. Each method
    lists its own; any of them can raise OperationNotPermittedFault, if the caller lacks permission.
    A task is no longer open once it has been answered, has timed out, or its execution has closed.
    A value that the service would refuse for its size or spelling raises a :class:`ValueError`, and
    nothing is sent.

    :param activity_task_config: where to poll; any object with ``domain`` and ``task_list``.
    :param boto_client: a boto3 client for "swf" with a read timeout above 60 seconds.
    :raises TypeError: when the two are in the wrong order, or the client is an asynchronous one.
    """

    _checked = (
        "PollForActivityTask",
        "RecordActivityTaskHeartbeat",
        "RespondActivityTaskCompleted",
        "RespondActivityTaskFailed",
        "RespondActivityTaskCanceled",
    )

    def __init__(
        self, activity_task_config: ActivityTaskConfig | DecisionConfig, boto_client: SWFClient
    ) -> None:
        super().__init__(boto_client, activity_task_config)
        self.activity_task_config = activity_task_config
        _poll_once.install(boto_client)

    def poll(self, identity: str | None = None) -> ActivityTask:
        """Wait up to 60 seconds for an activity task. The poll is sent once and never repeated.

        :param identity: who polls, for the history; up to 256 characters.
        :return: the task, which has now started: its timeouts are running.
        :raises NoTaskFound: when there is no task after 60 seconds, or the read times out.
        :raises ClientError: UnknownResourceFault when there is no such domain; LimitExceededFault
            when 1,000 pollers are waiting on the list.

        AWS operation: :swf:`PollForActivityTask`
        """
        config = self.activity_task_config
        params = members(
            "PollForActivityTask",
            domain=config.domain,
            task_list=config.task_list,
            identity=identity,
        )
        answer = _poll_once.poll(self.boto_client, self.boto_client.poll_for_activity_task, params)
        return ActivityTask(
            activity_id=answer["activityId"],
            type=answer["activityType"]["name"],
            version=answer["activityType"]["version"],
            input=_input_in(answer),
            task_token=answer["taskToken"],
            workflow_id=answer["workflowExecution"]["workflowId"],
            workflow_run_id=answer["workflowExecution"]["runId"],
            started_event_id=number_in(answer, "startedEventId"),
            task_list=config.task_list,
        )

    def heartbeat(self, task_token: str, details: str | None = None) -> bool:
        """Tell the service that the task is being worked on.

        :param task_token: the token of the task.
        :param details: the progress so far, up to 2,048 characters; the history shows the last ones
            the task times out.
        :return: whether the decider asked for the task to be canceled.
        :raises ClientError: UnknownResourceFault when the task is no longer open.

        AWS operation: :swf:`RecordActivityTaskHeartbeat`
        """
        answer = self._call("RecordActivityTaskHeartbeat", task_token=task_token, details=details)
        return bool(answer["cancelRequested"])

    def finish(self, task_token: str, result: str | None) -> None:
        """Answer that the task is completed.

        :param task_token: the token of the task.
        :param result: its result, up to 32,768 characters; None sends none.
        :raises ClientError: UnknownResourceFault when the task is no longer open.

        AWS operation: :swf:`RespondActivityTaskCompleted`
        """
        self._call("RespondActivityTaskCompleted", task_token=task_token, result=result)

    def fail(
        self, task_token: str, reason: str | BaseException | None, details: str | None = None
    ) -> None:
        """Answer that the task failed.

        :param task_token: the token of the task.
        :param reason: a short cause, up to 256 characters; or an exception, whose type and message
            become the reason and whose traceback the details, both cut to the service's limits.
        :param details: more about it, up to 32,768 characters; None sends none, or the traceback.
        :raises ClientError: UnknownResourceFault when the task is no longer open.

        AWS operation: :swf:`RespondActivityTaskFailed`
        """
        if isinstance(reason, BaseException):
            details = traceback_of(reason) if details is None else details
            reason = reason_of(reason)
        self._call(
            "RespondActivityTaskFailed", task_token=task_token, reason=reason, details=details
        )

    def cancel(self, task_token: str, details: str | None = None) -> None:
        """Answer that the task was canceled, after a heartbeat said that this was requested.

        :param task_token: the token of the task.
        :param details: more about it, up to 32,768 characters; None sends none.
        :raises ClientError: UnknownResourceFault when the task is no longer open.

        AWS operation: :swf:`RespondActivityTaskCanceled`
        """
        self._call("RespondActivityTaskCanceled", task_token=task_token, details=details)

    def count_pending_activity_tasks(self, task_list: str | None = None) -> PendingTaskCount:
        """Count the activity tasks that are waiting for a worker: an estimate by the service.

        :param task_list: the list to count; None for the config's. An unused list counts 0.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`CountPendingActivityTasks`
        """
        config = self.activity_task_config
        task_list = config.task_list if task_list is None else task_list
        operation = "CountPendingActivityTasks"
        return PendingTaskCount(*self._count(operation, domain=config.domain, task_list=task_list))


def _input_in(answer: Mapping[str, Any]) -> str | None:
    try:  # by key: a test double written for 1.x answers only that
        given: str = answer["input"]
    except KeyError:
        return None
    return given
