"""The user's functions around each task: middleware, one inside the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import attrs

from py_swf.tasks import ActivityTask, DecisionTask

__all__ = ["Around", "Surrounded"]

#: called with a task and with a function that continues with it; returns what that returns
Around: TypeAlias = Callable[[ActivityTask | DecisionTask, Callable[[], Any]], Any]


@attrs.frozen
class Surrounded:
    """A decider or a handler of activities with functions around each of its calls.

    It can be pickled where they can, for handlers in processes.

    :param call: the decider or handler.
    :param around: the functions, the outermost first.
    """

    call: Callable[..., Any]
    around: tuple[Around, ...]

    def __call__(self, task: Any, *beat: Any) -> Any:
        """Call the outermost function, which goes on to the next.

        :param task: the task.
        :param beat: the second argument of the handler, if it has one; the functions do not get it.
        """
        proceed: Callable[[], Any] = partial(self.call, task, *beat)
        for each in reversed(self.around):
            proceed = partial(each, task, proceed)
        return proceed()
