"""Poll for decision tasks, and answer them with decisions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

from py_swf._of_1x import nametuplefy as nametuplefy  # 1.x had it here
from py_swf._to_wire import Duration, members
from py_swf.clients import _history_parser, _poll_once
from py_swf.clients._event_pages import (
    EventPages,
    EventsBefore,
    number_in,
    read_page,
    walk_history,
)
from py_swf.clients._history_walk import WalkingClient
from py_swf.config_definitions import DecisionConfig
from py_swf.decisions import (
    Answer,
    CompleteWorkflowExecution,
    Decision,
    ScheduleActivityTask,
)
from py_swf.descriptions import PendingTaskCount
from py_swf.errors import NoTaskFound as NoTaskFound  # 1.x had it here, too
from py_swf.tasks import DecisionTask
from py_swf.types import ActivityType, WorkflowExecution, WorkflowType

if TYPE_CHECKING:
    from mypy_boto3_swf import SWFClient

__all__ = ["DecisionClient", "DecisionTask"]


class DecisionClient(WalkingClient):
    """Polls one task list for decision tasks and answers them.

    A fault of the service is raised as a :class:`botocore.exceptions.ClientError`. Each method
    lists its own; any of them can raise OperationNotPermittedFault, if the caller lacks permission.
    A value that the service would refuse for its size, spelling or order raises a
    :class:`ValueError`, and nothing is sent.

    :param decision_config: where to poll, and the timeouts of activity tasks scheduled by
        :meth:`finish_decision_with_activity`.
    :param boto_client: a boto3 client for "swf" with a read timeout above 60 seconds.
    :raises TypeError: when the two are in the wrong order, or the client is an asynchronous one.
    """

    _checked = (
        "PollForDecisionTask",
        "GetWorkflowExecutionHistory",
        "RespondDecisionTaskCompleted",
    )

    def __init__(self, decision_config: DecisionConfig, boto_client: SWFClient) -> None:
        super().__init__(boto_client, decision_config)
        self.decision_config = decision_config
        _poll_once.install(boto_client)

    @property
    def _domain(self) -> str:
        return self.decision_config.domain

    # the second overload's default is there for the syntax only, as in walk_execution_history
    @overload
    def poll(  # pyright: ignore[reportOverlappingOverload]
        self,
        identity: str | None = None,
        use_raw_event_history: Literal[False] = False,
        *,
        newest_first: bool = True,
        start_at_previous_started_event: bool = False,
        maximum_page_size: int | None = None,
    ) -> DecisionTask: ...
    @overload
    def poll(
        self,
        identity: str | None = None,
        use_raw_event_history: Literal[True] = ...,
        *,
        newest_first: bool = True,
        start_at_previous_started_event: bool = False,
        maximum_page_size: int | None = None,
    ) -> DecisionTask[dict[str, Any]]: ...
    @overload
    def poll(
        self,
        identity: str | None = None,
        use_raw_event_history: bool = False,
        *,
        newest_first: bool = True,
        start_at_previous_started_event: bool = False,
        maximum_page_size: int | None = None,
    ) -> DecisionTask[Any]: ...
    def poll(
        self,
        identity: str | None = None,
        use_raw_event_history: bool = False,
        *,
        newest_first: bool = True,
        start_at_previous_started_event: bool = False,
        maximum_page_size: int | None = None,
    ) -> DecisionTask[Any]:
        """Wait up to 60 seconds for a decision task. The poll is sent once and never repeated.

        :param identity: who polls, for the history; up to 256 characters.
        :param use_raw_event_history: True for events as boto3's dicts instead of records.
        :param newest_first: False for the oldest event first, so that
            :meth:`~py_swf.tasks.DecisionTask.all_events` reads the pages one by one.
        :param start_at_previous_started_event: True to get only the events since the last
            completed decision task was started, including that event: for deciders that keep what
            they know about an execution, such as its :class:`~py_swf.history.History`, and extend
            it.
        :param maximum_page_size: events per call, up to 1,000, which is the service's default.
        :return: the task, which has now started: its timeout is running.
        :raises NoTaskFound: when there is no task after 60 seconds, or the read times out.
        :raises ClientError: UnknownResourceFault when there is no such domain; LimitExceededFault
            when 1,000 pollers are waiting on the list.

        AWS operation: :swf:`PollForDecisionTask`
        """
        params = members(
            "PollForDecisionTask",
            domain=self._domain,
            task_list=self.decision_config.task_list,
            identity=identity,
            reverse_order=newest_first,
            start_at_previous_started_event=start_at_previous_started_event or None,
            maximum_page_size=maximum_page_size,
        )
        form, events_of = _history_parser.form(raw=use_raw_event_history)
        call = self.boto_client.poll_for_decision_task
        answer = _poll_once.poll(self.boto_client, call, params, form)
        execution, type_ = answer["workflowExecution"], answer["workflowType"]
        run = WorkflowExecution(execution["workflowId"], execution["runId"])
        previous = number_in(answer, "previousStartedEventId")
        first = previous if start_at_previous_started_event else 1
        walk = partial(walk_history, self.boto_client, self._domain, run, raw=use_raw_event_history)
        return DecisionTask(
            events=EventPages(
                answer,
                partial(read_page, call, form, **params),
                events_of,
                walk,
                newest_first=newest_first,
                first_event_id=first,
            ),
            task_token=answer["taskToken"],
            workflow_id=run.workflow_id,
            workflow_run_id=run.run_id,
            workflow_type=WorkflowType(type_["name"], type_["version"]),
            started_event_id=number_in(answer, "startedEventId"),
            previous_started_event_id=previous,
            earlier_events=EventsBefore(first, walk),
            newest_first=newest_first,
            task_list=self.decision_config.task_list,
        )

    def respond(
        self,
        task_token: str,
        decisions: Answer | Iterable[Decision] = (),
        execution_context: str | None = None,
        task_list: str | None = None,
        task_list_schedule_to_start_timeout: Duration | None = None,
    ) -> None:
        """Answer a decision task with any number of decisions, applied in order.

        An empty list is an answer too: the execution then waits for its next event.

        :param task_token: the token of the task.
        :param decisions: records of :mod:`py_swf.decisions`; one that closes the execution must be
            the last. The service documents no limit except 1 MB for the request. Or a whole
            :class:`~py_swf.decisions.Answer`; other arguments take precedence over its own values.
        :param execution_context: a text of up to 32,768 characters that is shown when the execution
            is described; None leaves it unchanged.
        :param task_list: send the decision tasks of this execution to another list from now on.
        :param task_list_schedule_to_start_timeout: seconds after which a decision task that nobody
            took from that list goes back to the first one; with None, never.
        :raises ValueError: when the service would refuse the decisions; nothing is sent then.
        :raises ClientError: UnknownResourceFault when the task timed out or its execution closed.

        AWS operation: :swf:`RespondDecisionTaskCompleted`
        """
        answer = Answer.of(
            decisions, execution_context, task_list, task_list_schedule_to_start_timeout
        )
        self._call("RespondDecisionTaskCompleted", task_token=task_token, **answer.to_wire())

    def finish_decision_with_activity(
        self,
        task_token: str,
        activity_id: str,
        activity_name: str,
        activity_version: str,
        activity_input: str | None,
        schedule_to_close_timeout: Duration | None = None,
        schedule_to_start_timeout: Duration | None = None,
        start_to_close_timeout: Duration | None = None,
        heartbeat_timeout: Duration | None = None,
    ) -> None:
        """Answer a decision task with one activity task, in the task list of the config.

        :param task_token: the token of the task.
        :param activity_id: unique among the open activity tasks of the execution.
        :param activity_name: name of the activity type.
        :param activity_version: version of the activity type.
        :param activity_input: what the worker receives, up to 32,768 characters; None sends none.
        :param schedule_to_close_timeout: longest time from scheduling to the end, in seconds; None
            for the config's, or else the type's default. The same goes for the other timeouts.
        :param schedule_to_start_timeout: longest wait for a worker, in seconds.
        :param start_to_close_timeout: longest time from start to end, in seconds.
        :param heartbeat_timeout: longest silence between heartbeats, in seconds.
        :raises ValueError: when the service would refuse the decision; nothing is sent then.
        :raises ClientError: UnknownResourceFault when the task timed out or its execution closed.

        AWS operation: :swf:`RespondDecisionTaskCompleted`
        """
        members(  # checked here too, so that an error names the caller's parameters
            "finish_decision_with_activity",
            activity_name=activity_name,
            activity_version=activity_version,
            activity_input=activity_input,
        )
        config = self.decision_config
        activity = ScheduleActivityTask(
            activity_type=ActivityType(activity_name, activity_version),
            activity_id=activity_id,
            input=activity_input,
            task_list=config.task_list,
            schedule_to_close_timeout=_timeout(
                schedule_to_close_timeout, config.schedule_to_close_timeout
            ),
            schedule_to_start_timeout=_timeout(
                schedule_to_start_timeout, config.schedule_to_start_timeout
            ),
            start_to_close_timeout=_timeout(start_to_close_timeout, config.start_to_close_timeout),
            heartbeat_timeout=_timeout(heartbeat_timeout, config.heartbeat_timeout),
        )
        self.respond(task_token, [activity])

    def finish_workflow(self, task_token: str, result: str | None) -> None:
        """Answer a decision task by completing the execution.

        :param task_token: the token of the task.
        :param result: the result of the execution, up to 32,768 characters; None sends none.
        :raises ClientError: UnknownResourceFault when the task timed out or its execution closed.

        AWS operation: :swf:`RespondDecisionTaskCompleted`
        """
        self.respond(task_token, [CompleteWorkflowExecution(result)])

    def count_pending_decision_tasks(self, task_list: str | None = None) -> PendingTaskCount:
        """Count the decision tasks that are waiting for a decider: an estimate by the service.

        :param task_list: the list to count; None for the config's. An unused list counts 0.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`CountPendingDecisionTasks`
        """
        task_list = self.decision_config.task_list if task_list is None else task_list
        operation = "CountPendingDecisionTasks"
        return PendingTaskCount(*self._count(operation, domain=self._domain, task_list=task_list))


def _timeout(override: Duration | None, configured: Duration | None) -> Duration | None:
    return configured if override is None else override


def build_workflow_complete(result: str | None) -> dict[str, Any]:
    """Make the decision that completes an execution, as a dict for boto3; 1.x had it here."""
    return CompleteWorkflowExecution(result).to_wire()


def build_activity_task(
    activity_id: str,
    activity_name: str,
    activity_version: str,
    input: str | None,
    decision_config: DecisionConfig,
) -> dict[str, Any]:
    """Make the decision that schedules an activity, as a dict for boto3; 1.x had it here."""
    return ScheduleActivityTask(
        (activity_name, activity_version),
        activity_id,
        input,
        task_list=decision_config.task_list,
        schedule_to_close_timeout=decision_config.schedule_to_close_timeout,
        schedule_to_start_timeout=decision_config.schedule_to_start_timeout,
        start_to_close_timeout=decision_config.start_to_close_timeout,
        heartbeat_timeout=decision_config.heartbeat_timeout,
    ).to_wire()
