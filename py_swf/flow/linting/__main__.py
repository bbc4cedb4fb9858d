"""``python -m py_swf.flow.linting src/``."""

import sys

from py_swf.flow.linting import main

sys.exit(main())
