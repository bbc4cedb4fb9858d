"""The command ``py-swf``: look at executions, act on them, and run the local service.

Each command's module is loaded only when that command is used, so ``py-swf --help`` is quick.
"""

from __future__ import annotations

import gc
import sys
from importlib.util import find_spec

__all__ = ["main"]


def main() -> int:
    """Run ``py-swf`` with the arguments of this process.

    :return: the exit status, see :data:`py_swf.cli.statuses.STATUSES`.
    """
    if find_spec("click") is None or find_spec("rich") is None:
        print("py-swf needs an extra; install it with: pip install 'py-swf[cli]'", file=sys.stderr)
        return 1
    # Loading what a command needs creates many objects that stay. If the garbage collector looked
    # at them again and again, that would take a fifth of the time of a short command.
    gc.set_threshold(100_000)
    from py_swf.cli.app import run

    return run(sys.argv[1:])
