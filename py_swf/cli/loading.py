"""Find the object that ``module:name`` on a command line means."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

from py_swf.cli.statuses import USAGE, CommandError

__all__ = ["load"]


def load(where: str, kind: type | tuple[type, ...], what: str) -> Any:
    """Import a module, also from the current folder, and return an object in it.

    :param where: ``module:name``; the name may contain dots.
    :param kind: the class that it must have.
    :param what: the name of that class in an error.
    :raises CommandError: when there is no such module or name, or it is something else.
    """
    module_name, colon, name = where.partition(":")
    if not (module_name and colon and name):
        raise CommandError(
            f"{where!r} is not written as module:name, like shop.orders:order", USAGE
        )
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = import_module(module_name)
    except ImportError as error:
        raise CommandError(f"module {module_name!r} cannot be imported: {error}", USAGE) from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise CommandError(f"module {module_name!r} has no {name!r}", USAGE)
        found = getattr(found, part)
    if not isinstance(found, kind):
        raise CommandError(f"{where} is no {what}, but {type(found).__name__}", USAGE)
    return found
