"""What is on the pages."""

import html
import re

import pytest

from py_swf.decisions import (
    CompleteWorkflowExecution,
    ContinueAsNewWorkflowExecution,
    RecordMarker,
)
from tests.timeline.stories import DOMAIN

ORDER = "/execution?domain=shop&id=order-17"


def start(shop, workflow_id, **options):
    return shop.boto.start_workflow_execution(
        domain=DOMAIN,
        workflowId=workflow_id,
        workflowType={"name": "order", "version": "1"},
        **options,
    )["runId"]


def ids(page):
    return re.findall(r'<td data-label="Workflow id"><a [^>]+>([^<]*)</a>', page.text)


def words(text):
    """Return what a reader sees: no markup, single blanks."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def test_the_first_page_lists_what_is_open(open_console):
    """Open executions are listed, the latest first, each with a link to its page."""
    page = open_console().get("/")

    assert page.status == 200
    assert ids(page) == ["parcel-17", "order-17"]
    assert "2 h 13 min" in page.text


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("status=all", ["order-18", "parcel-17", "order-17"]),
        ("status=closed", ["order-18"]),
        ("status=COMPLETED", ["order-18"]),
        ("status=FAILED", []),
        ("type=parcel", ["parcel-17"]),
        ("type=order:1&tag=gift", ["order-17"]),
        ("id=order-*&status=all", ["order-18", "order-17"]),
        ("since=1h&status=all", ["order-18"]),
        ("from=1", ["order-17"]),
        ("from=x&since=y&status=z", ["order-18"]),
    ],
)
def test_filters(open_console, shop, query, listed):
    """The list shows executions that match all filters; invalid filters are ignored."""
    start(shop, "order-18")
    shop.decide(CompleteWorkflowExecution())

    assert ids(open_console().get(f"/?{query}")) == listed


def test_what_was_not_filtered_by_the_service_is_told(open_console):
    """SWF takes one filter per call; the page says which one it was."""
    told = words(open_console().get("/?tag=gift&type=order").text)

    assert "it filtered by tag, and type was applied here" in told


def test_long_lists_come_in_pages(open_console, shop):
    """Fifty executions are on a page, with links onward and back."""
    for number in range(60):
        start(shop, f"more-{number}")
        shop.after(0.01)
    console = open_console()

    first = console.get("/?type=order")
    (following,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
    second = console.get(html.unescape(following))

    assert len(ids(first)) == 50
    assert ids(second)[-1] == "order-17"
    assert len(ids(second)) == 11
    assert "First page" in second.text
    assert "Next page" not in second.text


def test_an_execution_says_why_it_is_stuck(open_console):
    """Stuck work comes first, then failures with their tracebacks, then a picture."""
    page = open_console().get(ORDER)

    order = ["no worker has taken it", "CardDeclined: the bank said no", "Traceback", "<svg "]
    places = [page.text.index(text) for text in order]
    assert places == sorted(places)
    assert '<li class="stuck">activity &#39;pack&#39;' in page.text


def test_an_execution_shows_its_settings_and_payloads(open_console):
    """Task list, timeouts, tags and input are on the page."""
    told = words(open_console().get(ORDER).text)

    assert "Task list decisions" in told
    assert "Times out after 7 d; a decision task after 1 min" in told
    assert '{"goods": ["teapot"]}' in told


def test_hidden_payloads_are_not_on_the_page(open_console):
    """With payloads hidden nothing that an application wrote is sent to the browser."""
    page = open_console(hide_payloads=True).get(ORDER)

    assert "teapot" not in page.text
    assert "bank" not in page.text
    assert "(hidden, 21 characters)" in page.text
    assert "No event matches" in open_console(hide_payloads=True).get(f"{ORDER}&q=teapot").text


def test_parent_child_and_runs_are_links(open_console, shop):
    """A child can be reached from its parent and back, and a run from the one before."""
    console = open_console()
    (child,) = re.findall(r'<dt>Child</dt><dd><a href="([^"]+)"', console.get(ORDER).text)
    parent = re.findall(
        r'<dt>Parent</dt><dd><a href="([^"]+)"', console.get(html.unescape(child)).text
    )
    run_id = start(shop, "loop")
    shop.decide(ContinueAsNewWorkflowExecution())
    first = console.get(f"/execution?domain=shop&id=loop&run={run_id.replace('+', '%2B')}").text
    (following,) = re.findall(r'<dt>Continued by</dt><dd><a href="([^"]+)"', first)

    assert len(parent) == 1
    assert "order-17" in parent[0]
    second = console.get(html.unescape(following)).text
    assert "<dt>Continues</dt>" in second
    assert "Runs of this workflow id" in second
    assert "this one" in second


def test_events_can_be_searched(open_console):
    """Only events that contain the text are shown, wherever it is in the event."""
    page = open_console().get(f"{ORDER}&q=BANK+said")

    assert re.findall(r'<li id="event-(\d+)">', page.text) == ["10"]


def test_events_are_found_by_what_they_are_about(open_console):
    """A search for an activity's id finds its whole life, though only its beginning names it."""
    page = open_console().get(f"{ORDER}&q=charge-card")

    found = re.findall(r"<span>(ActivityTask\w+)</span>", page.text)
    assert found == [
        f"ActivityTask{what}"
        for what in ("Completed", "Started", "Scheduled", "Failed", "Started", "Scheduled")
    ]


def test_long_histories_come_in_pages(open_console, shop):
    """Two hundred events are on a page, the newest first."""
    start(shop, "long")
    for _ in range(3):
        shop.decide(*(RecordMarker(f"m-{number}") for number in range(90)))
        shop.boto.signal_workflow_execution(domain=DOMAIN, workflowId="long", signalName="go")
    console = open_console()

    first = console.get("/execution?domain=shop&id=long")
    (following,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
    second = console.get(html.unescape(following))

    shown = [re.findall(r'<li id="event-(\d+)">', page.text) for page in (first, second)]
    assert [len(each) for each in shown] == [200, 84]
    assert [*map(int, shown[0] + shown[1])] == [*range(284, 0, -1)]


def test_a_page_that_is_read_again_asks_for_new_events_only(open_console, shop):
    """The history of an open execution is kept, and extended by what has happened since."""
    asked = []
    shop.boto.meta.events.register(
        "before-parameter-build.swf.GetWorkflowExecutionHistory",
        lambda params, **_: asked.append(params.get("reverseOrder")),
    )
    console = open_console()

    console.get(ORDER)
    shop.signal("hurry")
    again = console.get(ORDER)

    assert asked == [False, True]
    assert "signal hurry" in again.text


def test_task_lists_show_what_waits_and_who_was_there_last(open_console):
    """Each known list is shown with its tasks, and who last took one from it."""
    page = open_console().get("/task-lists?domain=shop")

    rows = [words(row) for row in re.findall(r"<tr>\s*<td.*?</tr>", page.text, re.DOTALL)]
    assert [row.split()[0] for row in rows] == ["decisions", "packing", "parcels", "work"]
    assert "decider@web-1" in rows[0]
    assert rows[1].split()[1:3] == ["0", "1"]
    assert "worker@web-2" in rows[3]


def test_types_are_listed(open_console):
    """Workflow types and activity types have a page."""
    told = words(open_console().get("/types?domain=shop").text)

    assert "parcel 1 2026-11-21" in told
    assert "resize 1 2026-11-21" in told


@pytest.mark.parametrize(
    ("url", "status", "told"),
    [
        ("/execution?domain=shop&id=nobody", 404, "no execution has the workflow id"),
        ("/execution?domain=shop&id=order-17&run=none", 404, "UnknownResourceFault"),
        ("/?domain=nowhere", 404, "UnknownResourceFault"),
        ("/execution?domain=shop", 400, "workflow_id"),
        (f"/?id={'x' * 300}", 400, "workflow_id"),
        ("/nothing", 404, "Not Found"),
        ("/static/../app.py", 404, "Not Found"),
        ("/static/app.py", 404, "not found"),
    ],
)
def test_what_is_not_there_is_told(open_console, url, status, told):
    """A page that cannot be made says why, with a matching status."""
    page = open_console().get(url)

    assert (page.status, told in html.unescape(page.text)) == (status, True)


def test_a_service_without_domains_is_told(open_console, shop):
    """A new service has nothing to show yet, and the page says what to do first."""
    shop.boto.deprecate_domain(name=DOMAIN)

    page = open_console().get("/")

    assert page.status == 200
    assert "No domain yet" in page.text


def test_a_service_that_is_gone_is_told(open_console, shop):
    """While the service cannot be reached, the page says so."""

    def unreachable(**_):
        from botocore.exceptions import EndpointConnectionError

        raise EndpointConnectionError(endpoint_url="http://gone")

    shop.boto.meta.events.register("before-call.swf", unreachable)

    page = open_console().get("/")

    assert page.status == 502
    assert "Could not connect" in page.text


def test_several_domains_can_be_chosen(open_console, shop):
    """With more than one domain there is a choice."""
    shop.boto.register_domain(name="attic", workflowExecutionRetentionPeriodInDays="7")

    page = open_console(domain="shop").get("/")

    assert "<option>attic</option>" in page.text
    assert "<option selected>shop</option>" in page.text
    assert ids(page) == ["parcel-17", "order-17"]
