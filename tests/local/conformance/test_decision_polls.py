"""How decision tasks are handed out."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from py_swf.local import LocalSWF
from py_swf.local.machine.choices import Choices
from py_swf.local.transport.command_line import main
from tests.local.bare_wire import HOLD_SECONDS, poster, through_client, through_socket
from tests.local.scenes import (
    DECISIONS,
    DOMAIN,
    complete,
    decide,
    events,
    is_task,
    of,
    poll_activity,
    poll_decision,
    refused,
    register,
    respond,
    schedule,
    shape,
    signal,
    start,
    timer,
    types,
)


def ids(task: dict[str, Any]) -> list[int]:
    """Take the event ids of a decision task's page."""
    return [event["eventId"] for event in task["events"]]


def test_empty_answers(ready: Any) -> None:
    """A poll that finds nothing returns a task of zeros."""
    post = poster(through_client(ready))
    nobody = {"domain": DOMAIN, "taskList": {"name": "unheard"}}
    decision = post("PollForDecisionTask", nobody)
    activity = post("PollForActivityTask", nobody)
    assert json.loads(decision.body) == {"previousStartedEventId": 0, "startedEventId": 0}
    assert json.loads(activity.body) == {"startedEventId": 0}


def test_poll_is_held(server_url: str, remote: Any, domain: str) -> None:
    """Over HTTP a poll that finds nothing is held as long as the server was told."""
    register(remote, domain)
    begun = time.monotonic()
    task = poll_decision(remote, domain=domain)
    held = time.monotonic() - begun
    assert task["startedEventId"] == 0
    assert HOLD_SECONDS * 0.9 <= held < HOLD_SECONDS + 5


def test_held_for_60_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """Unless told otherwise the server holds a poll for 60 seconds."""
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "longest time that a poll is held (default: 60)" in capsys.readouterr().out


@pytest.mark.parametrize("token", [None, ""])
def test_both_empty_forms(token: str | None) -> None:
    """An absent and an empty token are not tasks; the service can be told which to send."""
    client = LocalSWF(seed=0, choices=Choices(empty_task_token=token)).client()
    register(client)
    task = poll_decision(client)
    assert task.get("taskToken") == token
    assert not is_task(task)


def test_no_token_is_no_task(ready: Any) -> None:
    """An unmodified client parses an empty task and finds no token in it."""
    assert not is_task(poll_decision(ready, "unheard"))
    assert not is_task(poll_activity(ready, "unheard"))


def test_waiting_poll_in_process() -> None:
    """In process a waiting poll returns as soon as a task is scheduled."""
    swf = LocalSWF(seed=0, poll_seconds=20)
    client = swf.client()
    register(client)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(poll_decision, client)
        time.sleep(0.05)
        assert not waiting.done()
        execution = start(client)
        task = waiting.result(timeout=10)
    assert task["workflowExecution"] == execution


def test_waiting_poll_over_http(remote: Any, server_url: str, domain: str) -> None:
    """Over HTTP a waiting poll returns as soon as a task is scheduled."""
    register(remote, domain)
    post = poster(through_socket(server_url))
    body = {"domain": domain, "taskList": {"name": DECISIONS}}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, "PollForDecisionTask", body)
        time.sleep(0.1)
        assert not waiting.done()
        execution = start(remote, domain=domain)
        task = waiting.result(timeout=10).data
    assert task["workflowExecution"] == execution


def test_first_task(ready: Any) -> None:
    """The first task holds events 1 to 3 and no previous started event."""
    execution = start(ready)
    task = poll_decision(ready)
    assert task["previousStartedEventId"] == 0
    assert task["startedEventId"] == 3
    assert task["workflowExecution"] == execution
    assert task["workflowType"] == {"name": "flow", "version": "1"}
    assert shape(task["events"]) == ["1 WES", "2 DTS", "3 DTStarted(2)"]
    assert task["events"] == events(ready, execution)


def test_previous_started_event(ready: Any) -> None:
    """A later task names the started event of the last completed one."""
    start(ready)
    first = decide(ready)
    signal(ready)
    second = decide(ready)
    signal(ready)
    third = poll_decision(ready)
    assert second["previousStartedEventId"] == first["startedEventId"] == 3
    assert third["previousStartedEventId"] == second["startedEventId"] == 7


def test_after_a_timed_out_task(swf: Any, ready: Any) -> None:
    """A task that timed out was not processed, so the one before it is named."""
    start(ready, taskStartToCloseTimeout="10")
    decide(ready)
    signal(ready)
    poll_decision(ready)
    swf.advance(10)
    task = poll_decision(ready)
    assert task["previousStartedEventId"] == 3
    assert types(task["events"])[-3:] == [
        "DecisionTaskTimedOut",
        "DecisionTaskScheduled",
        "DecisionTaskStarted",
    ]


def test_identity(ready: Any) -> None:
    """The poller's identity is in the started event, if one was given."""
    execution = start(ready)
    decide(ready, timer("t", "0"))
    poll_decision(ready, identity="me: host/1|x")
    first, second = of(events(ready, execution), "DecisionTaskStarted")
    assert "identity" not in first
    assert second["identity"] == "me: host/1|x"


def test_second_page(ready: Any) -> None:
    """The next page comes from another poll and is of the same task, which is not started again."""
    execution = start(ready)
    first = poll_decision(ready, maximumPageSize=2)
    second = poll_decision(ready, maximumPageSize=2, nextPageToken=first["nextPageToken"])
    for member in (
        "taskToken",
        "startedEventId",
        "previousStartedEventId",
        "workflowExecution",
        "workflowType",
    ):
        assert first[member] == second[member]
    assert (ids(first), ids(second)) == ([1, 2], [3])
    assert "nextPageToken" not in second
    assert shape(events(ready, execution)) == ["1 WES", "2 DTS", "3 DTStarted(2)"]


def test_page_takes_no_other_task(ready: Any) -> None:
    """A poll for a page leaves the tasks of other executions alone."""
    start(ready, "w1")
    first = poll_decision(ready, maximumPageSize=2)
    other = start(ready, "w2")
    second = poll_decision(ready, maximumPageSize=2, nextPageToken=first["nextPageToken"])
    assert second["workflowExecution"] == first["workflowExecution"]
    assert poll_decision(ready)["workflowExecution"] == other


def test_paginator(ready: Any) -> None:
    """The SDK's own paginator reads a whole task."""
    start(ready)
    decide(ready, timer("t", "0"))
    found = ready.get_paginator("poll_for_decision_task").paginate(
        domain=DOMAIN, taskList={"name": DECISIONS}, PaginationConfig={"PageSize": 2}
    )
    whole = found.build_full_result()
    assert ids(whole) == list(range(1, 9))
    respond(ready, whole, complete())


def test_history_is_fixed_at_hand_out(ready: Any) -> None:
    """Events recorded while the task is out are on none of its pages."""
    start(ready)
    first = poll_decision(ready, maximumPageSize=2)
    signal(ready)
    second = poll_decision(ready, maximumPageSize=2, nextPageToken=first["nextPageToken"])
    assert ids(first) + ids(second) == [1, 2, 3]


def test_pages_of_a_lost_task(swf: Any, ready: Any) -> None:
    """Once the task timed out its other pages are gone."""
    start(ready, taskStartToCloseTimeout="10")
    first = poll_decision(ready, maximumPageSize=2)
    swf.advance(10)
    with refused("UnknownResourceFault"):
        poll_decision(ready, maximumPageSize=2, nextPageToken=first["nextPageToken"])


def test_reverse_order(ready: Any) -> None:
    """In reverse order the task's own started event is the first, on the first page."""
    start(ready)
    first = poll_decision(ready, maximumPageSize=2, reverseOrder=True)
    second = poll_decision(
        ready, maximumPageSize=2, reverseOrder=True, nextPageToken=first["nextPageToken"]
    )
    assert (ids(first), ids(second)) == ([3, 2], [1])


def test_from_previous_started_event(ready: Any) -> None:
    """A task may be asked for from the previous started event on."""
    start(ready)
    decide(ready, timer("t", "0"))
    task = poll_decision(ready, startAtPreviousStartedEvent=True)
    assert task["previousStartedEventId"] == 3
    assert ids(task) == [3, 4, 5, 6, 7, 8]


def test_first_task_whole(ready: Any) -> None:
    """With no previous task the whole history is given."""
    start(ready)
    assert ids(poll_decision(ready, startAtPreviousStartedEvent=True)) == [1, 2, 3]


def test_in_pages(ready: Any) -> None:
    """The shortened history comes in pages too."""
    start(ready)
    decide(ready, timer("t", "0"))
    request = {"maximumPageSize": 4, "startAtPreviousStartedEvent": True}
    first = poll_decision(ready, **request)
    second = poll_decision(ready, **request, nextPageToken=first["nextPageToken"])
    assert (ids(first), ids(second)) == ([3, 4, 5, 6], [7, 8])


def test_lists_of_one_name(ready: Any) -> None:
    """Decision and activity tasks in lists of the same name never mix."""
    start(ready, taskList={"name": "both"})
    assert not is_task(poll_activity(ready, "both"))
    decide(ready, schedule(taskList={"name": "both"}), task_list="both")
    assert not is_task(poll_decision(ready, "both"))
    assert poll_activity(ready, "both")["activityId"] == "a"


@pytest.mark.parametrize("pollers", [4])
def test_each_task_once(pollers: int) -> None:
    """Pollers of one list at the same time never get the same task."""
    swf = LocalSWF(seed=0)
    client = swf.client()
    register(client)
    for number in range(24):
        start(client, f"w{number}")
    barrier = threading.Barrier(pollers)

    def drain() -> list[str]:
        barrier.wait(10)
        found = []
        while is_task(task := poll_decision(client)):
            found.append(task["workflowExecution"]["workflowId"])
        return found

    with ThreadPoolExecutor(pollers) as pool:
        drained = [pool.submit(drain) for _ in range(pollers)]
        taken = [name for each in drained for name in each.result(timeout=30)]
    assert sorted(taken) == sorted(f"w{number}" for number in range(24))


def test_two_held_polls(remote: Any, server_url: str, domain: str) -> None:
    """Of two polls that wait for one task, one gets it and the other comes back empty."""
    register(remote, domain)
    post = poster(through_socket(server_url))
    body = {"domain": domain, "taskList": {"name": DECISIONS}}
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(post, "PollForDecisionTask", body) for _ in range(2)]
        time.sleep(0.1)
        start(remote, domain=domain)
        got = [each.result(timeout=10).data for each in waiting]
    assert sorted(is_task(each) for each in got) == [False, True]


def test_priority(ready: Any) -> None:
    """Higher priorities come first, an unset one counts as 0, equal ones oldest first."""
    for name, priority in (("low", "-1"), ("zero", "0"), ("unset", None), ("high", "10")):
        more = {} if priority is None else {"taskPriority": priority}
        start(ready, name, **more)
    order = [poll_decision(ready)["workflowExecution"]["workflowId"] for _ in range(4)]
    assert order == ["high", "zero", "unset", "low"]
