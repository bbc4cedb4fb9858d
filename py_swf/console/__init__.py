"""A console in the browser for any SWF: what runs, why it is stuck, what failed and why.

It speaks to the service through the thin client only, so it shows AWS as well as a local service.
``py-swf console`` serves it; :func:`~py_swf.console.app.make_console` is its ASGI application.
"""

from __future__ import annotations

__all__: list[str] = []
