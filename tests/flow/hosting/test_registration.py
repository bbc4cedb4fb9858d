"""register: what the code declares is registered once, and differences are reported."""

import math

import pytest
from botocore.exceptions import ClientError

from py_swf import RegistrationClient, flow
from py_swf.errors import RegisteredDefaultsDiffer, RegisteredDefaultsWarning
from py_swf.local import InjectedFault, Limits, LocalSWF
from tests.daemon.scenes import ONE_SEND, Clock, TurnedStop


@flow.activity("charge", "2", start_to_close_timeout=300, task_list="work", description="Charges.")
def charge(order_id: str) -> str: ...


@flow.activity
def pack(order_id: str) -> None: ...


@flow.workflow("order", "1", child_policy="ABANDON", execution_start_to_close_timeout=3600)
async def order(order_id: str) -> str: ...


@flow.workflow
async def ship() -> None: ...


@pytest.fixture
def client():
    """A registration client of a local SWF with one domain."""
    client = RegistrationClient(LocalSWF().client())
    client.register_domain("shop", retention=7)
    return client


def calls_of(client):
    """Return the list of the operations that are called from now on."""
    called = []
    client.boto_client.meta.events.register(
        "before-call.swf", lambda model, **kwargs: called.append(model.name)
    )
    return called


def test_activities_are_registered_as_declared(client):
    """What the code sets is registered, and no limit for the timeouts that it does not set."""
    flow.register(client, "shop", charge, pack, task_list="others")

    detail = client.describe_activity_type("shop", "charge", "2")
    defaults = detail.configuration
    assert detail.type_info.description == "Charges."
    assert defaults.default_task_start_to_close_timeout == 300
    assert defaults.default_task_heartbeat_timeout == math.inf
    assert defaults.default_task_list == "work"
    other = client.describe_activity_type("shop", "pack", "1").configuration
    assert other.default_task_list == "others"
    assert other.default_task_start_to_close_timeout == math.inf


def test_workflows_are_registered_as_declared(client):
    """What the code sets is registered; otherwise a year, a minute and TERMINATE."""
    flow.register(client, "shop", order, ship)

    named = client.describe_workflow_type("shop", "order", "1").configuration
    assert named.default_child_policy == "ABANDON"
    assert named.default_execution_start_to_close_timeout == 3600
    unnamed = client.describe_workflow_type("shop", "ship", "1").configuration
    assert unnamed.default_child_policy == "TERMINATE"
    assert unnamed.default_execution_start_to_close_timeout == 31_536_000
    assert unnamed.default_task_start_to_close_timeout == 60
    assert unnamed.default_task_list is None


@pytest.mark.parametrize("check", [True, False])
def test_registering_again_is_one_call_a_type(client, check):
    """A type that is already registered is only checked."""
    flow.register(client, "shop", charge, order)
    called = calls_of(client)

    flow.register(client, "shop", charge, order, check=check)

    assert called == ["DescribeActivityType", "DescribeWorkflowType"]


def test_differences_are_told(client):
    """Each default that is registered otherwise is named, with both values; the rest is done."""
    client.register_activity_type(
        "shop", "charge", "2", task_list_name="old", task_start_to_close_timeout=60
    )
    client.register_workflow_type("shop", "order", "1", child_policy="TERMINATE")

    with pytest.raises(RegisteredDefaultsDiffer) as caught:
        flow.register(client, "shop", charge, order, ship)

    assert str(caught.value) == (
        "in domain 'shop', activity charge 2 is registered with task_list old, not work; "
        "activity charge 2 is registered with start_to_close_timeout 60, not 300; "
        "workflow order 1 is registered with execution_start_to_close_timeout none, not 3600; "
        "workflow order 1 is registered with child_policy TERMINATE, not ABANDON. "
        "What is registered never changes: keep it in the decorator, and set other values where "
        "the workflow calls it, with .options(...); or use another version"
    )
    assert client.describe_workflow_type("shop", "ship", "1").type_info.status == "REGISTERED"


def test_differences_can_be_a_warning(client):
    """check=False warns, and goes on."""
    client.register_activity_type("shop", "charge", "2", task_start_to_close_timeout=60)

    with pytest.warns(RegisteredDefaultsWarning, match="start_to_close_timeout 60, not 300"):
        flow.register(client, "shop", charge, check=False)


def test_what_the_code_does_not_name_is_no_difference(client):
    """A default that was registered by hand is used if the code sets none."""
    client.register_activity_type("shop", "pack", "1", task_start_to_close_timeout=60)

    flow.register(client, "shop", pack, task_list="others")


def test_a_deprecated_type_is_told(client):
    """A type that can no longer be used is a difference."""
    flow.register(client, "shop", pack, ship)
    client.deprecate_activity_type("shop", "pack", "1")
    client.deprecate_workflow_type("shop", "ship", "1")

    with pytest.raises(
        RegisteredDefaultsDiffer,
        match=r"activity pack 1 is deprecated \(undeprecate it\); workflow ship 1 is dep",
    ):
        flow.register(client, "shop", pack, ship)


@pytest.mark.parametrize(("theirs", "differs"), [(300, False), (60, True)])
def test_hosts_that_start_at_the_same_moment_are_compared(client, theirs, differs):
    """A type that another host registers between the question and the registration counts."""
    other = flow.activity("race", "1", start_to_close_timeout=theirs)(pack.fn)
    ours = flow.activity("race", "1", start_to_close_timeout=300)(pack.fn)
    events = client.boto_client.meta.events

    def faster(**_):
        events.unregister("before-call.swf.RegisterActivityType", faster)
        flow.register(client, "shop", other)

    events.register("before-call.swf.RegisterActivityType", faster)

    if not differs:
        flow.register(client, "shop", ours)
        return
    with pytest.raises(RegisteredDefaultsDiffer, match="with start_to_close_timeout 60, not 300"):
        flow.register(client, "shop", ours)


def test_what_is_no_type_is_refused(client):
    """Something else than a workflow or an activity is refused before any call."""
    with pytest.raises(TypeError, match="is neither a workflow nor an activity"):
        flow.register(client, "shop", charge, charge.fn)
    with pytest.raises(ClientError, match="Unknown type"):
        client.describe_activity_type("shop", "charge", "2")


@pytest.mark.parametrize("check", [True, False])
def test_a_domain_that_is_not_there_is_the_services_fault(client, check):
    """Registering in an unknown domain raises UnknownResourceFault."""
    with pytest.raises(ClientError, match="UnknownResourceFault"):
        flow.register(client, "stop", charge, check=check)


def test_another_default_task_list_of_an_activity_is_a_difference(client):
    """The tasks of an activity without a list would go where this program does not poll."""
    flow.register(client, "shop", pack, charge, task_list="old")
    flow.register(client, "shop", pack, charge, task_list="old")

    with pytest.raises(RegisteredDefaultsDiffer) as raised:
        flow.register(client, "shop", pack, charge, task_list="new")

    assert str(raised.value).startswith(
        "in domain 'shop', activity pack 1 is registered with task_list old, not new. What"
    )


def test_an_activity_without_a_default_task_list_is_logged(client, caplog):
    """It is not an error, since deciders may name a list; tasks that name none are refused."""
    flow.register(client, "shop", pack)

    flow.register(client, "shop", pack, task_list="new")

    assert "activity pack 1 is registered with task list none, not new" in caplog.text


def test_another_default_task_list_of_a_workflow_is_logged(client, caplog):
    """It is not an error, since each start may name a list, but executions may wait for nobody."""
    flow.register(client, "shop", ship, task_list="old")
    flow.register(client, "shop", ship, task_list="old")
    assert caplog.messages == []

    flow.register(client, "shop", ship, task_list="new")

    assert caplog.messages == [
        "workflow ship 1 is registered with task list old, not new: uses that name no list go there"
    ]


def test_what_is_registered_is_logged(client, caplog):
    """At INFO there is one line for each type that was missing."""
    caplog.set_level("INFO", "py_swf.flow")

    flow.register(client, "shop", pack)
    flow.register(client, "shop", pack, order)

    assert caplog.messages == [
        "registered activity pack 1 in domain shop",
        "registered workflow order 1 in domain shop",
    ]


def test_passing_faults_are_waited_out(caplog):
    """A fleet that starts at once is throttled, and waits, when it says how."""
    faults = [InjectedFault("throttle", name, calls=(1, 2)) for name in ("DescribeActivityType",)]
    faults.append(InjectedFault("unavailable", "RegisterActivityType", calls=(1,)))
    client = RegistrationClient(LocalSWF(faults=faults).client(config=ONE_SEND))
    client.register_domain("shop", retention=7)
    clock = Clock()

    flow.register(client, "shop", pack, calling=clock.calling())

    assert clock.slept == [1.0, 2.0, 1.0]
    assert "could not register the types yet: An error occurred (Throttling" in caplog.text
    assert "Rate exceeded; trying again in 1.0 s" in caplog.text


def test_a_stop_ends_the_waiting(caplog):
    """A host that is told to stop while the service is away does not wait for it."""
    fault = InjectedFault("throttle", "DescribeActivityType")
    swf = LocalSWF(faults=[fault])
    swf.client().register_domain(name="shop", workflowExecutionRetentionPeriodInDays="7")
    client, clock = RegistrationClient(swf.client(config=ONE_SEND)), Clock()
    stop = TurnedStop(clock)
    calling = clock.calling(on_call=None, backoff=lambda attempt, _: stop.set() or 7.0)

    assert not flow.register(client, "shop", pack, charge, calling=calling, stop=stop)

    assert clock.slept == [7.0]
    assert "told to stop before all types were registered: An error" in caplog.text


def test_what_waiting_does_not_help_is_said_with_what_to_do(caplog):
    """One line has the fault and what an operator does about it."""
    client = RegistrationClient(LocalSWF().client())

    with pytest.raises(ClientError):
        flow.register(client, "shop", pack, calling=Clock().calling())

    (line,) = caplog.messages
    assert line.startswith("cannot register the types: An error occurred (UnknownResource")
    assert "Unknown domain: shop; there is no such domain: check its name, the region and" in line


def test_a_full_domain_is_not_waited_for():
    """10,000 types do not go away, unlike too many pollers, which are the same fault."""
    swf = LocalSWF(limits=Limits(activity_types=1))
    client = RegistrationClient(swf.client(config=ONE_SEND))
    client.register_domain("shop", retention=7)

    with pytest.raises(ClientError, match="LimitExceededFault"):
        flow.register(client, "shop", pack, charge, calling=Clock().calling())


def test_passing_faults_are_raised_to_who_does_not_wait():
    """A script that registers types hears of the fault."""
    fault = InjectedFault("throttle", "DescribeActivityType")
    client = RegistrationClient(LocalSWF(faults=[fault]).client(config=ONE_SEND))
    client.register_domain("shop", retention=7)

    with pytest.raises(ClientError, match="Rate exceeded"):
        flow.register(client, "shop", pack)


def test_what_waiting_does_not_help_is_raised():
    """A missing domain is not a temporary fault."""
    client = RegistrationClient(LocalSWF().client())

    with pytest.raises(ClientError, match="Unknown domain"):
        flow.register(client, "shop", pack, calling=Clock().calling())
