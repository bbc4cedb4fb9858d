"""How long the texts of a request may be: every length of the model is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader

from tests.local.scenes import refused

MODEL = Loader().load_service_model("swf", "service-2")


def longest_texts(shape_name: str) -> Iterator[tuple[str, int]]:
    """Give the text members of a structure and the most characters that each may have."""
    for member, reference in MODEL["shapes"][shape_name]["members"].items():
        found = MODEL["shapes"][reference["shape"]]
        if found["type"] == "string" and "max" in found and "enum" not in found:
            yield member, found["max"]


OPERATIONS = {
    name: list(longest_texts(operation["input"]["shape"]))
    for name, operation in MODEL["operations"].items()
}
DECISION_TYPES = MODEL["shapes"]["DecisionType"]["enum"]


@pytest.mark.parametrize("operation", sorted(name for name in OPERATIONS if OPERATIONS[name]))
def test_every_length_of_a_request_is_checked(lax: Any, operation: str) -> None:
    """A text one character longer than the model allows is refused, in every operation."""
    for member, most in OPERATIONS[operation]:
        part = f"at '{member}' failed to satisfy constraint: Member must have length less than "
        with refused("ValidationException", part=f"{part}or equal to {most}"):
            getattr(lax, xform_name(operation))(**{member: "9" * (most + 1)})


@pytest.mark.parametrize("kind", DECISION_TYPES)
def test_every_length_of_a_decision_is_checked(lax: Any, kind: str) -> None:
    """So it is in every decision."""
    member = kind[0].lower() + kind[1:] + "DecisionAttributes"
    for name, most in longest_texts(f"{kind}DecisionAttributes"):
        wrong = {"decisionType": kind, member: {name: "9" * (most + 1)}}
        part = f"at 'decisions.1.member.{member}.{name}' failed to satisfy constraint: Member must "
        with refused("ValidationException", part=f"{part}have length less than or equal to {most}"):
            lax.respond_decision_task_completed(taskToken="t", decisions=[wrong])


def test_the_lengths_of_a_domain_tag_are_checked(lax: Any) -> None:
    """A key has 1 to 128 characters, a value up to 256."""
    for tag, part in [
        ({"key": "k" * 129}, "length less than or equal to 128"),
        ({"key": ""}, "length greater than or equal to 1"),
        ({"key": "k", "value": "v" * 257}, "length less than or equal to 256"),
    ]:
        with refused("ValidationException", part=part):
            lax.tag_resource(resourceArn="arn", tags=[tag])
