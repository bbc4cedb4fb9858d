"""The words of the enumerations are those of botocore's model."""

from __future__ import annotations

from typing import get_args

import pytest

from py_swf import enums
from tests.model import service_model

#: EventType is told by the classes of py_swf.events
OF_THE_MODEL = {
    name
    for name in service_model().shape_names
    if getattr(service_model().shape_for(name), "enum", None) and name != "EventType"
}


def test_each_enumeration_is_there():
    """The module has every enumeration of the model by its name, and no other."""
    assert set(enums.__all__) == OF_THE_MODEL


@pytest.mark.parametrize("name", sorted(OF_THE_MODEL))
def test_its_words(name):
    """An enumeration has the words of the model."""
    assert set(get_args(getattr(enums, name))) == set(service_model().shape_for(name).enum)
