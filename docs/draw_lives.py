"""Draws the lives of the local service's things, straight from the tables it runs on.

``python docs/draw_lives.py | dot -Tsvg -O`` makes one picture of each life. A final state has a
double border; the clocks that run in a state stand below its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from py_swf.local.lives import CLOCKS, LIVES, Table


def dot(name: str, table: Table, clocks: Mapping[str, tuple[str, ...]]) -> str:
    """Return one life as a graph in the language of Graphviz."""
    return "\n".join([f'digraph "{name}" {{', *_lines(table, clocks), "}"])


def _lines(table: Table, clocks: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield '  "" [shape=point];'
    states = dict.fromkeys(after for moves in table.values() for after in moves.values())
    for state in states:
        label = "\\n".join([state, *clocks.get(state, ())])
        border = 1 if state in table else 2
        yield f'  "{state}" [label="{label}", shape=box, peripheries={border}];'
    for before, moves in table.items():
        for after in dict.fromkeys(moves.values()):
            events = "\\n".join(event for event, state in moves.items() if state == after)
            yield f'  "{before}" -> "{after}" [label="{events}"];'


if __name__ == "__main__":
    for life, rows in LIVES.items():
        print(dot(life, rows, CLOCKS[life]))
