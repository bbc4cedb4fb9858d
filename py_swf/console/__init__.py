"""A console in the browser for any SWF: what is running, why it is stuck, what failed and why.

It talks to the service only through the thin client, so it shows AWS as well as a local service.
``py-swf console`` serves it; :func:`~py_swf.console.app.make_console` returns its ASGI application.
"""

from __future__ import annotations

__all__: list[str] = []
