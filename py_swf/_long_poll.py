"""The botocore configuration that a polling client needs."""

from __future__ import annotations

from botocore.config import Config

__all__ = ["LONG_POLL_CONFIG"]

#: The service holds a poll open for 60 seconds; the client must read for longer than that. 70 is
#: what AWS recommends. Other settings are merged with ``LONG_POLL_CONFIG.merge(Config(...))``.
LONG_POLL_CONFIG = Config(connect_timeout=10, read_timeout=70)
