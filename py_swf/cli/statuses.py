"""The exit statuses of ``py-swf``, and the error that ends a command with one of them."""

from __future__ import annotations

__all__ = ["STATUSES", "CommandError"]

#: exit status -> what it means
STATUSES = {
    0: "done",
    1: "the service refused, or something went wrong",
    2: "the command was not understood",
    3: "there is no such execution, type or domain",
    4: "the service cannot be reached",
    5: "the followed execution closed, but did not complete",
    130: "interrupted",
}
FAILED, USAGE, NOT_FOUND, UNREACHABLE, NOT_COMPLETED, INTERRUPTED = 1, 2, 3, 4, 5, 130


class CommandError(Exception):
    """Ends a command with one line on standard error.

    :param message: the line.
    :param status: the exit status.
    """

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status
