"""Load the modules of a package when its names are first used."""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False  # true for a type checker; what only it needs is slow to import

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

__all__ = ["lazy_names"]


def lazy_names(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and the ``__dir__`` of a package that loads its names lazily.

    :param package: its ``__name__``.
    :param homes: each name, and the module that defines it, relative to the package.
    """
    namespace = vars(sys.modules[package])

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = namespace[name] = getattr(import_module(homes[name], package), name)
        return value

    def names() -> list[str]:
        return sorted({*namespace, *homes})

    return load, names
