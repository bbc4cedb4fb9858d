"""The pytest plugin: what a user's test suite gets by installing py_swf."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest

import py_swf

pytest_plugins = "pytester"

DECIDER = """
import pytest

LIST = {"name": "decisions"}
KIND = {"name": "greet", "version": "1"}


def start(client):
    client.register_domain(name="d", workflowExecutionRetentionPeriodInDays="7")
    client.register_workflow_type(
        domain="d", name="greet", version="1", defaultTaskList=LIST, defaultChildPolicy="TERMINATE",
        defaultTaskStartToCloseTimeout="60", defaultExecutionStartToCloseTimeout="3600",
    )
    client.start_workflow_execution(domain="d", workflowId="w", workflowType=KIND)


def decide(client, kind, **attributes):
    task = client.poll_for_decision_task(domain="d", taskList=LIST)
    member = kind[0].lower() + kind[1:] + "DecisionAttributes"
    client.respond_decision_task_completed(
        taskToken=task["taskToken"], decisions=[{"decisionType": kind, member: attributes}]
    )
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A user's test-suite, which finds this py_swf and where every marker must be known."""
    monkeypatch.setenv("PYTHONPATH", str(Path(py_swf.__file__).parents[1]))
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:cacheprovider")
    return pytester


def outcomes(suite: pytest.Pytester, source: str) -> dict[str, int]:
    """Run a file of tests in a process of its own, as a user does."""
    suite.makepyfile(DECIDER + source)
    # Where py_swf is installed its entry point loads the plugin, and a checkout has to say so.
    plugin = "py_swf.pytest_plugin"
    installed = any(point.value == plugin for point in entry_points(group="pytest11"))
    arguments = [] if installed else ["-p", plugin]
    return suite.runpytest_subprocess(*arguments).parseoutcomes()


def test_a_decider_is_tested_in_a_few_lines(suite: pytest.Pytester) -> None:
    """The two fixtures are one service and its client, on a clock that the test turns."""
    source = """
def test_my_decider(local_swf, swf_client):
    start(swf_client)
    decide(swf_client, "StartTimer", timerId="t", startToFireTimeout="600")
    local_swf.advance(600)
    decide(swf_client, "CompleteWorkflowExecution", result="hello")
    assert local_swf.history("w")[-1]["eventType"] == "WorkflowExecutionCompleted"
"""
    assert outcomes(suite, source) == {"passed": 1}


def test_each_test_has_a_service_of_its_own(suite: pytest.Pytester) -> None:
    """A test does not see what another test registered."""
    source = """
@pytest.mark.parametrize("turn", [1, 2])
def test_fresh(swf_client, turn):
    assert swf_client.list_domains(registrationStatus="REGISTERED")["domainInfos"] == []
    start(swf_client)
"""
    assert outcomes(suite, source) == {"passed": 2}


def test_a_marker_gives_the_service_its_arguments(suite: pytest.Pytester) -> None:
    """The marker's arguments are those of LocalSWF, and the nearest marker wins."""
    source = """
@pytest.mark.local_swf(auto_advance=True, region="eu-west-1")
class TestLoops:
    @pytest.mark.local_swf(region="eu-west-2")
    def test_turning(self, local_swf, swf_client):
        before = local_swf.clock.now()
        start(swf_client)
        decide(swf_client, "StartTimer", timerId="t", startToFireTimeout="600")
        assert swf_client.poll_for_decision_task(domain="d", taskList=LIST)["taskToken"]
        assert local_swf.clock.now() == before + 600
        assert swf_client.meta.region_name == "eu-west-2"
"""
    assert outcomes(suite, source) == {"passed": 1}


def test_a_marker_with_a_wrong_argument_says_so(suite: pytest.Pytester) -> None:
    """An argument that LocalSWF does not know is an error of the test that asks for it."""
    source = """
@pytest.mark.local_swf(patience=1)
def test_wrong(local_swf):
    pass
"""
    assert outcomes(suite, source) == {"errors": 1}


def test_a_marker_with_a_nameless_argument_says_so(suite: pytest.Pytester) -> None:
    """An argument without its name is an error too, and not passed over."""
    source = """
@pytest.mark.local_swf(7)
def test_wrong(local_swf):
    pass
"""
    assert outcomes(suite, source) == {"errors": 1}


def test_the_plugin_costs_nothing_where_it_is_not_used(suite: pytest.Pytester) -> None:
    """Loading the plugin imports no boto3 and no extra, which a suite without SWF would pay for."""
    source = """
def test_other():
    import sys
    assert not {"boto3", "uvicorn", "httptools"} & set(sys.modules)
"""
    assert outcomes(suite, source) == {"passed": 1}


def test_a_served_instance_is_turned(suite: pytest.Pytester) -> None:
    """The third fixture has an address, a domain, a client and a history, and its clock turns."""
    source = """
from datetime import timedelta
from urllib.request import urlopen


def test_my_daemons(local_swf_server):
    assert urlopen(local_swf_server.url).status == 200
    assert local_swf_server.environment["AWS_ENDPOINT_URL_SWF"] == local_swf_server.url
    client = local_swf_server.client()
    assert client.describe_domain(name=local_swf_server.domain)["domainInfo"]["name"] == "test"
    start(client)
    decide(client, "StartTimer", timerId="t", startToFireTimeout="600")
    local_swf_server.advance(timedelta(minutes=10), patience=0)
    assert local_swf_server.history("w")[-2]["eventType"] == "TimerFired"
"""
    assert outcomes(suite, source) == {"passed": 1}


def test_a_marker_gives_the_server_its_arguments(suite: pytest.Pytester) -> None:
    """The server has a marker of its own, with the arguments of LocalSWFServer."""
    source = """
@pytest.mark.local_swf(seed=7)
@pytest.mark.local_swf_server(domain="shop")
def test_shop(local_swf_server):
    assert local_swf_server.domain == "shop"
"""
    assert outcomes(suite, source) == {"passed": 1}
