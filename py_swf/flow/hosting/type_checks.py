"""Check annotations before the first task: whether values can be read back as annotated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from py_swf.flow.activities import Activity
from py_swf.flow.values.codec_error import CodecError
from py_swf.flow.workflows import Workflow

__all__ = ["check_types"]


def check_types(types: Iterable[Workflow[..., Any] | Activity[..., Any]]) -> None:
    """Refuse workflows and activities whose arguments or results cannot be read back.

    The codec of each decides, by its method ``check(type)``; a codec without one refuses nothing.

    :param types: the workflows and activities.
    :raises CodecError: when some cannot; names each parameter, and why.
    """
    faults = [fault for each in types for fault in _faults(each)]
    if faults:
        raise CodecError("; ".join(faults))


def _faults(each: Workflow[..., Any] | Activity[..., Any]) -> Iterator[str]:
    check: Callable[[Any], object] | None = getattr(each.codec, "check", None)
    signature = each.signature
    places = [(f"parameter {name}", name) for name in signature.signature.parameters]
    for place, name in [*places, ("result", None)]:
        try:
            hint = signature.returns if name is None else signature.type_of(name)
            if check is not None:
                check(hint)
        except CodecError as error:
            yield f"the {place} of {each.name} {each.version}: {error}"
        except TypeError as error:
            yield f"{each.name} {each.version}: {error}"
            return  # the same would be said about each
