"""``python -m py_swf.cli`` is ``py-swf``."""

import sys

from py_swf.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
