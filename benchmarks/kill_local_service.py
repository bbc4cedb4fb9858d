"""Kill the local service at random moments under load, and count what its file has lost: nothing.

Several clients start workflows, signal them, take and answer their tasks and register types, each
call with its own mark. Meanwhile the server is killed (SIGKILL) and started again on its file.
Every mark of a call that was answered must then be in the histories, exactly once; and a task that
was taken from the dead server must be accepted when it is answered to the new one. The exit status
says whether all this held.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

DOMAIN = "d"
KIND = {"name": "k", "version": "1"}
CLIENTS = 6
LISTS = ("decisions", "activities")
TIMEOUT = "86400"
NONE = {f"defaultTask{name}Timeout": "NONE" for name in ("Heartbeat", "ScheduleToClose")}
NONE |= {f"defaultTask{name}Timeout": "NONE" for name in ("ScheduleToStart", "StartToClose")}

#: event -> the member in which its mark is
MARKED = {
    "WorkflowExecutionStarted": "input",
    "WorkflowExecutionSignaled": "input",
    "DecisionTaskStarted": "identity",
    "DecisionTaskCompleted": "executionContext",
    "ActivityTaskStarted": "identity",
    "ActivityTaskCompleted": "result",
}


class Refused(Exception):
    """The service answered with an error."""


class Server:
    """A server in a separate process."""

    def __init__(self, file: Path) -> None:
        command = [sys.executable, "-m", "py_swf.local", "--port", "0", "--poll-seconds", "0.01"]
        command += ["--file", str(file), "--domain", DOMAIN, "--retention", "90"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        if not ready:
            _, said = self.process.communicate()
            raise SystemExit(f"the file cannot be read: {said}")
        self.address = ready.split("//")[1].strip()

    def kill(self) -> None:
        """End it as a power switch would."""
        self.process.kill()
        self.process.communicate()


class Client:
    """One connection to a server."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection(server.address, timeout=30)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __call__(self, operation: str, **request: Any) -> dict[str, Any]:
        """Make one call; raise OSError or HTTPException if there is no whole answer."""
        headers = {"X-Amz-Target": f"SimpleWorkflowService.{operation}"}
        self._connection.request("POST", "/", json.dumps(request), headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Refused(f"{operation}: {body.decode()}")
        found: dict[str, Any] = json.loads(body or b"{}")
        return found


@dataclass
class Books:
    """What the clients know about the service: only what it has confirmed.

    :ivar runs: run id -> workflow id
    :ivar marks: run id -> the marks of its calls that were answered
    :ivar types: the activity types that were registered
    :ivar tasks: task list -> the tasks that were taken and not answered, each as (token, run id,
        address of the server that gave it)
    :ivar calls: how many calls were answered
    :ivar carried: how many tasks of a dead server were answered to the new one
    """

    runs: dict[str, str] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)
    tasks: dict[str, list[tuple[str, str, str]]] = field(
        default_factory=lambda: {task_list: [] for task_list in LISTS}
    )
    calls: int = 0
    carried: int = 0
    complaints: list[str] = field(default_factory=list)

    def confirm(self, run_id: str, mark: str) -> None:
        """Note that a call was answered."""
        self.marks.setdefault(run_id, []).append(mark)
        self.calls += 1


class Load(threading.Thread):
    """A client that makes calls until its server is gone."""

    def __init__(self, books: Books, server: Server, name: str) -> None:
        super().__init__(name=name)
        self._books, self._call, self._server = books, Client(server), server.address
        self._chance = Random(name)
        self._marks = (f"{name}-{number}" for number in itertools.count())

    def run(self) -> None:
        moves = [self.start_one, self.signal, self.register]
        moves += [self.take] * 6 + [self.decide, self.work] * 2
        try:
            while True:
                self._chance.choice(moves)(next(self._marks))
        except (OSError, http.client.HTTPException):
            return
        except Refused as refusal:
            self._books.complaints.append(str(refusal))
        finally:
            self._call.close()

    def start_one(self, mark: str) -> None:
        run = self._call(
            "StartWorkflowExecution", domain=DOMAIN, workflowId=mark, workflowType=KIND, input=mark
        )
        self._books.runs[run["runId"]] = mark
        self._books.confirm(run["runId"], mark)

    def signal(self, mark: str) -> None:
        runs = list(self._books.runs.items())
        if runs:
            run_id, workflow_id = self._chance.choice(runs)
            names = {"domain": DOMAIN, "workflowId": workflow_id, "runId": run_id}
            self._call("SignalWorkflowExecution", **names, signalName="s", input=mark)
            self._books.confirm(run_id, mark)

    def register(self, mark: str) -> None:
        self._call("RegisterActivityType", domain=DOMAIN, name=mark, version="1")
        self._books.types.append(mark)
        self._books.calls += 1

    def take(self, mark: str) -> None:
        which = self._chance.choice(LISTS)
        operation = "PollForDecisionTask" if which == "decisions" else "PollForActivityTask"
        task = self._call(operation, domain=DOMAIN, taskList={"name": which}, identity=mark)
        if task.get("taskToken"):
            run_id = task["workflowExecution"]["runId"]
            self._books.confirm(run_id, mark)
            # The start may not have been confirmed: then the server died before it answered.
            self._books.runs.setdefault(run_id, task["workflowExecution"]["workflowId"])
            self._books.tasks[which].append((task["taskToken"], run_id, self._server))

    def decide(self, mark: str) -> None:
        attributes = {"activityType": KIND, "activityId": mark}
        decision = {
            "decisionType": "ScheduleActivityTask",
            "scheduleActivityTaskDecisionAttributes": attributes,
        }
        answer = {"decisions": [decision], "executionContext": mark}
        self._answer("decisions", "RespondDecisionTaskCompleted", mark, answer)

    def work(self, mark: str) -> None:
        self._answer("activities", "RespondActivityTaskCompleted", mark, {"result": mark})

    def _answer(self, which: str, operation: str, mark: str, answer: dict[str, Any]) -> None:
        try:
            token, run_id, server = self._books.tasks[which].pop(0)
        except IndexError:
            return
        self._call(operation, taskToken=token, **answer)
        self._books.confirm(run_id, mark)
        self._books.carried += server != self._server


def prepare(call: Client) -> None:
    """Register the types."""
    call(
        "RegisterWorkflowType",
        domain=DOMAIN,
        **KIND,
        defaultTaskList={"name": "decisions"},
        defaultChildPolicy="TERMINATE",
        defaultExecutionStartToCloseTimeout=TIMEOUT,
        defaultTaskStartToCloseTimeout="NONE",
    )
    task_list = {"name": "activities"}
    call("RegisterActivityType", domain=DOMAIN, **KIND, defaultTaskList=task_list, **NONE)


def judge(books: Books, histories: dict[str, list[dict[str, Any]]], types: set[str]) -> list[str]:
    """Return what was confirmed but is missing, or is there twice.

    :param histories: run id -> its events, for every run in the books
    :param types: the names of the activity types that are registered
    """
    complaints = [f"type {name} is not registered" for name in books.types if name not in types]
    for run_id, marks in books.marks.items():
        events = histories[run_id]
        if [event["eventId"] for event in events] != list(range(1, len(events) + 1)):
            complaints.append(f"{run_id}: the events have gaps")
        found = Counter(mark_of(event) for event in events)
        complaints += [f"{run_id}: {mark} is not there" for mark in marks if not found[mark]]
        doubled = [mark for mark, count in found.items() if mark and count > 1]
        complaints += [f"{run_id}: {mark} is there twice" for mark in doubled]
    return complaints


def mark_of(event: dict[str, Any]) -> str:
    """Return the mark that an event carries, or nothing."""
    kind = event["eventType"]
    attributes = event[f"{kind[0].lower()}{kind[1:]}EventAttributes"]
    mark: str = attributes.get(MARKED.get(kind, ""), "")
    return mark


def examine(books: Books, call: Client) -> list[str]:
    """Read what the judge needs from the service, and return its verdict."""
    histories = {run_id: history(call, run_id, books.runs[run_id]) for run_id in books.marks}
    question = {"domain": DOMAIN, "registrationStatus": "REGISTERED"}
    pages = paged(call, "ListActivityTypes", **question)
    types = {info["activityType"]["name"] for page in pages for info in page["typeInfos"]}
    return judge(books, histories, types)


def history(call: Client, run_id: str, workflow_id: str) -> list[dict[str, Any]]:
    """Return the events of a run; none when the service does not know it."""
    names = {"workflowId": workflow_id, "runId": run_id}
    try:
        pages = list(paged(call, "GetWorkflowExecutionHistory", domain=DOMAIN, execution=names))
    except Refused:
        return []
    return [event for page in pages for event in page["events"]]


def paged(call: Client, operation: str, **request: Any) -> Any:
    """Yield the pages of an answer."""
    page = call(operation, **request)
    yield page
    while "nextPageToken" in page:
        page = call(operation, **request, nextPageToken=page["nextPageToken"])
        yield page


def run(kills: int, seed: int) -> dict[str, Any]:
    """Kill this many servers, and return what was found."""
    chance, books = Random(seed), Books()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "killed.swf")
        server = Server(file)
        with closing(Client(server)) as client:
            prepare(client)
        for number in range(kills):
            loads = [Load(books, server, f"{seed}-{number}-{n}") for n in range(CLIENTS)]
            for load in loads:
                load.start()
            enough = books.calls + chance.randint(50, 300)
            while books.calls < enough and any(load.is_alive() for load in loads):
                time.sleep(chance.uniform(0.0, 0.003))
            server.kill()
            for load in loads:
                load.join()
            server = Server(file)
            with closing(Client(server)) as client:
                books.complaints += examine(books, client)
            print(f"kill {number + 1}: {books.calls} calls confirmed", file=sys.stderr)
        server.kill()
        size = file.stat().st_size
    return {
        "kills": kills,
        "confirmed": books.calls,
        "runs": len(books.runs),
        "tasks_answered_after_the_kill": books.carried,
        "lost": len(books.complaints),
        "complaints": books.complaints[:20],
        "megabytes": size / 1e6,
        "seconds": round(time.monotonic() - began, 1),
    }


def main() -> int:
    """Kill, examine and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = run(options.kills, options.seed)
    print(json.dumps(found, indent=1))
    return 1 if found["complaints"] else 0


if __name__ == "__main__":
    sys.exit(main())
