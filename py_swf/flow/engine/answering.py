"""Turn what was asked for into the decisions of one answer: values first, within the limits.

What does not fit waits for the next answer, and a timer of 0 seconds wakes the decider for it at
once. The decision that closes the execution comes last, once nothing else is left and the service
has accepted the children and signals: it could not send again what is refused in the same answer.
"""

from __future__ import annotations

import json
from itertools import chain

from py_swf import decisions as de
from py_swf.flow.engine.commands.command import Command
from py_swf.flow.engine.commands.markers import Mark
from py_swf.flow.engine.matching import WAKE_UP, Ledger

__all__ = ["decisions_for"]

#: the largest number of decisions in an answer; the service documents none, but its own
#: libraries use this one
MOST = 100
#: the largest size of an answer, in bytes; the service takes requests of 1 MB
MOST_BYTES = 900_000

#: what somebody else would miss if the service refused it in the answer that closes the execution
_LOST_IF_REFUSED = (de.StartChildWorkflowExecution, de.SignalExternalWorkflowExecution)


def decisions_for(
    ledger: Ledger, started_event_id: int, *, most: int = MOST, most_bytes: int = MOST_BYTES
) -> list[de.Decision]:
    """Return the decisions for what has been asked for; the ledger stays as it is.

    :param ledger: what has been asked for.
    :param started_event_id: id of the decision task's DecisionTaskStarted event.
    :param most: the largest number of decisions, except markers whose values were used.
    :param most_bytes: the largest size of them.
    """
    sendable, closing, held = _sorted_out(ledger)
    values = [each for each in sendable if isinstance(each, Mark) and each.is_value]
    others = [each for each in sendable if not (isinstance(each, Mark) and each.is_value)]
    decisions: list[de.Decision] = [each.decision() for each in values]
    size = sum(map(_size, decisions))
    room = most - len(decisions)
    wake_up = de.StartTimer(f"{WAKE_UP}.{started_event_id}", 0)
    last: list[de.Decision] = []
    if closing is not None and not held:
        must_be_taken = any(each.decision_type in _LOST_IF_REFUSED for each in sendable)
        last = [wake_up if must_be_taken else closing.decision()]
    left = len(others) + len(last)
    for decision in chain((each.decision() for each in others), last):
        size += _size(decision)
        left -= 1
        if size > most_bytes or room < (2 if left else 1):
            return [*decisions, wake_up]
        decisions.append(decision)
        room -= 1
    return decisions


def _sorted_out(ledger: Ledger) -> tuple[list[Command], Command | None, bool]:
    """Return what can be sent, what closes the run, and whether something has to wait."""
    sendable: list[Command] = []
    closing: Command | None = None
    held = False
    reached = ledger.count.copy()
    for command in ledger.to_send():
        if ledger.held(command, reached[command.decision_type]):
            held = True
        elif issubclass(command.decision_type, de.CLOSING):
            closing = command
        else:
            sendable.append(command)
            reached[command.decision_type] += 1
    return sendable, closing, held


def _size(decision: de.Decision) -> int:
    return len(json.dumps(decision.to_wire()))
