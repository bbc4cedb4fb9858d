"""Answers that arrive: each is sent until the service has it, or no longer wants it.

A poll is sent once, since a task would be lost with its answer. Answers are different: the service
takes one answer for each task, so sending one again does no harm. If a repeated send finds that the
task is no longer open, the answer counts as given: this is what the service says when an answer
arrived but its confirmation was lost.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

import attrs
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from py_swf._to_wire import Duration
from py_swf.clients._whole_answers import noting_sends
from py_swf.clients.activity_task import ActivityTaskClient
from py_swf.clients.decision import DecisionClient
from py_swf.daemon.calling import Calling
from py_swf.daemon.error_verdicts import may_have_arrived, name_of, remedy_for, verdict_of
from py_swf.daemon.errors import AnswerNotDelivered, AnswerNotPermitted, AnswerRefused, TaskGone
from py_swf.daemon.heartbeats import end_beats, holding_beats
from py_swf.daemon.stop_deadline import Ending
from py_swf.daemon.stopping import Stop
from py_swf.daemon.task_ids import AnyTask, ids_of, title_of
from py_swf.decisions import Answer, Decision
from py_swf.tasks import ActivityTask, DecisionTask

__all__ = ["GIVE_UP_AFTER", "cancel", "fail", "finish", "respond"]

_log = logging.getLogger(__name__)

#: seconds for which an answer is tried where the caller does not say
GIVE_UP_AFTER = 300.0


def finish(
    client: ActivityTaskClient,
    task: ActivityTask,
    result: str | None = None,
    *,
    give_up_after: float = GIVE_UP_AFTER,
    calling: Calling | None = None,
    stop: Stop | None = None,
    stop_within: float | None = None,
) -> bool:
    """Answer that an activity task is completed, and make sure that the answer arrives.

    :param client: sends the answer; its own retries come first.
    :param task: the task.
    :param result: its result, up to 32,768 characters; None sends none.
    :param give_up_after: seconds after which the answer is not sent again: what is left of the
        task's start-to-close timeout, if that is known. A later answer would be refused.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
    :param stop: the stop of the loop that answers, for ``stop_within``.
    :param stop_within: how many seconds after the stop is set the answer is no longer sent again;
        None for no such limit.
    :return: True when the service took it; False when a repeated send found that the task is no
        longer open, as it is when an answer arrived but its confirmation was lost.
    :raises ValueError: when the service would refuse the result; nothing is sent then.
    :raises TaskGone: when the task is no longer open and no earlier send can have arrived.
    :raises AnswerRefused: when the service refuses its content, and would refuse it again.
    :raises AnswerNotPermitted: when the service refuses its sender: credentials, permissions.
    :raises AnswerNotDelivered: when the service could not be reached in that time.

    AWS operation: :swf:`RespondActivityTaskCompleted`
    """
    sending = _Sending("RespondActivityTaskCompleted", client, task, calling or Calling())
    send = partial(client.finish, task.task_token, result)
    return sending.deliver(send, "completed", give_up_after, stop, stop_within)


def fail(
    client: ActivityTaskClient,
    task: ActivityTask,
    reason: str | BaseException | None,
    details: str | None = None,
    *,
    give_up_after: float = GIVE_UP_AFTER,
    calling: Calling | None = None,
    stop: Stop | None = None,
    stop_within: float | None = None,
) -> bool:
    """Answer that an activity task failed, and make sure that the answer arrives.

    :param client: sends the answer; its own retries come first.
    :param task: the task.
    :param reason: a short cause, up to 256 characters; or an exception, whose type and message
        become the reason and whose traceback the details, both cut to what the service takes.
    :param details: more about it, up to 32,768 characters; None sends none, or the traceback.
    :param give_up_after: seconds after which the answer is not sent again, as for :func:`finish`.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
    :param stop: as for :func:`finish`.
    :param stop_within: as for :func:`finish`.
    :return: as for :func:`finish`.
    :raises ValueError: when the service would refuse a text; nothing is sent then.
    :raises AnswerNotDelivered: or one of its kinds, as for :func:`finish`.

    AWS operation: :swf:`RespondActivityTaskFailed`
    """
    sending = _Sending("RespondActivityTaskFailed", client, task, calling or Calling())
    send = partial(client.fail, task.task_token, reason, details)
    return sending.deliver(send, "failed", give_up_after, stop, stop_within)


def cancel(
    client: ActivityTaskClient,
    task: ActivityTask,
    details: str | None = None,
    *,
    give_up_after: float = GIVE_UP_AFTER,
    calling: Calling | None = None,
    stop: Stop | None = None,
    stop_within: float | None = None,
) -> bool:
    """Answer that an activity task was canceled, and make sure that the answer arrives.

    :param client: sends the answer; its own retries come first.
    :param task: the task.
    :param details: more about it, up to 32,768 characters; None sends none.
    :param give_up_after: seconds after which the answer is not sent again, as for :func:`finish`.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
    :param stop: as for :func:`finish`.
    :param stop_within: as for :func:`finish`.
    :return: as for :func:`finish`.
    :raises ValueError: when the service would refuse the details; nothing is sent then.
    :raises AnswerNotDelivered: or one of its kinds, as for :func:`finish`.

    AWS operation: :swf:`RespondActivityTaskCanceled`
    """
    sending = _Sending("RespondActivityTaskCanceled", client, task, calling or Calling())
    send = partial(client.cancel, task.task_token, details)
    return sending.deliver(send, "canceled", give_up_after, stop, stop_within)


def respond(
    client: DecisionClient,
    task: DecisionTask,
    decisions: Answer | Iterable[Decision] = (),
    execution_context: str | None = None,
    task_list: str | None = None,
    task_list_schedule_to_start_timeout: Duration | None = None,
    *,
    give_up_after: float = GIVE_UP_AFTER,
    calling: Calling | None = None,
    stop: Stop | None = None,
    stop_within: float | None = None,
) -> bool:
    """Answer a decision task with decisions, and make sure that the answer arrives.

    :param client: sends the answer; its own retries come first.
    :param task: the task.
    :param decisions: decisions or an :class:`~py_swf.decisions.Answer`, as for
        :meth:`py_swf.clients.decision.DecisionClient.respond`, and so the three that follow.
    :param execution_context: shown when the execution is described; None leaves it unchanged.
    :param task_list: where the decision tasks of this execution go from now on; None for no change.
    :param task_list_schedule_to_start_timeout: seconds after which such a task goes back to the
        first list.
    :param give_up_after: seconds after which the answer is not sent again: what is left of the
        task's start-to-close timeout, see :func:`py_swf.daemon.seconds_for`.
    :param calling: how calls are timed, reported and tried again; None is ``Calling()``.
    :param stop: as for :func:`finish`.
    :param stop_within: as for :func:`finish`.
    :return: as for :func:`finish`.
    :raises ValueError: when the service would refuse the decisions; nothing is sent then.
    :raises AnswerNotDelivered: or one of its kinds, as for :func:`finish`.

    AWS operation: :swf:`RespondDecisionTaskCompleted`
    """
    answer = Answer.of(decisions, execution_context, task_list, task_list_schedule_to_start_timeout)
    sending = _Sending("RespondDecisionTaskCompleted", client, task, calling or Calling())
    send = partial(client.respond, task.task_token, answer)
    return sending.deliver(send, _said(answer.decisions), give_up_after, stop, stop_within)


def _said(decisions: Iterable[Decision]) -> str:
    """Return what a log line says about decisions: how many there are of each type."""
    counts = Counter(decision.decision_type for decision in decisions)
    return ", ".join(f"{n} {name}" if n > 1 else name for name, n in counts.items()) or "nothing"


@attrs.frozen
class _Sending:
    """The sends of one answer, until the service has it."""

    operation: str
    client: ActivityTaskClient | DecisionClient
    task: AnyTask
    calling: Calling

    def deliver(
        self,
        send: Callable[[], None],
        said: str,
        give_up_after: float,
        stop: Stop | None,
        stop_within: float | None,
    ) -> bool:
        """Send it until the service has it; see :func:`finish`.

        :param send: sends it once.
        :param said: what the log line says about it.
        """
        ending = Ending.of(stop, stop_within, self.calling.clock)
        deadline = self.calling.clock() + give_up_after
        perhaps_given, sends = False, 0
        while True:
            error, may_be_there = self._sent(send)
            perhaps_given = perhaps_given or may_be_there
            if error is None or self._is_given(error, perhaps_given):
                end_beats(self.client, self.task)
                if error is None:
                    _log.info("answered %s: %s", title_of(self.task), said, extra=ids_of(self.task))
                return error is None
            pause = self.calling.pause(sends)
            sends += 1
            if self.calling.clock() + pause > deadline or pause > ending.left():
                limit = "stop_within" if pause > ending.left() else f"{give_up_after} s"
                why = f"given up after {limit} and {sends} sends; last error: {error}"
                raise AnswerNotDelivered(self.operation, self.task, why) from error
            text = "%s for %s failed (%s); sending it again in %.1f s"
            fault = name_of(error)
            about = self.operation, title_of(self.task), fault, pause
            _log.warning(text, *about, extra=ids_of(self.task))
            ending.sleep(pause, self.calling.sleep)

    def _sent(self, send: Callable[[], None]) -> tuple[Exception | None, bool]:
        """Send it once, and end the beats of the task if the service took it.

        :return: the error, and whether the service may have taken the answer all the same.
        """
        with noting_sends() as sends:
            try:
                with holding_beats(self.client, self.task):
                    self.calling.timed(self.operation, send)
                    # before the beats can go on
                    end_beats(self.client, self.task)
            except (BotoCoreError, ClientError, ResponseParserError) as error:
                return error, may_have_arrived(error, sends)
        return None, True

    def _is_given(self, error: Exception, perhaps_given: bool) -> bool:
        """Return whether this error means that the service has the answer, or raise.

        :return: False when the answer should be sent again.
        """
        verdict = verdict_of(error)
        if verdict == "content":
            raise AnswerRefused(self.operation, self.task, str(error)) from error
        if verdict == "caller":
            why = f"{error}; {remedy_for(error)}"
            raise AnswerNotPermitted(self.operation, self.task, why) from error
        if verdict == "gone":
            if not perhaps_given:
                raise TaskGone(self.operation, self.task, str(error)) from error
            text = (
                "%s for %s counts as given: it was sent more than once, and the last send got: %s"
            )
            _log.info(text, self.operation, title_of(self.task), error, extra=ids_of(self.task))
        return verdict == "gone"
