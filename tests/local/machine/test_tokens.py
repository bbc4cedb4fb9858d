"""Run ids and the tokens that come back."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py_swf.local.machine.run_ids import RunIds
from py_swf.local.machine.tokens import NO_SALT, TaskToken, digest, open_page_token, page_token

RUN_ID = RunIds(0).take()


def test_run_ids_look_like_the_services() -> None:
    """A run id is "22", 43 characters of base64 and "="."""
    assert re.fullmatch(r"22[A-Za-z0-9+/]{43}=", RUN_ID)


def test_run_ids_follow_the_seed() -> None:
    """The same seed gives the same ids, another seed others, and none comes twice."""
    first, again, other = RunIds(7), RunIds(7), RunIds(8)
    taken = [first.take() for _ in range(50)]
    assert taken == [again.take() for _ in range(50)]
    assert not set(taken) & {other.take() for _ in range(50)}
    assert len(set(taken)) == 50


@given(
    st.sampled_from(["decision", "activity"]),
    st.integers(1, 25_000),
    st.text(
        st.characters(max_codepoint=0xD7FF) | st.characters(min_codepoint=0x10000), max_size=128
    ),
)
def test_a_task_token_survives(kind: str, scheduled: int, workflow_id: str) -> None:
    """What goes into a task token comes out of it, and it fits the service's limit."""
    token = TaskToken(kind, RUN_ID, scheduled, workflow_id)
    assert TaskToken.parse(token.text()) == token
    assert len(token.text()) <= 1024


def test_a_long_workflow_id_is_cut() -> None:
    """The longest workflow id leaves the token within 1,024 characters and still readable."""
    token = TaskToken("decision", RUN_ID, 3, "é" * 256 + "€" * 256)
    parsed = TaskToken.parse(token.text())
    assert len(token.text()) <= 1024
    assert parsed is not None
    assert parsed.run_id == RUN_ID
    assert token.workflow_id.startswith(parsed.workflow_id)


def test_a_task_token_begins_as_the_services_do() -> None:
    """Tokens seen from the live service begin with these characters."""
    assert TaskToken("activity", RUN_ID, 5, "w").text().startswith("AAAAKgAAAA")


def spoilt() -> list[str]:
    """Texts that are nearly task tokens, or not at all."""
    good = TaskToken("decision", RUN_ID, 3, "w").text()
    raw = bytearray(base64.b64decode(good))
    raw[9] ^= 1
    flipped = base64.b64encode(bytes(raw)).decode()
    return ["", "x", "garbage", "é", "A" * 1024, good[:-4], good + "AAAA", flipped]


@pytest.mark.parametrize("text", spoilt())
def test_garbage_is_no_task_token(text: str) -> None:
    """A text that was not handed out, or was changed, is recognized."""
    assert TaskToken.parse(text) is None


def test_the_two_kinds_of_token_are_not_mistaken() -> None:
    """A page token is not a task token, nor the reverse."""
    assert TaskToken.parse(page_token("q", 1.0, [1])) is None
    assert open_page_token(TaskToken("decision", RUN_ID, 3, "w").text()) is None


@pytest.mark.parametrize("place", [[1, 2], ["name", "1"], ["é\ud800", "x"], [1.5, 3]])
def test_a_page_token_survives(place: list[object]) -> None:
    """What goes into a page token comes out of it, lone surrogates too."""
    assert open_page_token(page_token("question", 12.5, place)) == ("question", 12.5, place)


def test_the_longest_page_token_fits() -> None:
    """The longest names leave the token within 2,048 characters."""
    assert len(page_token("0" * 24, 1767225600.123, ["€" * 256, "€" * 64])) <= 2048


@pytest.mark.parametrize("text", ["x", "garbage!", "AAAA"])
def test_garbage_is_no_page_token(text: str) -> None:
    """A text that was not handed out is recognized."""
    assert open_page_token(text) is None


def test_equal_values_have_equal_digests() -> None:
    """The order of members does not matter, their values do."""
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_a_salt_goes_in_and_comes_out() -> None:
    """Tokens of the same task differ with the salt, and each says which it has."""
    tokens = [TaskToken("activity", RUN_ID, 5, "w", salt) for salt in (NO_SALT, b"12345678")]
    texts = [token.text() for token in tokens]
    assert texts[0] != texts[1]
    assert [TaskToken.parse(text) for text in texts] == tokens
    assert max(len(text) for text in texts) <= 1024


@pytest.mark.parametrize("workflow_id", ["w", "", "é" * 256 + "€" * 256, "\ud800x"])
def test_a_token_is_for_its_workflow_id(workflow_id: str) -> None:
    """A token knows the workflow id that it was given out for, cut or not, from any other."""
    token = TaskToken.parse(TaskToken("activity", RUN_ID, 5, workflow_id).text())
    assert token is not None
    assert token.is_for(workflow_id)
    assert not token.is_for("x" + workflow_id)
