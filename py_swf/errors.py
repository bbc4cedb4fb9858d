"""What py_swf itself raises and warns of. Faults of the service are botocore's and pass unchanged.

::

    Exception
     +-- NoTaskFound                      a poll ended without a task
     +-- botocore ClientError             every fault of the service, one class per modelled fault
    ValueError / TypeError                what the service would refuse, refused before it is sent
     +-- RegisteredDefaultsDiffer         a type is registered already, with other defaults
    Warning
     +-- UserWarning
          +-- ReadTimeoutWarning          the boto3 client gives up polls before the service answers
          +-- RegisteredDefaultsWarning   a type is registered already, with other defaults
"""

from __future__ import annotations

__all__ = [
    "NoTaskFound",
    "ReadTimeoutWarning",
    "RegisteredDefaultsDiffer",
    "RegisteredDefaultsWarning",
]


class NoTaskFound(Exception):
    """A poll ended without a task: the list was empty for 60 seconds, or the read timed out."""


class ReadTimeoutWarning(UserWarning):
    """The injected boto3 client stops reading before the service ends an empty poll (60 seconds).

    A poll that is given up on this side is still open on the other: the service can hand it a
    task that nobody reads, and that task then waits for its timeout.
    """


class RegisteredDefaultsDiffer(ValueError):
    """A type was to be registered with ``check=True``, and is registered with other defaults."""


class RegisteredDefaultsWarning(UserWarning):
    """A type was to be registered that is registered already, with other defaults.

    The settings of a type never change: those that were registered first hold. Other settings need
    another version of the type.
    """


def mark_as_of_reading(error: BaseException) -> None:
    """Mark an error as one of reading a history; it keeps its class.

    :param error: what a call raised that was to bring events.
    """
    error.py_swf_reading_history = True  # type: ignore[attr-defined]


def is_of_reading(error: BaseException) -> bool:
    """Tell whether an error came from reading a history through this library.

    A decider meets such errors when it looks at events. Those of its own calls have no mark.

    :param error: what was raised.
    """
    return getattr(error, "py_swf_reading_history", False) is True
