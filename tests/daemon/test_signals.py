"""Daemons as real processes against the service over HTTP, ended by real signals."""

import os
import re
import signal
import subprocess
import sys
import threading

import boto3.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from py_swf import ActivityTaskClient, DecisionClient
from py_swf.history import History
from tests.daemon.scenes import ACTIVITY_CONFIG, DECISION_CONFIG, World, activity, register

BEGIN = """
import sys
from contextlib import suppress
import boto3.session
from botocore import UNSIGNED
from botocore.config import Config
from py_swf import ActivityTaskClient, ActivityTaskConfig, DecisionClient, DecisionConfig
from py_swf.daemon import *
from py_swf.decisions import CompleteWorkflowExecution

def say(word):
    print(word, flush=True)

config = Config(signature_version=UNSIGNED, read_timeout=70)
boto = boto3.session.Session().client(
    "swf", endpoint_url=sys.argv[1], region_name="us-east-1", config=config
)
for operation in ("PollForActivityTask", "PollForDecisionTask"):
    boto.meta.events.register(f"before-send.swf.{operation}", lambda **_: say("polls"))
worker = ActivityTaskClient(ActivityTaskConfig("d", "activities"), boto)
decider = DecisionClient(DecisionConfig("d", "decisions"), boto)

def work(task, beat):
    say("works")
    return sys.stdin.readline()
"""
PLAIN_WORKER = """
with stop_on_signals() as stop:
    for task in tasks(worker, stop=stop):
        with suppress(TaskGone), heartbeating(worker, task, heartbeat_timeout=60) as beat:
            finish(worker, task, work(task, beat))
print("left")
"""
PLAIN_DECIDER = """
with stop_on_signals() as stop:
    for task in tasks(decider, stop=stop):
        respond(decider, task, [CompleteWorkflowExecution("decided")])
print("left")
"""
WORKER = """
with stop_on_signals() as stop:
    ActivityWorker(worker, work, max_workers=1).run(stop)
print("left")
"""
TELLING_WORKER = """
import threading
with stop_on_signals() as stop:
    threading.Thread(target=lambda: stop.wait() and say("asked"), daemon=True).start()
    ActivityWorker(worker, work).run(stop)
"""
DECIDER = """
with stop_on_signals() as stop:
    DeciderWorker(decider, lambda task: [CompleteWorkflowExecution("decided")]).run(stop)
print("left")
"""


@pytest.fixture
def url():
    """A server which holds polls long enough for everything that is done meanwhile."""
    command = [sys.executable, "-m", "py_swf.local", "--port", "0", "--poll-seconds", "5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield re.search(r"http://\S+", process.stdout.readline()).group()
        finally:
            process.terminate()


@pytest.fixture
def scene(url):
    """The service, with a domain and two types."""
    config = Config(signature_version=UNSIGNED, read_timeout=70)
    boto = boto3.session.Session().client(
        "swf", endpoint_url=url, region_name="us-east-1", config=config
    )
    register(boto)
    return World(
        None, boto, DecisionClient(DECISION_CONFIG, boto), ActivityTaskClient(ACTIVITY_CONFIG, boto)
    )


@pytest.fixture
def daemon(url):
    """Start a program that is ended, at the latest, with the test."""
    running = []

    def start(program):
        command = [sys.executable, "-c", BEGIN + program, url]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        # whatever goes wrong, nothing here waits forever
        watch = threading.Timer(30, process.kill)
        watch.start()
        running.append((process, watch))
        assert process.stdout.readline() == "polls\n"
        return process

    yield start
    for process, watch in running:
        watch.cancel()
        process.kill()
        process.communicate()


def told(scene, run):
    """Return the history of a run as the service tells it."""
    return History(scene.decider.walk_execution_history("w", run["runId"], reverse_order=False))


@pytest.mark.parametrize("program", [PLAIN_WORKER, WORKER], ids=["loop", "ActivityWorker"])
def test_a_task_that_a_poll_in_flight_brings_is_worked_on(scene, daemon, program):
    """SIGTERM comes while a poll is held; its task is done and answered, and then it is over."""
    run = scene.start()
    process = daemon(program)

    process.send_signal(signal.SIGTERM)
    scene.decide(activity())
    said, _ = process.communicate("a result", timeout=20)

    assert said == "works\nleft\n"
    assert process.returncode == 0
    assert told(scene, run).activities["a"].result == "a result"


@pytest.mark.parametrize("program", [PLAIN_DECIDER, DECIDER], ids=["loop", "DeciderWorker"])
def test_a_decision_task_that_a_poll_in_flight_brings_is_decided(scene, daemon, program):
    """SIGTERM comes while a poll is held; its task is decided, and then it is over."""
    process = daemon(program)

    process.send_signal(signal.SIGTERM)
    run = scene.start()
    said, _ = process.communicate(timeout=20)

    assert said == "left\n"
    assert process.returncode == 0
    assert told(scene, run).closed.result == "decided"


@pytest.mark.parametrize("program", [PLAIN_WORKER, WORKER], ids=["loop", "ActivityWorker"])
def test_a_task_in_hand_is_ended_and_answered(scene, daemon, program):
    """SIGTERM comes while a task is worked on; it is answered, and no other is asked for."""
    run = scene.start()
    scene.decide(activity("a"), activity("b"))
    process = daemon(program)
    assert process.stdout.readline() == "works\n"

    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate("a result", timeout=20)

    assert said == "left\n"
    assert process.returncode == 0
    statuses = [a.status for a in told(scene, run).activities.values()]
    assert statuses == ["COMPLETED", "SCHEDULED"]


def test_a_second_signal_ends_a_worker_in_the_middle_of_its_task(scene, daemon):
    """The process is gone at once; the task is left to its timeout."""
    run = scene.start()
    scene.decide(activity())
    process = daemon(TELLING_WORKER)
    assert process.stdout.readline() == "works\n"

    process.send_signal(signal.SIGTERM)
    assert process.stdout.readline() == "asked\n"
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=10) == -signal.SIGINT
    assert told(scene, run).activities["a"].status == "STARTED"
