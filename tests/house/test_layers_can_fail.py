"""The rules about layers are rules: each one is broken here, and the breach is named."""

import pytest

from tests.house.test_layers import broken_rules

BREACHES = [
    ("errors", "from py_swf.history import History", "not below"),
    ("events", "from py_swf.clients import decision", "not below"),
    ("events", "import py_swf.decisions", "not below"),
    ("history", "from py_swf import NoTaskFound", "not below"),
    ("clients.decision", "from py_swf.local import LocalSWF", "not below"),
    ("local.service", "from py_swf import _to_wire", "not below"),
    ("local.service", "from py_swf.errors import NoTaskFound", "not below"),
    ("flow.replay", "from py_swf.local import LocalSWF", "not below"),
    ("", "from py_swf.local import LocalSWF", "not below"),
    ("clients.workflow", "import boto3", "does not know"),
    ("local.service", "import attrs", "does not know"),
    ("local.service", "import boto3", "does not know"),
    ("events", "from .history import History", "not below"),
    ("events", "from . import history", "not below"),
    ("local.service", "from ..errors import NoTaskFound", "not below"),
    ("local.", "from .. import errors", "not below"),
    ("history", "import time", "sees no world"),
    ("local.execution", "from threading import Lock", "sees no world"),
    ("clients.decision", "def poll():\n    import json", "inside a function"),
    ("clients.decision", "class A:\n async def b(self):\n  import json", "inside a function"),
    ("local.protocol", "from random import random", "sees no world"),
    ("history", "import datetime\nwhen = datetime.datetime.now()", "reads the clock"),
    ("local.deadlines", "when = datetime.utcnow()", "reads the clock"),
]
KEPT = [
    ("history", "from .events import Event"),
    ("local.", "from .clock import Clock"),
    ("local.service", "from . import clock"),
    ("clients.decision", "from py_swf.clients import _polling\nfrom py_swf.history import History"),
    ("local.service", "from py_swf.local.clock import Clock\nnow = clock.now()"),
    ("local.protocol", "from random import Random"),
    ("local.wire", "import boto3\nimport threading\nfrom botocore import UNSIGNED"),
    ("local.clock", "import time\nfrom datetime import datetime\nwhen = datetime.now()"),
    ("pytest_plugin", "from py_swf.local import LocalSWF\nimport pytest"),
    ("cli", "def main():\n    import boto3\n    import py_swf.flow"),
    ("", "def __getattr__(name):\n    from py_swf.clients import _polling"),
]


@pytest.mark.parametrize(("name", "source", "rule"), BREACHES)
def test_a_breach_is_named(name, source, rule):
    """A module that breaks one rule is told that rule and no other."""
    (said,) = broken_rules(name, source)

    assert rule in said


@pytest.mark.parametrize(("name", "source"), KEPT)
def test_what_is_allowed_is_silent(name, source):
    """A module that does what its layer may do is told nothing."""
    assert not list(broken_rules(name, source))
