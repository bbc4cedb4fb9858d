"""The tokens that the service hands out and that come back: task tokens and page tokens.

A task token carries what the service needs to find the task again, because the answering calls
name neither domain nor execution. It also carries a salt. A server draws a new one at each start,
so an answer to a task of an earlier start is not mistaken for one of this start. A page token
carries the place where the next page begins. Both are sealed with a digest, so that a foreign text
is not mistaken for one of ours.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from hashlib import blake2b
from typing import Any, NamedTuple

__all__ = ["NO_SALT", "TaskToken", "digest", "open_page_token", "page_token"]

# The real tokens begin in the same way: AAAAKgAAAA...
_HEAD = struct.Struct(">I4xBI8s")
_MAGIC = 42
_KINDS = ("decision", "activity")
_RUN_ID_LENGTH = 46
_SEAL_LENGTH = 8

#: the salt of a service that is never started again
NO_SALT = bytes(8)


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

    :param kind: "decision" or "activity".
    :param workflow_id: cut to what fits into a token.
    :param salt: 8 bytes.
    """

    kind: str
    run_id: str
    scheduled_event_id: int
    workflow_id: str
    salt: bytes = NO_SALT

    def text(self) -> str:
        """Return the opaque form, base64 of at most 1,024 characters."""
        kind = _KINDS.index(self.kind)
        head = _HEAD.pack(_MAGIC, kind, self.scheduled_event_id, self.salt)
        return _seal(head + self.run_id.encode() + _cut(self.workflow_id))

    @classmethod
    def parse(cls, text: str) -> TaskToken | None:
        """Return what the text says, or None when it is not a task token."""
        payload = _unseal(text)
        if payload is None or len(payload) < _HEAD.size + _RUN_ID_LENGTH:
            return None
        magic, kind, scheduled, salt = _HEAD.unpack_from(payload)
        if magic != _MAGIC or kind >= len(_KINDS):
            return None
        end = _HEAD.size + _RUN_ID_LENGTH
        run_id = payload[_HEAD.size : end].decode("ascii", "replace")
        workflow_id = payload[end:].decode("utf-8", "ignore")
        return cls(_KINDS[kind], run_id, scheduled, workflow_id, salt)

    def is_for(self, workflow_id: str) -> bool:
        """Return whether the token was given out for this workflow id."""
        # Compared as they are first, for speed: hardly any is so long that it was cut.
        whole = self.workflow_id == workflow_id
        return whole or self.workflow_id == _cut(workflow_id).decode("utf-8", "ignore")


def _cut(workflow_id: str) -> bytes:
    return workflow_id.encode("utf-8", "surrogatepass")[:600]


def digest(value: Any) -> str:
    """Return a short text that is equal for equal JSON values."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=12).hexdigest()


def page_token(bound_to: str, issued: float, position: list[Any]) -> str:
    """Return an opaque token for the page that begins at ``position``."""
    text = json.dumps([bound_to, float(issued), position], ensure_ascii=False)
    return _seal(text.encode("utf-8", "surrogatepass"))


def open_page_token(text: str) -> tuple[str, float, list[Any]] | None:
    """Return what a page token says, or None when it is not one."""
    payload = _unseal(text)
    try:
        content = json.loads((payload or b"").decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return None
    match content:
        case [str(bound_to), float(issued), list(position)]:
            return bound_to, issued, position
    return None
