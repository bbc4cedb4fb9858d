"""Texts that are too large for SWF: they are kept in a store, and a claim check is sent instead.

SWF takes 32,768 characters. A larger text goes into a store under its hash, and only that key is
sent. The same text always has the same key, so replay does not change, and writing it again does no
harm.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import Any, Protocol

from py_swf._to_wire import DATA_LIMIT, utf16_length
from py_swf.flow.values.codec import Codec
from py_swf.flow.values.codec_error import CodecError

__all__ = ["ClaimCheck", "DirectoryStore", "S3Store", "Store"]

#: prefix of a text that is a claim check
PREFIX = "py_swf.claim-check:"


class Store(Protocol):
    """Where large texts are kept."""

    def put(self, key: str, text: str) -> None:
        """Keep a text under a key; it may be there already.

        :param key: 64 hexadecimal digits: the SHA-256 of the text.
        :param text: what to keep.
        """

    def get(self, key: str) -> str:
        """Return the text that is kept under a key.

        :param key: as given to ``put``.
        :raises Exception: any, when there is none.
        """
        ...


class ClaimCheck:
    """A codec that keeps texts longer than 32,768 characters in a store.

    It remembers the texts that it has put or got lately, so that replay does not ask the store
    every time. The store must keep a text as long as a history that names it can be read:
    until the execution has closed and the domain's retention period is over.

    :param codec: turns values into texts, which are then kept or sent.
    :param store: anything with ``put(key, text)`` and ``get(key)``, such as
        :class:`DirectoryStore` and :class:`S3Store`. Workers call it from several threads.
    :param limit: longest text that is sent as it is, in characters.
    :param remembered: how many of the last texts to remember.
    :raises ValueError: when the limit is not from 100 to 32,768.
    """

    def __init__(
        self, codec: Codec, store: Store, *, limit: int = DATA_LIMIT, remembered: int = 64
    ) -> None:
        if not 100 <= limit <= DATA_LIMIT:
            raise ValueError(f"limit is {limit}; it must be from 100 to {DATA_LIMIT}")
        self._codec = codec
        self._store = store
        self._limit = limit
        self._remembered = remembered
        self._lately: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    @property
    def form(self) -> str:
        """How arguments travel, as the inner codec says."""
        return getattr(self._codec, "form", "by-name")

    def encode(self, value: Any) -> str:
        """Return the text for a value, or a claim check for it.

        :param value: what the inner codec can encode.
        :raises Exception: what the codec or the store raises.
        """
        text = self._codec.encode(value)
        if utf16_length(text) <= self._limit and not text.startswith(PREFIX):
            return text
        key = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if not self._recall(key):
            self._store.put(key, text)
            self._remember(key, text)
        return PREFIX + key

    def decode(self, text: str, type: Any = Any) -> Any:
        """Return the value that a text stands for, fetched from the store if it is a claim check.

        :param text: what ``encode`` returned, here or elsewhere.
        :param type: the annotation that the value must fit.
        :raises CodecError: when the store has a different text under the key; otherwise what the
            codec raises.
        :raises Exception: what the store raises, when it has no such text.
        """
        if text.startswith(PREFIX):
            text = self._fetch(text[len(PREFIX) :])
        return self._codec.decode(text, type)

    def check(self, type: Any) -> None:
        """Refuse an annotation that no text could be decoded to, as the inner codec does.

        :param type: the annotation that values will have to fit.
        :raises CodecError: when the inner codec refuses it; one without ``check`` refuses none.
        """
        check = getattr(self._codec, "check", None)
        if check is not None:
            check(type)

    def _fetch(self, key: str) -> str:
        text = self._recall(key)
        if text is None:
            text = self._store.get(key)
            found = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            if found != key:
                raise CodecError(
                    f"the store has a different text under {key}: its SHA-256 is {found}, its "
                    f"length {len(text)}"
                )
            self._remember(key, text)
        return text

    def _recall(self, key: str) -> str | None:
        with self._lock:
            text = self._lately.get(key)
            if text is not None:
                self._lately.move_to_end(key)
            return text

    def _remember(self, key: str, text: str) -> None:
        with self._lock:
            self._lately[key] = text
            if len(self._lately) > self._remembered:
                self._lately.popitem(last=False)


class DirectoryStore:
    """Keeps texts as files in one directory, which deciders and workers share.

    :param path: the directory; created at the first ``put``.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def put(self, key: str, text: str) -> None:
        """Write a file named by the key, whole or not at all.

        :param key: name of the file.
        :param text: what it holds, in UTF-8.
        :raises OSError: when it cannot be written.
        """
        target = self._path / key
        if target.exists():
            return
        self._path.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("wb", dir=self._path, prefix=".", delete=False) as file:
            file.write(text.encode("utf-8", "surrogatepass"))
        os.replace(file.name, target)

    def get(self, key: str) -> str:
        """Read the file named by the key.

        :param key: name of the file.
        :raises FileNotFoundError: when there is none.
        """
        return (self._path / key).read_bytes().decode("utf-8", "surrogatepass")


class S3Store:
    """Keeps texts as objects in an S3 bucket.

    :param boto_client: a boto3 client for "s3".
    :param bucket: name of the bucket.
    :param prefix: what the object keys begin with, such as "payloads/".
    """

    def __init__(self, boto_client: Any, bucket: str, prefix: str = "") -> None:
        self.boto_client = boto_client
        self._bucket = bucket
        self._prefix = prefix

    def put(self, key: str, text: str) -> None:
        """Write an object.

        :param key: its key, after the prefix.
        :param text: what it holds, in UTF-8.
        :raises ClientError: what S3 answers, such as NoSuchBucket or AccessDenied.
        """
        self.boto_client.put_object(
            Bucket=self._bucket,
            Key=self._prefix + key,
            Body=text.encode("utf-8", "surrogatepass"),
            ContentType="text/plain; charset=utf-8",
        )

    def get(self, key: str) -> str:
        """Read an object.

        :param key: its key, after the prefix.
        :raises ClientError: what S3 answers, such as NoSuchKey or AccessDenied.
        """
        answer = self.boto_client.get_object(Bucket=self._bucket, Key=self._prefix + key)
        body: bytes = answer["Body"].read()
        return body.decode("utf-8", "surrogatepass")
