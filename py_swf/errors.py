"""What py_swf itself raises and warns about. Faults of the service are botocore's, unchanged.

.. code-block:: text

    Exception
     +-- NoTaskFound                      a poll ended without a task
     |    +-- PollNotAnswered             it was not answered within the read timeout
     +-- botocore ClientError             every fault of the service, one class per modeled fault
     +-- botocore BotoCoreError           what goes wrong before there is an answer
          +-- AnswerNotWhole              what came back is not a whole answer of the service
    ValueError / TypeError                what the service would refuse, refused before it is sent
     +-- RegisteredDefaultsDiffer         a type is registered already, with other defaults
    Warning
     +-- UserWarning
          +-- ReadTimeoutWarning          the boto3 client gives up polls before the service answers
          +-- RegisteredDefaultsWarning   a type is registered already, with other defaults
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

__all__ = [
    "AnswerNotWhole",
    "NoTaskFound",
    "PollNotAnswered",
    "ReadTimeoutWarning",
    "RegisteredDefaultsDiffer",
    "RegisteredDefaultsWarning",
]


class AnswerNotWhole(BotoCoreError):
    """A call was answered with success, but what came is not a whole answer of the service.

    It was half an answer, an empty body, or a gateway's error page: nobody knows whether the call
    took effect. Like a lost connection, this passes by itself.
    """

    fmt = "{operation} was answered with status {status}, but not by SWF, or not in full: {why}"


class NoTaskFound(Exception):
    """A poll ended without a task: the list was empty for 60 seconds, or the read timed out."""


class PollNotAnswered(NoTaskFound):
    """A poll was not answered within the client's read timeout.

    Once in a while this happens because a connection was lost without notice. If it happens again
    and again, the service is not there.
    """


class ReadTimeoutWarning(UserWarning):
    """The injected boto3 client stops reading before the service ends an empty poll (60 seconds).

    A poll that the client has given up is still open on the other side: the service can hand it a
    task that nobody reads, and that task then waits for its timeout.
    """


class RegisteredDefaultsDiffer(ValueError):
    """A type was registered with ``check=True``, but it already has other defaults."""


class RegisteredDefaultsWarning(UserWarning):
    """A type that was registered is registered already, with other defaults.

    The settings of a type never change: those that were registered first apply. Other settings need
    another version of the type.
    """


def code_of(error: ClientError) -> str:
    """Return the code of a fault, "" if it has none.

    :param error: what a call of boto3 raised.
    """
    return str(error.response.get("Error", {}).get("Code") or "")


def mark_as_of_reading(error: BaseException) -> None:
    """Mark an error as one of reading a history; it keeps its class.

    :param error: what a call raised that should have returned events.
    """
    error.py_swf_reading_history = True  # type: ignore[attr-defined]  # our mark


def is_of_reading(error: BaseException) -> bool:
    """Return whether an error came from reading a history through this library.

    A decider meets such errors when it reads events. Errors of its own calls have no mark.

    :param error: what was raised.
    """
    return getattr(error, "py_swf_reading_history", False) is True
