"""``flow.ActivityHandler``, and its way to other processes."""

import os
import pickle

import pytest

from py_swf import ActivityTask, flow
from py_swf.daemon import ActivityWorker, processes, stop_after
from py_swf.flow.hosting.around import Surrounded
from tests.daemon.scenes import activity, world


@flow.activity("act", "1")
async def process_id(times: int = 1) -> list[int]:
    """Return who does the work; report progress, which nobody receives."""
    flow.heartbeat("half")
    return [os.getpid()] * times


class Desk:
    """A place for an activity that is not a name of the module itself."""

    @flow.activity
    def stamp(text: str) -> str:
        """Stamp a text."""
        return f"[{text}]"


@pytest.mark.timeout(120)
def test_activities_run_in_other_processes():
    """With ``executor=processes(n)`` the function is called there, async or not."""
    scene = world()
    scene.start()
    scene.decide(activity(input='{"times": 2}'))

    with processes(1) as executor:
        handler = flow.ActivityHandler([process_id])
        ActivityWorker(scene.worker, handler, executor=executor).run(stop_after(0.1))

    result = scene.history().activities["a"].result
    numbers = flow.JsonCodec().decode(result, list[int])
    assert len(numbers) == 2
    assert os.getpid() not in numbers


def test_what_goes_around_it_goes_with_it():
    """The functions around a handler are called where the activity is."""
    surrounded = Surrounded(flow.ActivityHandler([Desk.stamp]), (twice,))
    there = pickle.loads(pickle.dumps(surrounded))
    task = ActivityTask("a", "stamp", "1", '{"text": "x"}', "token", "w", "r", 1)

    assert there(task) == '"[x]""[x]"'


def twice(task, proceed):
    """Do the work twice."""
    return proceed() + proceed()


def test_an_activity_is_found_by_its_name():
    """One in a class is found as well."""
    handler = pickle.loads(pickle.dumps(flow.ActivityHandler([Desk.stamp])))

    assert handler.activities[("stamp", "1")] is Desk.stamp


def test_an_activity_without_a_name_stays_here():
    """One that is made in a function cannot be found elsewhere, which is said."""

    @flow.activity
    def local() -> None: ...

    with pytest.raises(pickle.PicklingError, match=r"<Activity local 1> cannot go to another"):
        pickle.dumps(flow.ActivityHandler([local]))


def test_an_activity_under_another_name_stays_here():
    """A name that leads to something else is not a way to it."""
    other = flow.activity(Desk.stamp.fn)

    assert pickle.loads(pickle.dumps(flow.ActivityHandler([other])))  # the same function
    impostor = flow.activity(lambda: None)
    impostor.fn.__qualname__ = "no_such_name"
    with pytest.raises(pickle.PicklingError, match="no_such_name does not lead to it"):
        pickle.dumps(flow.ActivityHandler([impostor]))
