"""Log lines carry the ids of their task, and nothing is printed until somebody listens."""

import logging
import subprocess
import sys

from py_swf import ActivityTask, DecisionTask
from py_swf.daemon.task_ids import ids_of

WARN = """
import logging, py_swf.daemon
logging.getLogger("py_swf.daemon.polling").warning("heard by nobody")
"""


def test_the_ids_of_an_activity_task():
    """Workflow id, run id, activity id and type go with a line about an activity task."""
    task = ActivityTask("a-1", "charge", "2", None, "token", "order-7", "run", 12)

    assert ids_of(task) == {
        "workflow_id": "order-7",
        "run_id": "run",
        "started_event_id": 12,
        "activity_id": "a-1",
        "activity_type": "charge",
        "activity_version": "2",
    }


def test_the_ids_of_a_decision_task():
    """Workflow id, run id and workflow type go with a line about a decision task."""
    task = DecisionTask([], "token", "order-7", "run", ("order", "1"), 3)

    assert ids_of(task) == {
        "workflow_id": "order-7",
        "run_id": "run",
        "started_event_id": 3,
        "workflow_type": "order",
        "workflow_version": "1",
    }


def test_the_ids_are_attributes_that_a_log_record_admits():
    """None of the names is reserved by logging."""
    task = ActivityTask("a-1", "charge", "2", None, "token", "order-7", "run", 12)
    logger = logging.getLogger("py_swf.daemon.test")

    record = logger.makeRecord("n", logging.INFO, "f", 1, "m", (), None, extra=ids_of(task))

    assert record.activity_type == "charge"


def test_a_warning_is_not_printed_by_default():
    """Without a handler of the program's own, warnings go nowhere, stderr included."""
    ran = subprocess.run([sys.executable, "-c", WARN], capture_output=True, text=True, check=True)

    assert ran.stdout + ran.stderr == ""
