"""What workflow code must not do, why, and what to do instead: the table of the linter.

A pattern is the full name of something, wherever and under whatever name it was imported:
``time.time`` is a reference to it, ``requests.*`` a call of anything below it, ``random.Random()``
a call without arguments, and ``*.read_text`` a call of that method on an unknown object.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

__all__ = ["ALLOWED", "RULES", "Rule"]


class Rule(NamedTuple):
    """One thing that workflow code must not do."""

    #: as in ``# flow: ignore[clock]``
    name: str
    #: full names; see the module
    patterns: tuple[str, ...]
    #: what is wrong with it, as the rest of a sentence that begins with the name
    why: str
    #: what to do, as a sentence
    instead: str


_AGAIN = "and each replay would do it again"
_ACTIVITY = "Do it in an activity."

_BEFORE_PYTHON_312 = (
    Rule(
        "wait-for",
        ("asyncio.wait_for",),
        "takes its steps in another order from Python 3.12 on, so an execution that is open "
        "during the upgrade may not agree with its history",
        "Use asyncio.timeout(...), or anyio.fail_after(...) on Python 3.10.",
    ),
) * (sys.version_info < (3, 12))

RULES = (
    Rule(
        "clock",
        (
            "time.time",
            "time.time_ns",
            "time.monotonic",
            "time.monotonic_ns",
            "time.perf_counter",
            "time.perf_counter_ns",
            "time.process_time",
            "time.process_time_ns",
            "time.thread_time",
            "time.clock_gettime",
            "time.ctime()",
            "time.gmtime()",
            "time.localtime()",
            "time.asctime()",
            "datetime.datetime.now",
            "datetime.datetime.utcnow",
            "datetime.datetime.today",
            "datetime.date.today",
            "pendulum.now",
            "arrow.now",
            "arrow.utcnow",
            "django.utils.timezone.now",
        ),
        "reads the clock, which differs in each replay",
        "Use flow.now().",
    ),
    Rule(
        "sleep",
        ("time.sleep", "gevent.sleep", "trio.sleep"),
        "blocks the decider, and does not start an SWF timer",
        "Use `await asyncio.sleep(...)`.",
    ),
    Rule(
        "chance",
        (
            "random.*",
            "random.Random()",
            "random.SystemRandom",
            "secrets.*",
            "os.urandom",
            "os.getrandom",
            "numpy.random.*",
        ),
        "gives another value in each replay",
        "Use flow.random(), or flow.record(...) for a value that must be secret.",
    ),
    Rule(
        "uuid",
        ("uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7"),
        "gives another value in each replay",
        "Use flow.uuid4().",
    ),
    Rule(
        "files",
        (
            "builtins.open",
            "builtins.input",
            "io.open",
            "os.open",
            "os.listdir",
            "os.scandir",
            "os.walk",
            "os.stat",
            "os.remove",
            "os.unlink",
            "os.rename",
            "os.replace",
            "os.mkdir",
            "os.makedirs",
            "os.path.exists",
            "os.path.getmtime",
            "os.path.getsize",
            "os.path.isdir",
            "os.path.isfile",
            "glob.*",
            "shutil.*",
            "sqlite3.*",
            "tempfile.*",
            "pathlib.Path.cwd",
            "pathlib.Path.exists",
            "pathlib.Path.glob",
            "pathlib.Path.home",
            "pathlib.Path.iterdir",
            "pathlib.Path.mkdir",
            "pathlib.Path.open",
            "pathlib.Path.stat",
            "pathlib.Path.unlink",
            "*.read_bytes",
            "*.read_text",
            "*.write_bytes",
            "*.write_text",
        ),
        f"reads or writes files of this host, {_AGAIN}",
        "Do it in an activity, or keep what was read with flow.record(...).",
    ),
    Rule(
        "network",
        (
            "aiohttp.*",
            "anyio.connect_tcp",
            "asyncio.open_connection",
            "asyncio.start_server",
            "asyncpg.*",
            "boto3.*",
            "botocore.*",
            "ftplib.*",
            "grpc.*",
            "http.client.*",
            "httpx.*",
            "mysql.*",
            "psycopg.*",
            "psycopg2.*",
            "pymongo.*",
            "pymysql.*",
            "redis.*",
            "requests.*",
            "smtplib.*",
            "socket.*",
            "sqlalchemy.create_engine",
            "ssl.*",
            "urllib.request.*",
            "urllib3.*",
        ),
        f"talks to the network, {_AGAIN}",
        _ACTIVITY,
    ),
    Rule(
        "subprocess",
        (
            "asyncio.create_subprocess_exec",
            "asyncio.create_subprocess_shell",
            "anyio.open_process",
            "anyio.run_process",
            "multiprocessing.*",
            "os.fork",
            "os.popen",
            "os.system",
            "pty.*",
            "subprocess.*",
        ),
        f"starts a process, {_AGAIN}",
        _ACTIVITY,
    ),
    Rule(
        "threads",
        (
            "_thread.*",
            "anyio.from_thread.*",
            "anyio.to_process.*",
            "anyio.to_thread.*",
            "asyncio.run_coroutine_threadsafe",
            "asyncio.to_thread",
            "concurrent.futures.*",
            "threading.*",
            "*.run_in_executor",
        ),
        "leaves the loop of the workflow, whose order replay relies on",
        "Do it in an activity; to run things side by side, use asyncio.gather or a TaskGroup.",
    ),
    Rule(
        "loop",
        ("asyncio.run", "asyncio.new_event_loop", "anyio.run", "*.run_until_complete"),
        "starts an event loop, but the workflow already runs on one",
        "Use `await`.",
    ),
    Rule(
        "environment",
        (
            "os.environ",
            "os.environb",
            "os.getenv",
            "os.getpid",
            "os.getcwd",
            "os.uname",
            "platform.*",
            "socket.gethostname",
            "sys.argv",
        ),
        "depends on the host that decides, and the next decision may be made on another",
        "Pass it as an argument of the workflow, or read it once with flow.record(...).",
    ),
    Rule(
        "hash",
        ("builtins.hash", "builtins.id"),
        "gives another value in each process",
        "Use hashlib, or compare the values themselves.",
    ),
    Rule(
        "print",
        ("builtins.print", "pprint.pprint"),
        "prints again in each replay",
        "Use flow.logger, which is silent in replay.",
    ),
    Rule(
        "logging",
        (
            "logging.debug",
            "logging.info",
            "logging.warning",
            "logging.error",
            "logging.exception",
            "logging.critical",
            "logging.log",
            "logging.getLogger.*",
        ),
        "logs again in each replay",
        "Use flow.logger, which is silent in replay.",
    ),
    Rule(
        "as-completed",
        ("asyncio.as_completed",),
        "makes a set of coroutines, whose order differs in each replay",
        "Use flow.as_completed(...).",
    ),
    *_BEFORE_PYTHON_312,
    # what a name does not show: see linting
    Rule(
        "globals",
        (),
        "is changed, but all executions of the process share it, and each replay changes it again",
        "Keep it in a local variable, pass it as an argument, or keep it in an activity.",
    ),
    Rule(
        "await",
        (),
        "is called without `await`, so nothing is done",
        "Write `await` before it, or hand it to asyncio.gather(...) or a task group.",
    ),
    Rule(
        "continue-as-new",
        (),
        "is the last thing that the workflow does, but it returns when SWF refuses it because of "
        "a new event, such as a signal; the execution would then be completed",
        "Call it in a loop: handle what is new, and continue as new again.",
    ),
    Rule(
        "set-order",
        (),
        "has a different order in each process",
        "Use sorted(...), or a list or dict, which keep their order.",
    ),
)

#: names that a pattern with a star would catch, but that do no harm
ALLOWED = (
    "random.Random",
    "socket.inet_aton",
    "socket.inet_ntoa",
    "boto3.dynamodb.conditions",
    "boto3.dynamodb.types",
    "botocore.exceptions",
    "requests.exceptions",
    "httpx.URL",
    "concurrent.futures.CancelledError",
    "concurrent.futures.TimeoutError",
)
