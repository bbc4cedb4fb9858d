"""Exceptions as texts that the service takes: the reason and the details of a failure."""

from __future__ import annotations

import traceback

from py_swf._to_wire import DATA_LIMIT, REASON_LIMIT, cut

__all__ = ["DECIDER_ERROR", "details_of_marker", "reason_of", "traceback_of"]

#: name of the marker that holds what a decider raised
DECIDER_ERROR = "py_swf.decider-error"


def reason_of(error: BaseException) -> str:
    """Put an exception into a reason: type and message, cut from the end to 256 characters."""
    name = type(error).__name__
    try:
        message = str(error)
    except Exception:  # whatever an exception's own __str__ does, the task is answered
        message = ""
    return cut(f"{name}: {message}" if message else name, REASON_LIMIT)


def details_of_marker(error: BaseException) -> str:
    """Put an exception into a marker, which has no reason: type and message, then the traceback."""
    return f"{reason_of(error)}\n\n{traceback_of(error, DATA_LIMIT - REASON_LIMIT - 2)}"


def traceback_of(error: BaseException, limit: int = DATA_LIMIT) -> str:
    """Put an exception into details: its traceback, cut from the front to 32,768 characters."""
    try:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception:  # a SyntaxError whose text is bytes, say: Python cannot show it
        text = "".join(traceback.format_tb(error.__traceback__))
    return cut(text, limit, keep_end=True)
