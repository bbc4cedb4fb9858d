"""What daemons log at INFO: what they poll, take, answer and wait for."""

import logging
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from py_swf.daemon import cancel, fail, finish, respond, tasks
from py_swf.decisions import RequestCancelActivityTask, StartTimer
from tests.daemon.scenes import DOMAIN, activity, world

SECRET = "nobody's business"


@pytest.fixture
def lines(caplog):
    """What was logged so far."""
    caplog.set_level(logging.INFO, "py_swf")
    # a stop is told at WARNING, by a thread of its own
    return lambda: [
        record.getMessage() for record in caplog.records if record.levelno == logging.INFO
    ]


def test_a_decider_says_what_it_polls_takes_and_answers(lines):
    """A line for the list, one for each task, one for each answer, with the types of decisions."""
    scene = world()
    scene.start("order-17")
    polled = tasks(scene.decider, identity="me:1")
    respond(scene.decider, next(polled), [activity("a"), activity("b"), StartTimer("t", 9)])

    assert lines() == [
        "polling decision task list 'decisions' of domain 'd', as me:1",
        "took a decision task of order-17",
        "answered order-17: 2 ScheduleActivityTask, StartTimer",
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda client, task: finish(client, task, SECRET), "completed"),
        (lambda client, task: fail(client, task, SECRET, SECRET), "failed"),
        (lambda client, task: cancel(client, task, SECRET), "canceled"),
    ],
)
def test_a_worker_says_what_it_takes_and_answers(lines, answer, said):
    """The line names the activity and its execution, and nothing that applications wrote."""
    scene = world()
    scene.start("order-17")
    scene.decide(activity("pack", input=SECRET))
    task = next(tasks(scene.worker, identity="me:1"))
    if said == "canceled":
        scene.boto.signal_workflow_execution(
            domain=DOMAIN, workflowId="order-17", signalName="wake"
        )
        scene.decide(RequestCancelActivityTask("pack"))
    answer(scene.worker, task)

    assert lines() == [
        "polling activity task list 'activities' of domain 'd', as me:1",
        "took activity pack of order-17",
        f"answered pack of order-17: {said}",
    ]


def test_an_answer_without_decisions_says_so(lines):
    """Nothing was decided, and the line says that."""
    scene = world()
    respond(scene.decider, scene.decision_task())

    assert lines() == ["answered w: nothing"]


def test_waiting_is_told_once(lines):
    """Empty polls in a row get one line, and those after the next task another."""
    scene = world()
    stop = threading.Event()
    starts = [None, None, "w0", None, None, None]

    def poll(identity):
        """Have a task in the list, or none; stop with the last."""
        workflow_id = starts.pop(0)
        if workflow_id:
            scene.start(workflow_id)
        if not starts:
            stop.set()
        return scene.decider.poll(identity)

    for task in tasks(SimpleNamespace(poll=poll), stop=stop, identity="me:1"):
        respond(scene.decider, task)

    assert lines()[:-1] == [
        "polling a task list, as me:1",
        "no task in a task list: waiting for one",
        "took a decision task of w0",
        "answered w0: nothing",
        "no task in a task list: waiting for one",
    ]
    assert lines()[-1] == "no longer polling a task list"


def test_a_line_about_a_task_has_its_ids(caplog):
    """Workflow id, run id and activity id are attributes of the record."""
    caplog.set_level(logging.INFO, "py_swf")
    scene = world()
    task = scene.activity_task()
    finish(scene.worker, task)

    (record,) = (each for each in caplog.records if each.name == "py_swf.daemon.answers")
    ids = (task.workflow_id, task.workflow_run_id, task.activity_id)
    assert (record.workflow_id, record.run_id, record.activity_id) == ids


def test_nobody_sees_a_line_until_logging_is_set_up():
    """The library sets up nothing: there is no handler that prints, and no level."""
    code = (
        "import logging, py_swf.daemon; log = logging.getLogger('py_swf'); "
        "log.warning('x'); print(log.handlers, log.level, logging.getLogger().handlers)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[<NullHandler (NOTSET)>] 0 []"
    assert ran.stderr == ""
