"""A service on a file resumes where it was, as if it had never ended."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from py_swf.local import Limits, VirtualClock
from py_swf.local.machine.faults import Fault
from py_swf.local.storage import StateFile, StateFileError, StoredService
from tests.local.bare_machine import ROLE, WORKFLOW, activity, child, complete, decision, timer
from tests.local.storage.reopening import StoredMachine, StoredWorld, known


@pytest.fixture
def machine(tmp_path: Path) -> Any:
    """A service on a file, with a domain and two types."""
    stored = StoredMachine(tmp_path / "shop.swf")
    yield stored
    stored.file.close()


@pytest.mark.parametrize("seed", [f"file {number}" for number in range(6)])
def test_random_calls_with_the_service_reopened_between_them(seed: str, tmp_path: Path) -> None:
    """Its state and every answer are the same as of a service that was never closed."""
    world = StoredWorld(seed, tmp_path / "random.swf")
    world.play(500)
    world.file.close()
    world.open()
    known_now = known(world.service)
    world.file.close()
    assert known_now == known(world.never_closed())
    assert world.opened > 10


def test_tasks_wait_where_they_waited(machine: StoredMachine) -> None:
    """A task that nobody has taken is still in its list, in its place by priority and age."""
    for workflow_id, priority in (("old", "0"), ("new", "0"), ("urgent", "1")):
        machine.start(workflow_id, taskPriority=priority)
    machine.reopen()
    found = [machine.poll()["workflowExecution"]["workflowId"] for _ in range(3)]
    assert found == ["urgent", "old", "new"]


def test_a_token_of_an_earlier_start_is_taken(machine: StoredMachine) -> None:
    """A worker that took a task before the end answers it after the next start."""
    machine.start()
    machine.decide(activity())
    task = machine.poll_activity()
    machine.reopen()
    machine.call("RespondActivityTaskCompleted", taskToken=task["taskToken"], result="done")
    assert machine.last("ActivityTaskCompleted")["result"] == "done"


def test_every_file_has_a_salt_of_its_own(machine: StoredMachine, tmp_path: Path) -> None:
    """A token of one file means nothing to the service of another, on the same seed."""
    machine.start()
    task = machine.poll()
    stranger = StoredMachine(tmp_path / "other.swf")
    stranger.start()
    stranger.poll()
    with pytest.raises(Fault, match="Unknown execution"):
        stranger.respond(task)
    stranger.file.close()


def test_what_fell_due_meanwhile_happens_in_order_at_its_own_times(machine: StoredMachine) -> None:
    """Timers that ended while the service was down fire at the times that they were set to."""
    machine.start()
    machine.decide(timer("late", 500), timer("early", 100), timer("never", 1000))
    machine.file.close()
    file = StateFile(machine.path)
    clock = VirtualClock(file.time or 0)
    began = clock.now()
    clock.advance(700)
    service = StoredService(file, clock)
    fired = [
        (event["eventTimestamp"] - began, event["timerFiredEventAttributes"]["timerId"])
        for event in service.history("w")
        if event["eventType"] == "TimerFired"
    ]
    file.close()
    assert fired == [(100.0, "early"), (500.0, "late")]


def test_the_time_is_in_the_file(machine: StoredMachine) -> None:
    """A turned clock keeps its time, even if nothing fell due."""
    began = machine.clock.now()
    machine.advance(12_345.5)
    machine.reopen()
    assert machine.clock.now() == began + 12_345.5


def test_a_clock_that_is_behind_the_file_turns_nothing_back(machine: StoredMachine) -> None:
    """Events keep their order, whatever the clock of the next start shows."""
    machine.advance(1_000)
    run_id = machine.start()
    machine.file.close()
    machine.file = StateFile(machine.path)
    machine.service = StoredService(machine.file, VirtualClock(0))
    machine.signal()
    times = [event["eventTimestamp"] for event in machine.service.history("w", run_id)]
    assert times == sorted(times)


def test_steps_that_follow_are_in_the_file_before_the_answer(machine: StoredMachine) -> None:
    """A child that a decision starts exists after the next start, and its parent knows it."""
    machine.start()
    machine.decide(
        child("c"), decision("SignalExternalWorkflowExecution", workflowId="c", signalName="s")
    )
    machine.reopen()
    assert machine.types("c") == [
        "WorkflowExecutionStarted",
        "DecisionTaskScheduled",
        "WorkflowExecutionSignaled",
    ]
    assert machine.types()[-3:] == [
        "ChildWorkflowExecutionStarted",
        "DecisionTaskScheduled",
        "ExternalWorkflowExecutionSignaled",
    ]


def test_a_heartbeat_is_in_the_file(machine: StoredMachine) -> None:
    """A heartbeat's details, and the timeout that it restarted, survive the next start."""
    machine.start()
    machine.decide(activity(heartbeatTimeout="60"))
    token = machine.poll_activity()["taskToken"]
    machine.advance(50)
    machine.call("RecordActivityTaskHeartbeat", taskToken=token, details="half")
    machine.reopen()
    machine.advance(59)
    assert "ActivityTaskTimedOut" not in machine.types()
    machine.advance(1)
    assert machine.last("ActivityTaskTimedOut")["details"] == "half"


def test_a_child_that_continued_as_new_reports_to_its_parent(machine: StoredMachine) -> None:
    """The parent knows the child's latest run after the next start."""
    machine.start()
    machine.decide(child("c"))
    machine.decide(decision("ContinueAsNewWorkflowExecution"), task_list="children")
    machine.reopen()
    machine.call(
        "TerminateWorkflowExecution", domain="d", workflowId="w", childPolicy="REQUEST_CANCEL"
    )
    machine.reopen()
    assert "WorkflowExecutionCancelRequested" in machine.types("c")


def test_a_refused_call_keeps_what_fell_due_before_it(machine: StoredMachine) -> None:
    """A call that is refused may have been the first to see that a timer had fired."""
    machine.start()
    machine.decide(timer("t", 10))
    machine.clock.advance(10)
    with pytest.raises(Fault):
        machine.signal("nobody")
    machine.reopen()
    assert machine.types()[-2:] == ["TimerFired", "DecisionTaskScheduled"]


def test_a_call_of_a_lambda_function_is_in_the_file(tmp_path: Path) -> None:
    """A function's calls in the middle of a step are written with the step."""
    machines: list[StoredMachine] = []

    def signals(_: str) -> str:
        machines[0].signal("other")
        return "signaled"

    machine = StoredMachine(tmp_path / "l.swf", lambda_functions={"f": signals})
    machines.append(machine)
    machine.start("other", taskList={"name": "elsewhere"})
    machine.start(lambdaRole=ROLE)
    machine.decide(decision("ScheduleLambdaFunction", id="1", name="f"))
    machine.reopen()
    assert machine.last("LambdaFunctionCompleted")["result"] == "signaled"
    assert machine.types("other")[-1] == "WorkflowExecutionSignaled"
    machine.file.close()


def test_what_retention_removes_leaves_the_file(machine: StoredMachine) -> None:
    """A closed execution, its events and what was open in it are gone, and so is their space."""
    for number in range(200):
        machine.start(f"w{number}", input="x" * 10_000)
        machine.decide(activity(), timer(), complete())
    assert len(machine.rows("executions")) == 200 * 8
    machine.file.close()
    full = machine.path.stat().st_size
    machine.open()
    machine.advance(8 * 86_400)
    assert machine.rows("executions") == []
    machine.reopen()
    machine.file.close()
    assert machine.path.stat().st_size < full / 20


def test_executions_removed_at_the_start_leave_the_file(machine: StoredMachine) -> None:
    """A retention that ended while the service was down is over at the next start."""
    machine.start()
    machine.decide(complete())
    machine.file.close()
    file = StateFile(machine.path)
    StoredService(file, VirtualClock((file.time or 0) + 8 * 86_400))
    assert list(file.read("SELECT * FROM executions")) == []
    file.close()


def test_a_call_writes_what_it_changed_alone(machine: StoredMachine) -> None:
    """The end of one of many activities costs no more rows than of one of few."""
    written = []
    for name, count in (("few", 2), ("many", 200)):
        machine.start(name)
        machine.decide(*[activity(str(number)) for number in range(count)])
        token = machine.poll_activity()["taskToken"]
        statements: Counter[str] = Counter()
        note = statements.update
        machine.file._connection.set_trace_callback(lambda text, note=note: note([text[:30]]))
        machine.call("RespondActivityTaskCompleted", taskToken=token)
        machine.file._connection.set_trace_callback(None)
        written.append(statements)
        while (task := machine.poll_activity()).get("taskToken"):
            machine.call("RespondActivityTaskCompleted", taskToken=task["taskToken"])
    assert written[0] == written[1]
    assert sum(written[0].values()) == 8


def test_a_call_that_changes_nothing_writes_nothing(machine: StoredMachine) -> None:
    """Lists, counts, descriptions and polls that find nothing cost no write."""
    statements: list[str] = []
    machine.file._connection.set_trace_callback(statements.append)
    machine.call("ListDomains", registrationStatus="REGISTERED")
    machine.call("DescribeDomain", name="d")
    machine.poll()
    machine.file._connection.set_trace_callback(None)
    assert statements == []


def test_time_alone_is_written_where_it_was_turned(machine: StoredMachine) -> None:
    """A clock that runs by itself is not written on each read; a turned one is."""
    began = machine.clock.now()

    class Ticking:
        def now(self) -> float:
            nonlocal began
            began += 1
            return began

    written = []
    for clock in (machine.clock, Ticking()):
        machine.file.close()
        machine.file = StateFile(machine.path)
        machine.service = StoredService(machine.file, clock)
        machine.start()
        machine.call("TerminateWorkflowExecution", domain="d", workflowId="w")
        statements: list[str] = []
        machine.file._connection.set_trace_callback(statements.append)
        machine.clock.advance(1)
        for _ in range(3):
            machine.service.run_due()
        machine.file._connection.set_trace_callback(None)
        written.append(len(statements))
    assert written == [3, 0]


def test_a_write_that_fails_is_no_answer_and_is_made_up_for(machine: StoredMachine) -> None:
    """If the disk is full the caller gets an error; the next write holds both changes."""
    machine.start()
    execute = machine.file._connection.execute
    pages = execute("PRAGMA page_count").fetchone()[0]
    execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StateFileError, match=r"shop\.swf: .*full"):
        machine.start("large", input="x" * 30_000)
    with pytest.raises(StateFileError, match=r"shop\.swf: .*full"):
        machine.signal()
    assert len(machine.events()) == 2
    execute("PRAGMA max_page_count = 1000000")
    machine.signal()
    machine.reopen()
    assert machine.types().count("WorkflowExecutionSignaled") == 2
    assert machine.types("large")[0] == "WorkflowExecutionStarted"


def test_the_seed_of_the_first_start_holds(tmp_path: Path) -> None:
    """Another seed at a later start does not repeat run ids."""
    machine = StoredMachine(tmp_path / "s.swf", seed=1)
    first = machine.start("a")
    machine.reopen(seed=2)
    second = machine.start("b")
    machine.file.close()
    same = StoredMachine(tmp_path / "t.swf", seed=1)
    assert [same.start("a"), same.start("b")] == [first, second]
    same.file.close()


def test_limits_are_those_of_the_present_start(machine: StoredMachine) -> None:
    """A limit is not stored in the file: a lower one applies to the histories in it."""
    machine.start()
    for _ in range(10):
        machine.signal()
    machine.reopen(limits=Limits(events=10))
    machine.signal()
    assert machine.types()[-1] == "WorkflowExecutionTerminated"


def test_a_type_that_was_deleted_stays_deleted(machine: StoredMachine) -> None:
    """A type leaves the file with its deletion, and its name can be registered again."""
    flow = {"domain": "d", "workflowType": WORKFLOW}
    machine.call("DeprecateWorkflowType", **flow)
    machine.call("DeleteWorkflowType", **flow)
    machine.reopen()
    with pytest.raises(Fault, match="Unknown type"):
        machine.call("DescribeWorkflowType", **flow)
    machine.call("RegisterWorkflowType", domain="d", **WORKFLOW)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM executions WHERE kind = 'execution'",
        "DELETE FROM executions WHERE kind = 'event'",
        "DELETE FROM registrations",
        "UPDATE executions SET record = '{' WHERE kind = 'event'",
    ],
)
def test_a_file_in_which_something_is_missing_is_refused(
    damage: str, machine: StoredMachine
) -> None:
    """A file that was changed by hand is not read in part: an error names it."""
    machine.start()
    machine.file.write([(damage, ())])
    with pytest.raises(StateFileError, match=r"shop\.swf: this file is damaged"):
        machine.reopen()
