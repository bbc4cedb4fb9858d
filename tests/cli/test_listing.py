"""``py-swf ls``, ``tasks``, ``types`` and ``domains``."""

import json
from pathlib import Path

import pytest

from tests.golden_files import assert_golden
from tests.timeline.stories import DOMAIN

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ls", ["ls"]),
        ("ls-closed-long", ["ls", "--closed", "--long"]),
        ("ls-all", ["ls", "--all"]),
        ("tasks", ["tasks", "decisions", "packing", "nowhere"]),
        ("types", ["types"]),
        ("domains", ["domains"]),
        ("ls-json", ["ls", "--json", "--limit", "1"]),
        ("tasks-json", ["tasks", "packing", "--json"]),
        ("types-json", ["types", "--workflow", "--json"]),
        ("domains-json", ["domains", "--json"]),
    ],
)
def test_what_is_printed(py_swf, name, arguments):
    """Lists are printed in columns, or as JSON in the names of the service."""
    ran = py_swf(*arguments)

    assert ran.status == 0
    assert_golden(GOLDEN / f"{name}.txt", ran.out)


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ([], ["order-20", "parcel-17", "order-17"]),
        (["--all"], ["order-20", "order-19", "order-18", "parcel-17", "order-17"]),
        (["--closed"], ["order-19", "order-18"]),
        (["--status", "failed"], ["order-19"]),
        (["--type", "parcel"], ["parcel-17"]),
        (["--type", "parcel:2"], []),
        (["--tag", "gift", "--all"], ["order-19", "order-17"]),
        (["--tag", "gift", "--type", "order:1"], ["order-17"]),
        (["--id", "order-17"], ["order-17"]),
        (["--id", "order-*", "--status", "COMPLETED"], ["order-18"]),
        (["--since", "5m"], ["order-20"]),
        (["--until", "1h"], ["parcel-17", "order-17"]),
        (["--since", "2026-11-21T09:00:30Z"], ["order-20"]),
        (["--limit", "1"], ["order-20"]),
        (["--limit", "0"], ["order-20", "parcel-17", "order-17"]),
    ],
    ids=lambda value: " ".join(value) or "none",
)
def test_filters(py_swf, filters, ids):
    """Only executions that match all filters are listed, the latest first."""
    ran = py_swf("ls", "--json", *filters)

    listed = json.loads(ran.out)["executionInfos"]
    assert [info["execution"]["workflowId"] for info in listed] == ids


def test_the_filters_that_the_service_did_not_apply_are_told(py_swf):
    """SWF takes one filter per call; a note says which one it took, and what was done here."""
    ran = py_swf("ls", "--closed", "--tag", "gift", "--type", "order", "--status", "FAILED")

    assert ran.err == ("SWF takes one filter per call: it filtered by tag; status and type here\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ls", "--tag", "none"], "no open execution matches\n"),
        (["ls", "--closed", "--tag", "none"], "no closed execution matches\n"),
        (["ls", "--all", "--tag", "none"], "no execution matches\n"),
        (["ls", "--limit", "2"], "there are more than 2: --limit 0 lists all\n"),
        (["ls", "--limit", "3"], ""),
    ],
)
def test_what_a_reader_may_not_expect_is_told(py_swf, arguments, told):
    """A note on standard error says that a list is empty, or that it was cut."""
    ran = py_swf(*arguments)

    assert (ran.status, ran.err) == (0, told)


def test_a_limit_reads_no_more_than_it_needs(py_swf, shop):
    """With a limit, the service is asked for one page with one more than the limit."""
    sizes = []
    shop.boto.meta.events.register(
        "before-parameter-build.swf.ListOpenWorkflowExecutions",
        lambda params, **_: sizes.append(params["maximumPageSize"]),
    )

    py_swf("ls", "--limit", "2")

    assert sizes == [3]


def test_where_there_are_several_domains_one_must_be_named(py_swf, shop, monkeypatch):
    """Without --domain the only domain is taken; if there are more, they are named."""
    shop.boto.register_domain(name="attic", workflowExecutionRetentionPeriodInDays="7")

    ran = py_swf("ls")

    assert ran.status == 3
    assert ran.err == (
        "py-swf: which domain? Give --domain or set PY_SWF_DOMAIN; there are: attic, shop\n"
    )
    assert py_swf("ls", "--domain", DOMAIN).status == 0
    monkeypatch.setenv("PY_SWF_DOMAIN", "attic")
    assert py_swf("ls").err == "no open execution matches\n"


def test_a_hostile_id_is_printed_as_text(py_swf, shop):
    """Table markup and terminal commands in a workflow id have no effect."""
    shop.boto.start_workflow_execution(
        domain=DOMAIN,
        workflowId="[red]a<script>",
        workflowType={"name": "order", "version": "1"},
        tagList=["\x1b[31mred"],
    )

    ran = py_swf("ls", "--long")

    assert "[red]a<script>" in ran.out
    assert "\x1b" not in ran.out
