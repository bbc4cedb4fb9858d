"""How the context of a trace travels: SWF has no headers.

An execution carries it in a tag, ``traceparent=00-...``, which every decider finds in the first
event of the history. An activity worker sees nothing of an execution but its ids, so an activity
carries it in its input: a JSON object gets one member more, ``"py_swf.traceparent"``. That member
is taken off before an input is decoded, or compared in replay, so it is not part of what a workflow
decides.

The value is that of the header ``traceparent`` of W3C Trace Context.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from py_swf._to_wire import DATA_LIMIT, utf16_length

__all__ = [
    "traceparent_of_input",
    "traceparent_of_tags",
    "with_traceparent",
    "with_traceparent_tag",
    "without_traceparent",
]

#: how many tags an execution may have
_MOST_TAGS = 5
_TRACEPARENT = "[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"
_TAG = re.compile(f"traceparent=({_TRACEPARENT})")
_MEMBER = re.compile(rf'\{{"py_swf\.traceparent":"({_TRACEPARENT})",?')


def traceparent_of_tags(tags: Iterable[str] | None) -> str | None:
    """Return the context that the tags of an execution carry, if they carry one.

    :param tags: its tags.
    """
    for tag in tags or ():
        found = _TAG.fullmatch(tag)
        if found is not None:
            return found[1]
    return None


def with_traceparent_tag(tags: Iterable[str] | None, traceparent: str) -> list[str]:
    """Return tags that carry a context, in place of the one that they may have carried.

    An execution may have five tags: if there are five others, they are returned as they are.

    :param tags: the tags.
    :param traceparent: the context.
    """
    others = [tag for tag in tags or () if not _TAG.fullmatch(tag)]
    return others if len(others) >= _MOST_TAGS else [*others, f"traceparent={traceparent}"]


def traceparent_of_input(text: str | None) -> str | None:
    """Return the context that the input of an activity carries, if it carries one.

    :param text: the input.
    """
    found = _MEMBER.match(text or "")
    return None if found is None else found[1]


def with_traceparent(text: str | None, traceparent: str) -> str | None:
    """Return an input that carries a context.

    An input is returned as it is if it is not a JSON object, would become too long for the service,
    or already carries a context.

    :param text: the input.
    :param traceparent: the context.
    """
    if text is None or not text.startswith("{") or _MEMBER.match(text):
        return text
    rest = text[1:]
    comma = "" if rest.lstrip().startswith("}") else ","
    longer = f'{{"py_swf.traceparent":"{traceparent}"{comma}{rest}'
    return text if utf16_length(longer) > DATA_LIMIT else longer


def without_traceparent(text: str | None) -> str | None:
    """Return an input as it was before it carried a context.

    :param text: the input.
    """
    found = _MEMBER.match(text or "")
    return text if text is None or found is None else "{" + text[found.end() :]
