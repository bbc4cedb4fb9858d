"""The linter finds in workflow code what replay would not survive, under any name."""

import re
import subprocess
import sys
from textwrap import dedent, indent

import pytest

from py_swf.flow import linting
from py_swf.flow.linting.rules import RULES

HEAD = """\
import asyncio, datetime, itertools, logging, os, random, requests, threading, time, uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from py_swf import flow

CACHE = {}
NAMES = ["a"]
ids = itertools.count()
clock = time.time
log = logging.getLogger(__name__)
session = requests.Session()
paid = flow.Signal("paid", int)


@flow.activity
def fetch(url: str) -> str:
    time.sleep(1)
    return requests.get(url).text


@flow.workflow("order", "2")
async def later(order_id: str) -> None: ...


"""


@pytest.fixture
def lint(tmp_path):
    """Return what lints the body of a workflow, or a whole file."""

    def lint(code, head=HEAD):
        text = dedent(code)
        if "async def" not in text:
            text = "@flow.workflow\nasync def order(order_id: str, tags: set[str]):\n" + indent(
                text, "    "
            )
        path = tmp_path / "shop.py"
        path.write_text(head + text, encoding="utf-8")
        return linting.lint(path)

    return lint


RED = [
    *[("wait-for", "await asyncio.wait_for(fetch('a'), 5)")] * (sys.version_info < (3, 12)),
    ("clock", "time.time()"),
    ("clock", "from time import time as clock\nclock()"),
    ("clock", "sorted(NAMES, key=time.time)"),
    ("clock", "clock()"),
    ("clock", "now = datetime.datetime.now\nlater = now  # flow: ignore"),
    ("clock", "datetime.datetime.now().isoformat()"),
    ("sleep", "time.sleep(3)"),
    ("chance", "random.choice(NAMES)"),
    ("chance", "random.Random().random()"),
    ("uuid", "str(uuid.uuid4())"),
    ("files", 'open("x")'),
    ("files", 'Path("x").read_text()'),
    ("files", "order_id.write_bytes()"),
    ("network", 'requests.get("x").json()'),
    ("network", 'session.get("x")'),
    ("network", 'import boto3\nboto3.client("s3").get_object()'),
    ("subprocess", 'import subprocess as sp\nsp.run(["ls"])'),
    ("threads", "threading.Thread(target=print_it).start()"),
    ("threads", "with ThreadPoolExecutor() as pool:\n    pass"),
    ("threads", "asyncio.get_running_loop().run_in_executor(None, fetch)"),
    ("loop", "asyncio.run(fetch())"),
    ("environment", 'os.environ["HOME"]'),
    ("environment", 'os.environ.get("HOME")'),
    ("hash", "hash(order_id)"),
    ("print", "print(order_id)"),
    ("logging", 'log.info("x")'),
    ("as-completed", "for done in asyncio.as_completed([fetch()]):\n    pass"),
    ("globals", "global CACHE\nCACHE = {}"),
    ("globals", "global FRESH\nFRESH = 1"),
    ("globals", 'CACHE["x"] = 1'),
    ("globals", 'CACHE["x"] += 1'),
    ("globals", 'del CACHE["x"]'),
    ("globals", 'CACHE.setdefault("x", []).append(1)'),
    ("globals", "NAMES.append(1)"),
    ("globals", "next(ids)"),
    ("globals", "os.sep = 1"),
    ("set-order", "for tag in tags:\n    pass"),
    ("set-order", "found = {1, 2}\nfor x in found:\n    pass"),
    ("set-order", "[x for x in set(NAMES)]"),
    ("set-order", "list(tags | {1})"),
    ("set-order", "await asyncio.gather(*{fetch(tag) for tag in NAMES})"),
    ("set-order", '",".join(tags.union(NAMES))'),
    ("set-order", "{x: 1 for x in frozenset(NAMES)}"),
    ("continue-as-new", "await flow.continue_as_new(order_id)"),
    ("continue-as-new", "return await flow.continue_as_new(order_id)"),
    ("continue-as-new", "while True:\n    return await flow.continue_as_new(order_id)"),
    ("continue-as-new", "if tags:\n    await fetch('x')\nelse:\n    await flow.continue_as_new()"),
    ("continue-as-new", "async with asyncio.timeout(3):\n    await flow.continue_as_new()"),
    ("continue-as-new", "try:\n    await flow.continue_as_new()\nfinally:\n    pass"),
    ("continue-as-new", "try:\n    pass\nexcept OSError:\n    await flow.continue_as_new()"),
    (
        "continue-as-new",
        "try:\n    pass\nexcept OSError:\n    pass\nelse:\n    await flow.continue_as_new()",
    ),
    ("continue-as-new", "await flow.continue_as_new(order_id)\nreturn"),
    ("continue-as-new", "while True:\n    await flow.continue_as_new(order_id)\n    return 'done'"),
    ("continue-as-new", "if tags:\n    await flow.continue_as_new()\nreturn tags"),
    ("continue-as-new", "if tags:\n    await flow.continue_as_new()\n    return\nawait fetch('x')"),
    ("continue-as-new", "match tags:\n    case []:\n        await flow.continue_as_new()"),
    (
        "continue-as-new",
        "match tags:\n    case []:\n        await flow.continue_as_new()\n        return\n"
        "await fetch('x')",
    ),
    ("continue-as-new", "from py_swf.flow import continue_as_new as go\nawait go(order_id)"),
    ("continue-as-new", "await later.continue_as_new(order_id)"),
    ("await", "fetch('a')"),
    ("await", "later(order_id)"),
    ("await", "asyncio.sleep(3)"),
    ("await", "if tags:\n    flow.continue_as_new(order_id)\nawait fetch('x')"),
    ("await", "later.continue_as_new(order_id)\nawait fetch('x')"),
    ("await", "async def pack(): ...\n@flow.workflow\nasync def order():\n    pack()"),
    ("await", "flow.condition(lambda: tags)"),
    ("await", "paid.receive()"),
    ("await", "paid.send('w-1', 3)"),
    # what is within
    ("clock", "def inner():\n    return time.time()\ninner()"),
    ("clock", "await flow.condition(lambda: time.time() > 3)"),
]

GREEN = [
    "await fetch('a')\ntask = fetch('b')\nawait asyncio.gather(fetch('c'), task)",
    "fetch.start('a')\nfetch.schedule('1', 'a')\npaid.pending()",
    "while True:\n    await flow.continue_as_new(order_id)",
    "while tags:\n    if order_id:\n        await later.continue_as_new(order_id)",
    "await flow.continue_as_new(order_id)\nawait fetch('x')",
    "await flow.continue_as_new(order_id)\nreturn await fetch('x')",
    "while True:\n    await flow.continue_as_new(order_id)\nreturn",
    "match tags:\n    case []:\n        await flow.continue_as_new()\nawait fetch('x')",
    "@flow.workflow\nasync def order():\n    async def inner():\n"
    "        return await flow.continue_as_new()\n    while True:\n        await inner()",
    "await order_id.continue_as_new()",
    "return (await fetch('x')).strip()",
    "return",
    "flow.now()\nflow.random().choice(NAMES)\nflow.uuid4()\nflow.logger.info('x')",
    "random = flow.random()\nrandom.choice(NAMES)",
    "random.Random(order_id).random()",
    "await flow.record(lambda: requests.get('x').text)",
    "await flow.record(time.time)",
    "await asyncio.sleep(1)\nasync with asyncio.timeout(3):\n    pass",
    "await fetch('x')\nfetch.start('x')",
    "datetime.datetime(2026, 1, 1).isoformat()\ndatetime.timedelta(days=1)",
    "uuid.uuid5(uuid.NAMESPACE_URL, order_id)",
    "when: datetime.datetime = flow.now()",
    "try:\n    pass\nexcept (requests.ConnectionError, OSError):\n    pass",
    "CACHE = {}\nCACHE['x'] = 1\nCACHE.update(x=2)",
    "CACHE.get('x')\nlen(NAMES)",
    "own = []\nown.append(1)\nown[0] = 2",
    "for tag in sorted(tags):\n    pass",
    "sorted(x for x in tags)\nsum(x for x in tags)\nlen(list(tags))",
    "{x + 1 for x in tags}\n'x' in tags",
    "tags = sorted(tags)\nfor tag in tags:\n    pass",
    "found = sorted(tags)\nfor tag in found:\n    pass\nfound = {1}",
    "Path('x').name\nos.path.join('a', 'b')",
    "for done in flow.as_completed([fetch('x')]):\n    pass",
    "time = 3\ntime.sleep(1)",
    "for time in NAMES:\n    time.sleep(1)",
    "def inner(time):\n    time.sleep(1)\ninner(order_id)",
]


@pytest.mark.parametrize(("rule", "code"), RED)
def test_what_breaks_replay_is_found(lint, rule, code):
    """Each way to break a rule is found, once, and by that rule alone."""
    assert [finding.rule for finding in lint(code)] == [rule]


@pytest.mark.parametrize("code", GREEN)
def test_what_does_no_harm_is_not(lint, code):
    """What a workflow may do is not reported."""
    assert lint(code) == []


def test_each_rule_has_a_red_case():
    """No rule of the table is without an example."""
    assert {rule for rule, _ in RED} == {rule.name for rule in RULES}


@pytest.mark.parametrize(
    ("rule", "pattern"), [(rule.name, pattern) for rule in RULES for pattern in rule.patterns]
)
def test_each_name_of_the_table_is_found(lint, rule, pattern):
    """Every pattern of the table finds the call that it describes."""
    full = pattern.replace("*.", "unknown().", 1) if pattern[0] == "*" else pattern
    call = full.removesuffix("()").replace(".*", ".anything") + ("()" if "()" in full else "(1)")
    first = re.match(r"(?!builtins|unknown)[\w.]+(?=\.)", call)

    found = lint(f"import {first[0]}\n{call}" if first else call.replace("builtins.", ""), HEAD)

    assert [finding.rule for finding in found] == [rule]


def test_code_outside_workflows_is_not_looked_at(lint):
    """Activities, starters and whatever no workflow calls may do what they like."""
    assert lint("async def other():\n    time.sleep(1)\n") == []


def test_helpers_are_followed(lint):
    """A function of the module that a workflow calls, or passes on, is looked at."""
    found = lint("""
        def price(order):
            return rate()

        def rate():
            return time.time()

        @flow.workflow(name="order", version="2")
        async def order(order_id: str):
            return max([order_id], key=price)
    """)

    assert [finding.within for finding in found] == ["in rate, called by workflow order"]


def test_methods_are_followed(lint):
    """Methods, inherited ones, constructors, attributes and annotated parameters are looked at."""
    found = lint("""
        class Base:
            def rate(self):
                return time.time()

        class Basket(Base):
            client = requests.Session()

            def __init__(self):
                self.made = datetime.datetime.now()

            def total(self):
                return self.rate()

            def refresh(self):
                return self.client.get("x")

        async def later(basket: "Basket | None"):
            basket.refresh()

        @flow.workflow
        async def order():
            basket = Basket()
            basket.total()
            await later(basket)
    """)

    assert sorted((finding.rule, finding.within.split(",")[0]) for finding in found) == [
        ("clock", "in __init__"),
        ("clock", "in rate"),
        ("network", "in refresh"),
    ]


def test_other_files_are_followed(tmp_path):
    """What a workflow imports from another given file is checked there."""
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("from .prices import rate\nfrom py_swf import flow as f\n")
    (package / "prices.py").write_text("import time\nSEEN = []\ndef rate():\n    time.time()\n")
    (package / "orders.py").write_text(
        "from . import prices as p, rate\nfrom shop import f\nfrom shop.prices import SEEN\n"
        "@f.workflow()\nasync def order():\n    rate()\n    p.rate()\n    SEEN.append(1)\n"
    )

    found = linting.lint(tmp_path)

    assert [(finding.path.rpartition("/")[2], finding.rule) for finding in found] == [
        ("orders.py", "globals"),
        ("prices.py", "clock"),
    ]


def test_a_circle_of_imports_ends(tmp_path):
    """Two files that import a name from each other lead nowhere, but not forever."""
    for name, other in [("a", "b"), ("b", "a")]:
        (tmp_path / f"{name}.py").write_text(
            f"from {other} import x\nfrom py_swf import flow\n"
            f"@flow.workflow\nasync def {name}flow():\n    x()\n"
        )

    assert linting.lint(tmp_path) == []


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("# flow: ignore", 0),
        ("# flow: ignore[clock]", 0),
        ("# flow: ignore[uuid, clock]", 0),
        ("# flow: ignore[uuid]", 1),
        ("# flows: ignore", 1),
    ],
)
def test_a_line_can_be_silenced(lint, comment, found):
    """A comment silences its line, or only the rules that it names."""
    assert len(lint(f"time.time()  {comment}")) == found


def test_a_finding_says_where_what_why_and_what_instead(lint, tmp_path):
    """One line has all that is needed to fix the code."""
    [finding] = lint("x = 1\ny = time.time()", head="import time\nfrom py_swf import flow\n")

    assert str(finding) == (
        f"{tmp_path / 'shop.py'}:6:9: clock: time.time reads the clock, which differs "
        "in each replay. Use flow.now(). (in workflow order)"
    )


def test_a_test_can_check(lint, tmp_path):
    """``check`` fails with all that was found, and says nothing else."""
    lint("time.time()")
    with pytest.raises(AssertionError, match=r"must not do this:\n.*shop\.py:\d+:\d+: clock: time"):
        linting.check(tmp_path)
    lint("flow.now()")

    linting.check(tmp_path)


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (
            "import time\nfrom py_swf import flow\n@flow.workflow\nasync def a(): time.time()",
            1,
            "5:",
        ),
        ("x = 1", 0, ""),
        ("x = = 1", 2, "SyntaxError"),
    ],
)
def test_the_command_says_what_it_found(tmp_path, code, status, said):
    """The exit status is 0, 1 or 2, and what is said is one line for each finding."""
    (tmp_path / "shop.py").write_text(code.replace("async", "\nasync", 1) if status == 1 else code)

    ran = subprocess.run(
        [sys.executable, "-m", "py_swf.flow.linting", tmp_path], capture_output=True, text=True
    )

    assert ran.returncode == status
    assert said in (ran.stdout if status < 2 else ran.stderr)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["nowhere"]])
def test_the_command_says_what_it_wants(arguments, capsys):
    """Without paths, or with one that is not there, the status is 2 and the reason is printed."""
    assert linting.main(arguments) == 2
    assert re.search("usage|no file or folder 'nowhere'", capsys.readouterr().err)


def test_folders_of_others_are_passed_over(tmp_path):
    """Hidden folders, and those that hold installed or built code, are not looked at."""
    for folder in (".venv", "build", "node_modules"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.py").write_text("no python at all")

    assert linting.lint(tmp_path) == []
