"""Several loops side by side, each in its own thread: they start together and end together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from py_swf.daemon.stop_deadline import LOOK
from py_swf.daemon.stopping import SignalStop, Stop

__all__ = ["run_together"]

_log = logging.getLogger(__name__)


def run_together(
    loops: Iterable[Callable[[Stop], object]],
    stop: Stop | None,
    on_stop: Callable[[], object] = lambda: None,
) -> None:
    """Run loops until the stop is set or one of them fails, and wait for the end of all.

    :param loops: each is called in its own thread with the stop that it must obey.
    :param stop: ends them once it is set; None never.
    :param on_stop: called before they are told to stop, perhaps twice.
    :raises BaseException: the first error that a loop raised. Each is logged when it happens, since
        the other loops may need a minute to end.
    """
    # of the same kind, so that the log line at a stop says what a second signal does
    ending = SignalStop() if isinstance(stop, SignalStop) else threading.Event()
    errors: list[BaseException] = []

    def run(loop: Callable[[Stop], object]) -> None:
        try:
            loop(ending)
        except BaseException as error:
            errors.append(error)
            text = "a loop failed, so the others are told to stop: %s"
            _log.error(text, str(error) or type(error).__name__, exc_info=error)
        finally:
            ending.set()

    def end() -> None:
        on_stop()
        ending.set()

    if stop is not None and stop.is_set():
        end()  # so that no loop starts anything
    # daemon threads: run_together waits for them, but an impatient Ctrl-C does not have to
    threads = [threading.Thread(target=run, args=(loop,), daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        _wait(stop, ending)
    finally:
        end()
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]


def _wait(stop: Stop | None, ending: Stop) -> None:
    if stop is None:
        ending.wait()
        return
    while not ending.is_set() and not stop.wait(LOOK):
        pass
