"""Draws the states of everything in an execution, from the local service's own tables.

``python docs/draw_states.py | dot -Tsvg -O`` makes one picture for each. A final state
has a double border; the timeouts that run in a state are below its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from py_swf.local.machine.execution.activity_task import ActivityTask
from py_swf.local.machine.execution.child_execution import ChildExecution
from py_swf.local.machine.execution.decision_task import DecisionTask
from py_swf.local.machine.execution.entity import Entity
from py_swf.local.machine.execution.execution import Execution
from py_swf.local.machine.execution.external_request import ExternalCancel, ExternalSignal
from py_swf.local.machine.execution.lambda_function import LambdaFunction
from py_swf.local.machine.execution.timer import Timer

KINDS: list[type[Entity]] = [
    Execution,
    DecisionTask,
    ActivityTask,
    Timer,
    ChildExecution,
    ExternalSignal,
    ExternalCancel,
    LambdaFunction,
]


def dot(kind: type[Entity]) -> str:
    """Return one kind of thing as a graph in the language of Graphviz."""
    return "\n".join([f'digraph "{kind.name}" {{', *_lines(kind), "}"])


def _lines(kind: type[Entity]) -> Iterator[str]:
    yield '  "" [shape=point];'
    states = dict.fromkeys(after for moves in kind.states.values() for after in moves.values())
    for state in states:
        label = "\\n".join([state, *kind.timeouts.get(state, ())])
        border = 1 if state in kind.states else 2
        yield f'  "{state}" [label="{label}", shape=box, peripheries={border}];'
    for before, moves in kind.states.items():
        for after in dict.fromkeys(moves.values()):
            events = "\\n".join(event for event, state in moves.items() if state == after)
            yield f'  "{before}" -> "{after}" [label="{events}"];'


if __name__ == "__main__":
    for each in KINDS:
        print(dot(each))
