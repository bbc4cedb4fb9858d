"""A closed execution's finished activities answer in a new one."""

import asyncio

import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.history import History
from tests.flow.scenes import Scene

done: list[str] = []
broken: list[str] = []


@pytest.fixture(autouse=True)
def _fresh():
    done.clear()
    broken.clear()


@flow.activity
def pack(item: str) -> str:
    """Pack an item, unless it is broken."""
    if item in broken:
        raise ValueError(f"{item} is broken")
    done.append(item)
    return f"packed {item}"


@flow.activity
def note() -> None:
    """Return nothing."""
    done.append("note")


@flow.workflow
async def order(items: list[str]) -> list[str]:
    """Pack all items, one after the other, then the last once more beside a note."""
    packed = [await pack(item) for item in items]
    again, _ = await asyncio.gather(pack(items[-1]), note())
    return [*packed, again]


def played(scene: Scene, decider: flow.Decider) -> History:
    """Run the execution of a scene to its end."""
    while scene.has_task():
        scene.decide(decider)
        while scene.work():
            pass
    return History(scene.history)


def failed(*items: str) -> History:
    """Return the history of an order that failed at its last item."""
    broken.append(items[-1])
    scene = Scene([order], [pack, note]).start(list(items))
    history = played(scene, flow.Decider([order]))
    assert history.close_status == "FAILED"
    broken.clear()
    done.clear()
    return history


@pytest.mark.parametrize("keep", [0, 10])
@pytest.mark.parametrize("check", [0.0, 1.0])
def test_what_is_finished_is_not_done_again(keep, check):
    """Only what failed and what comes after it is done; the result is as if all had been."""
    closed = failed("tea", "cup")
    scene = Scene([order], [pack, note]).start(["tea", "cup"])

    decider = flow.Decider([order], keep=keep, check=check, reuse={"scene": [closed]})
    history = played(scene, decider)

    assert history.result == '["packed tea","packed cup","packed cup"]'
    assert done == ["cup", "cup", "note"]
    assert [marker.marker_name for marker in history.markers] == ["py_swf.reused pack-1"]


def test_the_new_history_needs_the_old_one_no_more():
    """It replays, and another decider goes on with it, without what was reused."""
    closed = failed("tea", "cup")
    scene = Scene([order], [pack, note]).start(["tea", "cup"])
    scene.decide(flow.Decider([order], reuse={"scene": [closed]}))
    scene.work()

    history = played(scene, flow.Decider([order]))

    assert history.result == '["packed tea","packed cup","packed cup"]'
    flow.replay(order, history.events, workflow_id="scene")


def test_another_input_is_done_anew():
    """What the code asks for must be the same: id, type and input."""
    closed = failed("tea", "cup")
    scene = Scene([order], [pack, note]).start(["milk", "cup"])

    played(scene, flow.Decider([order], reuse={"scene": [closed]}))

    assert done == ["milk", "cup", "cup", "note"]


def test_other_executions_are_left_alone():
    """Only the execution of the workflow id that is named reuses anything."""
    closed = failed("tea", "cup")
    scene = Scene([order], [pack, note]).start(["tea", "cup"])

    played(scene, flow.Decider([order], reuse={"another": [closed]}))

    assert done == ["tea", "cup", "cup", "note"]


def test_several_histories_add_up():
    """For a second repair, both histories are given."""
    first = failed("tea", "cup")
    scene = Scene([order], [pack, note]).start(["tea", "cup"])
    second = played(scene, flow.Decider([order], reuse={"scene": [first]}))
    done.clear()
    scene = Scene([order], [pack, note]).start(["tea", "cup"])

    history = played(scene, flow.Decider([order], reuse={"scene": [first, second]}))

    assert history.result == '["packed tea","packed cup","packed cup"]'
    assert done == []
    assert not any(isinstance(event, ev.ActivityTaskScheduled) for event in history.events)


def test_the_longest_name_fits_into_a_marker():
    """The name of a marker has 256 characters, and that of an activity type as well."""
    long = flow.activity("x" * 256)(note.fn)

    @flow.workflow
    async def notes() -> None:
        await long()

    first = played(Scene([notes], [long]).start(), flow.Decider([notes]))
    done.clear()
    scene = Scene([notes], [long]).start()
    history = played(scene, flow.Decider([notes], reuse={"scene": [first]}))

    assert history.close_status == "COMPLETED"
    assert done == []
