"""ClaimCheck: large texts go into a store, by the hash of what they say."""

import os
from hashlib import sha256

import boto3
import pytest
from moto import mock_aws

from py_swf.flow.values.claim_check import ClaimCheck, DirectoryStore, S3Store
from py_swf.flow.values.codec import JsonCodec
from py_swf.flow.values.codec_error import CodecError
from py_swf.flow.values.signatures import Signature

LARGE = "x" * 40_000
KEY = sha256(f'"{LARGE}"'.encode()).hexdigest()


class Memory:
    """A store that counts its calls."""

    def __init__(self):
        self.texts, self.puts, self.gets = {}, [], []

    def put(self, key, text):
        self.puts.append(key)
        self.texts[key] = text

    def get(self, key):
        self.gets.append(key)
        return self.texts[key]


@pytest.fixture
def store():
    return Memory()


@pytest.fixture
def claim_check(store):
    return ClaimCheck(JsonCodec(), store)


@pytest.mark.parametrize(("length", "kept"), [(32_766, False), (32_767, True)])
def test_a_text_of_more_than_the_limit_is_kept(claim_check, store, length, kept):
    """32,768 characters, quotes included, are sent as they are; one more goes into the store."""
    text = claim_check.encode("x" * length)

    assert (text == '"' + "x" * length + '"') is not kept
    assert len(store.puts) == kept


def test_characters_are_counted_as_the_service_counts(claim_check, store):
    """A character outside the basic plane counts twice."""
    claim_check.encode("\N{PACKAGE}" * 17_000)

    assert len(store.puts) == 1


def test_only_the_key_travels(claim_check, store):
    """The claim check is the SHA-256 of the text, so that the same text has the same key."""
    text = claim_check.encode(LARGE)

    assert text == f"py_swf.claim-check:{KEY}"
    assert store.texts == {KEY: f'"{LARGE}"'}


def test_what_was_kept_comes_back(store, claim_check):
    """Another process with the same store gets the value, as annotated."""
    text = claim_check.encode({"a": LARGE})

    assert ClaimCheck(JsonCodec(), store).decode(text, dict[str, str]) == {"a": LARGE}


def test_replay_asks_the_store_once(claim_check, store):
    """A text that was put or fetched recently is neither put nor fetched again."""
    texts = {claim_check.encode(LARGE) for _ in range(3)}
    other = ClaimCheck(JsonCodec(), store)
    for _ in range(3):
        claim_check.decode(*texts, str)
        other.decode(*texts, str)

    assert (store.puts, store.gets) == ([KEY], [KEY])


def test_what_is_remembered_is_bounded(store):
    """The text that was used longest ago is forgotten first, and fetched again."""
    claim_check = ClaimCheck(JsonCodec(), store, remembered=2)
    first, second = claim_check.encode(LARGE + "1"), claim_check.encode(LARGE + "2")
    claim_check.decode(first, str)
    third = claim_check.encode(LARGE + "3")

    for text in (first, third, second):
        claim_check.decode(text, str)

    assert store.gets == [second.partition(":")[2]]


def test_a_text_that_looks_like_a_claim_check_is_kept(store):
    """A custom codec may write anything: its text is never mistaken for a key."""

    class Plain:
        def encode(self, value):
            return value

        def decode(self, text, type):
            return text

    claim_check = ClaimCheck(Plain(), store)

    text = claim_check.encode("py_swf.claim-check:0")

    assert text != "py_swf.claim-check:0"
    assert claim_check.decode(text, str) == "py_swf.claim-check:0"


def test_a_text_that_was_changed_is_refused(claim_check, store):
    """The store must return what was put, or nothing is decoded."""
    text = claim_check.encode(LARGE)
    store.texts[KEY] = '"something else"'

    with pytest.raises(CodecError, match=rf"has a different text under {KEY}: its SHA-256"):
        ClaimCheck(JsonCodec(), store).decode(text, str)


def test_a_text_that_is_gone_is_the_stores_error(claim_check):
    """Errors of the store reach the caller."""
    with pytest.raises(KeyError):
        claim_check.decode("py_swf.claim-check:00", str)


@pytest.mark.parametrize("limit", [99, 32_769])
def test_a_limit_that_cannot_be_is_refused(store, limit):
    """The limit leaves room for a claim check, and is not above SWF's own."""
    with pytest.raises(ValueError, match=rf"limit is {limit}; it must be from 100 to 32768"):
        ClaimCheck(JsonCodec(), store, limit=limit)


def test_arguments_travel_as_the_codec_within_says(store):
    """A claim check around a codec of another form keeps the form."""

    def send(body: str) -> None: ...

    signature = Signature(send, ClaimCheck(JsonCodec(form="single-value"), store))

    assert signature.encode(("x",), {}) == '"x"'
    assert signature.decode(signature.encode((LARGE,), {})) == ((LARGE,), {})


def test_a_directory_keeps_texts(tmp_path):
    """Each text is a file named by its key; writing it again leaves the file as it is."""
    store = DirectoryStore(tmp_path / "made" / "on request")
    store.put("key", "t\ud800é")
    os.utime(tmp_path / "made" / "on request" / "key", (1, 1))
    store.put("key", "t\ud800é")

    assert store.get("key") == "t\ud800é"
    assert [p.name for p in (tmp_path / "made" / "on request").iterdir()] == ["key"]
    assert (tmp_path / "made" / "on request" / "key").stat().st_mtime == 1
    with pytest.raises(FileNotFoundError):
        store.get("other")


def test_a_bucket_keeps_texts(monkeypatch):
    """The injected boto3 client for S3 puts and gets objects under the prefix."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="payloads")
        store = S3Store(client, "payloads", prefix="swf/")
        text = ClaimCheck(JsonCodec(), store).encode("é" + LARGE)

        assert ClaimCheck(JsonCodec(), store).decode(text, str) == "é" + LARGE
        assert client.list_objects_v2(Bucket="payloads")["Contents"][0]["Key"].startswith("swf/")
        with pytest.raises(client.exceptions.NoSuchKey):
            store.get("other")
