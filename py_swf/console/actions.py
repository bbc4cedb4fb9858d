"""What can be done to an execution from its page; each action has a form to confirm it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from py_swf.clients.workflow import WorkflowClient

__all__ = ["ACTIONS", "Action", "act"]

Form = Mapping[str, str]


@attrs.frozen
class Action:
    """One action."""

    name: str
    #: the button
    verb: str
    #: its effect, in a sentence
    about: str
    #: fields of the form: name, label, whether the text may be long
    fields: tuple[tuple[str, str, bool], ...]
    #: whether it ends the execution
    is_final: bool
    #: sends it: takes the client, workflow id, run id and form
    send: Callable[[WorkflowClient, str, str | None, Form], None]


def _signal(client: WorkflowClient, workflow_id: str, run_id: str | None, form: Form) -> None:
    if not form.get("signal_name"):
        raise ValueError("a signal needs a name")
    given = form.get("input") or None
    client.signal_workflow(workflow_id, form["signal_name"], given, run_id=run_id)


def _cancel(client: WorkflowClient, workflow_id: str, run_id: str | None, form: Form) -> None:
    client.request_cancel_workflow(workflow_id, run_id=run_id)


def _terminate(client: WorkflowClient, workflow_id: str, run_id: str | None, form: Form) -> None:
    client.terminate_workflow(workflow_id, form.get("reason") or None, run_id=run_id)


ACTIONS = {
    action.name: action
    for action in (
        Action(
            "signal",
            "Send a signal",
            "Its decider finds the signal in a new decision task.",
            (("signal_name", "Name", False), ("input", "Input", True)),
            False,
            _signal,
        ),
        Action(
            "cancel",
            "Ask to cancel",
            "Its decider is asked to cancel it. Nothing closes until the decider says so.",
            (),
            False,
            _cancel,
        ),
        Action(
            "terminate",
            "Terminate",
            "It is closed at once. Its decider is not asked, and this cannot be undone.",
            (("reason", "Reason", False),),
            True,
            _terminate,
        ),
    )
}


def act(client: WorkflowClient, form: Form) -> None:
    """Do what a form asks for.

    :raises ValueError: when the form is not from this console, or the service would refuse it.
    :raises ClientError: UnknownResourceFault when there is no such open execution.
    """
    action = ACTIONS.get(form.get("what", ""))
    if action is None or not form.get("id"):
        raise ValueError("the form does not say what to do to which execution")
    # A browser ends lines with two characters.
    clean = {name: value.replace("\r\n", "\n") for name, value in form.items()}
    action.send(client, form["id"], form.get("run") or None, clean)
