"""The table of moto's differences names existing tests."""

from __future__ import annotations

from tests.contract import test_contract
from tests.contract.differences import DIFFERENCES, Difference


def test_every_difference_is_of_a_test():
    """Every difference names an existing test."""
    assert DIFFERENCES.keys() <= vars(test_contract).keys()


def test_a_difference_explains_its_own_error_alone():
    """Another error, and another text of the same error, is not what was expected."""
    difference = Difference(1, "why", LookupError, "gone")

    assert difference.explains(KeyError("gone"))
    assert not difference.explains(KeyError("here"))
    assert not difference.explains(ValueError("gone"))
