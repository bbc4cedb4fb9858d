"""``python -m py_swf.local``: the local SWF service over HTTP; see ``transport.command_line``."""

from __future__ import annotations

import sys

from py_swf.local.transport.command_line import main

if __name__ == "__main__":
    sys.exit(main())
