"""Exceptions as texts that the service takes: the reason and the details of a failure."""

from __future__ import annotations

import traceback

from py_swf._to_wire import DATA_LIMIT, REASON_LIMIT, cut

__all__ = ["reason_of", "traceback_of"]


def reason_of(error: BaseException) -> str:
    """Put an exception into a reason: type and message, cut from the end to 256 characters."""
    name = type(error).__name__
    try:
        message = str(error)
    except Exception:  # whatever an exception's own __str__ does, the task is answered
        message = ""
    return cut(f"{name}: {message}" if message else name, REASON_LIMIT)


def traceback_of(error: BaseException) -> str:
    """Put an exception into details: its traceback, cut from the front to 32,768 characters."""
    try:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception:  # a SyntaxError whose text is bytes, say: Python cannot show it
        text = "".join(traceback.format_tb(error.__traceback__))
    return cut(text, DATA_LIMIT, keep_end=True)
