"""Turn exceptions into texts that the service takes: the reason and details of a failure."""

from __future__ import annotations

import traceback

from py_swf._to_wire import DATA_LIMIT, REASON_LIMIT, cut

__all__ = ["DECIDER_ERROR", "details_of_marker", "reason_of", "traceback_of"]

#: name of the marker that holds what a decider raised
DECIDER_ERROR = "py_swf.decider-error"


def reason_of(error: BaseException) -> str:
    """Turn an exception into a reason: type and message, cut at the end to 256 characters."""
    name = type(error).__name__
    try:
        message = str(error)
    except Exception:  # whatever an exception's own __str__ does, the task gets an answer
        message = ""
    return cut(f"{name}: {message}" if message else name, REASON_LIMIT)


def details_of_marker(error: BaseException) -> str:
    """Turn an exception into a marker's details: type and message, then the traceback."""
    return f"{reason_of(error)}\n\n{traceback_of(error, DATA_LIMIT - REASON_LIMIT - 2)}"


def traceback_of(error: BaseException, limit: int = DATA_LIMIT) -> str:
    """Turn an exception into details: its traceback, cut at the front to 32,768 characters."""
    try:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception:  # Python cannot show it, for example a SyntaxError whose text is bytes
        text = "".join(traceback.format_tb(error.__traceback__))
    return cut(text, limit, keep_end=True)
