"""What py_swf itself raises and warns of. Faults of the service are botocore's and pass unchanged.

::

    Exception
     +-- NoTaskFound                      a poll ended without a task
     |    +-- PollNotAnswered             it was not answered within the read timeout
     +-- botocore ClientError             every fault of the service, one class per modelled fault
     +-- botocore BotoCoreError           what goes wrong before an answer is there
          +-- AnswerNotWhole              what came back is not what the service answers
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
    """A call was answered with success, but not with what the service answers.

    Half of an answer, an empty body, or the page of a gateway: nobody knows whether the call took
    effect. It passes by itself, as a lost connection does.
    """

    fmt = "{operation} was answered with status {status}, but that is no answer of SWF: {why}"


class NoTaskFound(Exception):
    """A poll ended without a task: the list was empty for 60 seconds, or the read timed out."""


class PollNotAnswered(NoTaskFound):
    """A poll was not answered within the client's read timeout.

    Once in a while this happens when a connection is lost without a word. When it happens again and
    again nobody is there to answer.
    """


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


def code_of(error: ClientError) -> str:
    """Return the code of a fault, "" where it has none.

    :param error: what a call of boto3 raised.
    """
    return str(error.response.get("Error", {}).get("Code") or "")


def mark_as_of_reading(error: BaseException) -> None:
    """Mark an error as one of reading a history; it keeps its class.

    :param error: what a call raised that was to bring events.
    """
    error.py_swf_reading_history = True  # type: ignore[attr-defined]  # our mark


def is_of_reading(error: BaseException) -> bool:
    """Tell whether an error came from reading a history through this library.

    A decider meets such errors when it looks at events. Those of its own calls have no mark.

    :param error: what was raised.
    """
    return getattr(error, "py_swf_reading_history", False) is True
