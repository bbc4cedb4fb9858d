"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A machine that is busy makes no example wrong.
settings.register_profile("py_swf", deadline=None)
settings.load_profile("py_swf")
