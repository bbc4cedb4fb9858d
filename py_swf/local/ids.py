"""The identifiers the service hands out: run ids, and opaque tokens that come back.

A task token carries what the service needs to find the task again, because the answering calls
name neither domain nor execution. A page token carries the place where the next page begins. Both
are sealed with a digest, so that a text of somebody else's making is told from one of ours.
"""

from __future__ import annotations

import base64
import binascii
import json
import random
import struct
from hashlib import blake2b
from typing import Any, NamedTuple

__all__ = ["RunIds", "TaskToken", "digest", "open_page_token", "page_token"]

_HEAD = struct.Struct(">IIBI")
_MAGIC = 42
_RUN_ID_LENGTH = 46
_SEAL_LENGTH = 8


class RunIds:
    """Run ids that look like the service's, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def take(self) -> str:
        """Return a run id never returned before."""
        return "22" + base64.b64encode(self._random.randbytes(32)).decode()


def _seal(payload: bytes) -> str:
    mark = blake2b(payload, digest_size=_SEAL_LENGTH).digest()
    return binascii.b2a_base64(payload + mark, newline=False).decode()


def _unseal(text: str) -> bytes | None:
    try:
        sealed = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    payload, mark = sealed[:-_SEAL_LENGTH], sealed[-_SEAL_LENGTH:]
    return payload if blake2b(payload, digest_size=_SEAL_LENGTH).digest() == mark else None


class TaskToken(NamedTuple):
    """What a task token says: which task of which run.

    :param kind: 1 for a decision task, 2 for an activity task.
    :param workflow_id: for messages only, cut to what fits into a token.
    """

    kind: int
    domain: int
    run_id: str
    scheduled_event_id: int
    workflow_id: str

    def text(self) -> str:
        """Return the opaque form, base64 of at most 1,024 characters."""
        head = _HEAD.pack(_MAGIC, self.domain, self.kind, self.scheduled_event_id)
        name = self.workflow_id.encode("utf-8", "surrogatepass")[:600]
        return _seal(head + self.run_id.encode() + name)

    @classmethod
    def parse(cls, text: str) -> TaskToken | None:
        """Return what the text says, or None when it is not a task token."""
        payload = _unseal(text)
        if payload is None or len(payload) < _HEAD.size + _RUN_ID_LENGTH:
            return None
        magic, domain, kind, scheduled = _HEAD.unpack_from(payload)
        if magic != _MAGIC:
            return None
        end = _HEAD.size + _RUN_ID_LENGTH
        run_id = payload[_HEAD.size : end].decode("ascii", "replace")
        return cls(kind, domain, run_id, scheduled, payload[end:].decode("utf-8", "ignore"))


def digest(value: Any) -> str:
    """Return a short text that is equal for equal JSON values."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=12).hexdigest()


def page_token(bound_to: str, issued: float, position: list[Any]) -> str:
    """Return an opaque token for the page that begins at ``position``."""
    text = json.dumps([bound_to, issued, position], ensure_ascii=False)
    return _seal(text.encode("utf-8", "surrogatepass"))


def open_page_token(text: str) -> tuple[str, float, list[Any]] | None:
    """Return what a page token says, or None when it is not one."""
    payload = _unseal(text)
    if payload is None or not payload.startswith(b"["):
        return None
    bound_to, issued, position = json.loads(payload.decode("utf-8", "surrogatepass"))
    return bound_to, issued, position
