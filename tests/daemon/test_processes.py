"""Work in processes: a poison task fails alone, and the processes end with their parent only."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from py_swf.daemon import ActivityWorker, processes
from py_swf.daemon.processes import ProcessDied
from tests.daemon.scenes import Clock, world

POISONED = """
import os
from py_swf.daemon import processes

if __name__ == "__main__":
    with processes(1) as executor:
        print(type(executor.submit(os._exit, 3).exception(20)).__name__, flush=True)
        print(executor.submit(len, "ab").result(20), flush=True)
"""
PARENT = """
import os, signal, sys, time
from py_swf.daemon import processes

if __name__ == "__main__":
    executor = processes(1)
    print(executor.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""
WORKER = """
import sys, time
from pathlib import Path
from py_swf.daemon import ActivityWorker, processes, stop_on_signals

def work(task):
    print("at work", flush=True)
    while not Path(sys.argv[1]).exists():
        time.sleep(0.02)
    return "done"

if __name__ == "__main__":
    from tests.daemon.scenes import activity, world
    scene = world()
    scene.start()
    scene.decide(activity())
    with processes(1) as executor, stop_on_signals() as stop:
        ActivityWorker(scene.worker, work, executor=executor).run(stop)
    print(scene.history().activities["a"].result)
"""


class Unreadable(Exception):
    """An exception that cannot be made again from its text."""

    def __init__(self, first, second):
        super().__init__(first)


def die():
    """End the process in the middle of its task."""
    os._exit(7)


def raise_unreadable():
    """Raise what the parent cannot unpickle."""
    raise Unreadable("one", "two")


def shout(task):
    """Do the work of a handler."""
    return task.input.upper()


@pytest.mark.parametrize("poison", [die, raise_unreadable])
def test_a_poison_task_fails_alone(poison):
    """Its process is replaced, and the next task of that slot is worked on."""
    with processes(1) as executor:
        with pytest.raises(ProcessDied):
            executor.submit(poison).result(60)

        assert executor.submit(len, "ab").result(60) == 2


def test_an_error_of_the_work_is_its_own():
    """What the function raises comes back, and its process goes on."""
    with processes(1) as executor:
        before = executor.submit(os.getpid).result(60)
        with pytest.raises(ValueError, match="invalid literal"):
            executor.submit(int, "x").result(60)

        assert executor.submit(os.getpid).result(60) == before


def test_a_process_that_died_while_idle_is_replaced():
    """The next task does not fail for it."""
    with processes(1) as executor:
        os.kill(executor.submit(os.getpid).result(60), signal.SIGKILL)
        time.sleep(0.2)

        with suppress(ProcessDied):  # where the death has not been seen yet
            executor.submit(len, "a").result(60)
        assert executor.submit(len, "ab").result(60) == 2


def test_a_handler_runs_there():
    """The worker's handler is called with the task, in a process of its own."""
    scene = world()
    task = scene.activity_task(input="words")
    with processes(1) as executor:
        ActivityWorker(scene.worker, shout, executor=executor, calling=Clock().calling()).work(task)

    assert scene.history().activities["a"].result == "WORDS"


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_left_to_the_parent(signum):
    """A signal to the whole group does not break off the work."""
    with processes(1) as executor:
        process = executor.submit(os.getpid).result(60)
        os.kill(process, signum)

        assert executor.submit(os.getpid).result(60) == process


def test_a_signal_to_the_whole_group_breaks_off_no_task(tmp_path):
    """After Ctrl-C in a terminal the worker stops, and the task in progress is finished."""
    program, go = tmp_path / "worker.py", tmp_path / "go"
    program.write_text(WORKER)
    with subprocess.Popen(
        [sys.executable, str(program), str(go)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as worker:
        assert worker.stdout.readline() == "at work\n"
        os.killpg(worker.pid, signal.SIGINT)
        go.touch()

        assert worker.communicate(timeout=30)[0] == "done\n"
        assert worker.returncode == 0


def test_the_processes_end_with_their_parent(tmp_path):
    """A parent that is killed leaves no process behind."""
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE) as parent:
        assert int(parent.stdout.readline()) != parent.pid
        parent.kill()

        # the pipe ends when nobody holds it any more, and so when the child has gone
        assert parent.communicate(timeout=30) == (b"", None)


def test_a_program_ends_after_a_poison_task(tmp_path):
    """The remains of a dead process block nothing."""
    program = tmp_path / "poisoned.py"
    program.write_text(POISONED)

    said = subprocess.run([sys.executable, str(program)], capture_output=True, timeout=60).stdout

    assert said.split() == [b"ProcessDied", b"2"]


def test_after_shutdown_nothing_is_taken():
    """As with any executor."""
    executor = processes(1)
    executor.shutdown()

    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(len, "a")


def test_there_is_at_least_one():
    """Zero processes would never do anything."""
    with pytest.raises(ValueError, match="count is 0; it must be 1 or more"):
        processes(0)
