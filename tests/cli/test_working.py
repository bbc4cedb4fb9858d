"""``py-swf worker``: the worker of a module, run until a signal comes."""

import logging
import os
import signal
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import pytest

from py_swf import flow
from py_swf.clients.workflow import WorkflowClient
from py_swf.config_definitions import WorkflowClientConfig
from py_swf.errors import RegisteredDefaultsDiffer

CODE = """
from py_swf import flow

@flow.activity
def charge(order: str) -> str:
    return f"charged {order}"

@flow.workflow
async def order(number: str) -> str:
    return await charge(number)

TYPES = {"task_list": "main", "workflows": [order], "activities": [charge], "stop_within": 0.5}

def make(boto_client, domain="none"):
    return flow.Worker(boto_client, domain, **TYPES)

def make_nothing():
    return None

def make_of_more(boto_client, region):
    return None

ready = flow.Worker(None, "shop", **TYPES)
number = 7
"""


@pytest.fixture(autouse=True)
def restored():
    """What the command does to Python's warnings ends with the test."""
    yield
    logging.captureWarnings(False)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a module that has a worker, a function that makes one, and other things."""
    (tmp_path / "worked_shop.py").write_text(textwrap.dedent(CODE), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.fixture
def process(project, local_swf_server):
    """The command, run on a service over HTTP."""
    arguments = ["worker", "worked_shop:make", "--domain", local_swf_server.domain]
    env = {**os.environ, **local_swf_server.environment}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "py_swf.cli", *arguments]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as running:
        yield running
        running.kill()


@pytest.mark.timeout(90)
def test_it_works_until_a_signal_comes(process, local_swf_server):
    """It registers, decides, works and logs; on SIGTERM it finishes its tasks and exits with 0."""
    lines = iter(process.stderr.readline, "")
    until_registered = [next(lines) for _ in range(2)]
    from worked_shop import order

    config = WorkflowClientConfig(local_swf_server.domain)
    client = WorkflowClient(config, local_swf_server.client())
    assert order.start(client, "order-17", "17").result(60) == "charged 17"

    process.send_signal(signal.SIGTERM)
    log = [*until_registered, *lines]
    assert process.wait(60) == 0
    assert "INFO py_swf.flow.hosting.registration: registered activity charge 1" in log[0]
    assert "INFO py_swf.flow.hosting.registration: registered workflow order 1" in log[1]
    assert "stopped" in log[-1]


def test_a_worker_that_is_made_already_is_taken(project, py_swf, monkeypatch):
    """``module:worker`` may be the worker itself; it is run with a stop that signals set."""
    ran = []
    monkeypatch.setattr(flow.Worker, "run", lambda self, stop: ran.append((self, stop.is_set())))

    assert py_swf("worker", "worked_shop:ready").status == 0

    import worked_shop

    assert ran == [(worked_shop.ready, False)]


def test_a_function_is_given_what_it_asks_for(project, py_swf, shop, monkeypatch):
    """The boto3 client and the domain of the options reach a function that has parameters."""
    ran = []
    monkeypatch.setattr(flow.Worker, "run", lambda self, stop: ran.append(self))

    assert py_swf("worker", "worked_shop:make", "-d", "shop").status == 0

    assert (ran[0].boto_client, ran[0].domain) == (shop.boto, "shop")


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("worked_shop:number", "worked_shop:number is no worker of py_swf.flow, but int"),
        ("worked_shop:order", "worked_shop:order is no worker of py_swf.flow, but Workflow"),
        ("worked_shop:make_nothing", "worked_shop:make_nothing() returns no flow.Worker"),
        ("worked_shop:make_of_more", "takes region; it can be given boto_client and domain"),
        ("worked_shop", "is not written as module:name"),
    ],
)
def test_what_is_no_worker_is_told(project, py_swf, where, told):
    """A name of something else is an error of one line."""
    ran = py_swf("worker", where)

    assert ran.status == 2
    assert told in ran.err
    assert ran.err.count("\n") == 1


def test_what_differs_from_the_registration_ends_it_with_one_line(project, py_swf, monkeypatch):
    """A domain that does not agree with the code is not a mistake of the command line."""

    def differs(self, stop):
        raise RegisteredDefaultsDiffer("activity charge 1 is registered otherwise")

    monkeypatch.setattr(flow.Worker, "run", differs)

    ran = py_swf("worker", "worked_shop:ready")

    assert ran.status == 1
    assert ran.err == "py-swf: activity charge 1 is registered otherwise\n"


def test_warnings_are_lines_of_the_log(project, py_swf, monkeypatch, caplog):
    """Warnings, such as different defaults in the domain, go to the log."""

    def warns(self, stop):
        warnings.warn("mind this", stacklevel=2)

    monkeypatch.setattr(flow.Worker, "run", warns)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert py_swf("worker", "worked_shop:ready").status == 0

    (line,) = [each for each in caplog.records if each.name == "py.warnings"]
    assert "UserWarning: mind this" in line.message
