"""Settings for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine does not make an example wrong.
settings.register_profile("py_swf", deadline=None)
settings.load_profile("py_swf")
