"""The console in a real Chromium: each page on desktop and phone, forms, refresh, attacks."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from shutil import which
from urllib.parse import quote

import pytest

from py_swf.decisions import ScheduleActivityTask
from tests.console.served import client_of, serving

pytestmark = pytest.mark.browser

HOSTILE = '"><script>document.title = "stolen"<b onload=x>&'
_BAD = ("error", "warning")
PAGES = ["/?status=all", "/execution?id=order-17", "/task-lists", "/types", "/execution?id=nobody"]
PAGES += ["/act?what=signal&domain=shop&id=order-17", "/act?what=terminate&domain=shop&id=order-17"]
PAGES += [f"/execution?id={quote(HOSTILE)}", f"/?id={quote(HOSTILE)}", "/login"]


@pytest.fixture(scope="module")
def boto_and_url():
    with serving() as url:
        boto = client_of(url)
        boto.register_activity_type(domain="shop", name="pack", version="1")
        for workflow_id in ("order-17", HOSTILE):
            boto.start_workflow_execution(
                domain="shop",
                workflowId=workflow_id,
                workflowType={"name": "order", "version": "1"},
                input=HOSTILE,
                tagList=[HOSTILE],
            )
            decide(boto, schedule(workflow_id))
        yield boto, url


def schedule(activity_id):
    return ScheduleActivityTask(
        ("pack", "1"),
        activity_id,
        task_list="packing",
        schedule_to_start_timeout="NONE",
        schedule_to_close_timeout="NONE",
        start_to_close_timeout=60,
        heartbeat_timeout="NONE",
    )


def decide(boto, *decisions):
    task = boto.poll_for_decision_task(domain="shop", taskList={"name": "decisions"})
    boto.respond_decision_task_completed(
        taskToken=task["taskToken"], decisions=[decision.to_wire() for decision in decisions]
    )


@pytest.fixture
def url(boto_and_url):
    return boto_and_url[1]


@pytest.fixture
def boto(boto_and_url):
    return boto_and_url[0]


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium") or which("chromium-browser"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open pages; whatever a page complains of is in ``page.complaints``."""
    contexts = []

    def opening(width=1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda told: told.type in _BAD and page.complaints.append(told.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.set_default_timeout(15_000)
        return page

    yield opening
    for context in contexts:
        context.close()


def notices(page):
    """Return complaints, without Chromium's own note that an answer was not 200."""
    return [told for told in page.complaints if "Failed to load resource" not in told]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_each_page_fits_and_breaks_no_policy(open_page, url, path, width, scheme):
    """On a desktop and a phone nothing overflows, no script fails, and the policy holds."""
    page = open_page(width, color_scheme=scheme)
    page.goto(url + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    assert page.title() != "stolen"
    assert notices(page) == []


def test_the_reason_is_two_clicks_away(open_page, url):
    """One click on the first page leads to the sentence that says why the order is stuck."""
    page = open_page()
    page.goto(url)

    page.get_by_role("link", name="order-17").click()

    assert "no worker has taken it" in page.locator("section.waits").inner_text()
    assert page.locator("svg.swf-timeline").is_visible()


def test_all_can_be_read_without_javascript(open_page, url):
    """Lists, filters and events work in a browser that runs no script."""
    page = open_page(java_script_enabled=False)
    page.goto(url)
    page.get_by_label("Workflow id").fill("order-*")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="order-17").click()
    page.locator("#event-1 summary").click()

    assert "WorkflowExecutionStarted" in page.locator("#event-1").inner_text()
    assert page.locator("#event-1 dl").is_visible()
    assert page.locator("button.live").is_hidden()


def test_a_page_refreshes_by_itself_and_keeps_what_is_open(open_page, url, boto):
    """New events appear without a reload; open details stay open."""
    page = open_page()
    page.goto(f"{url}/execution?id=order-17")
    page.locator("#event-1 summary").click()

    boto.signal_workflow_execution(domain="shop", workflowId="order-17", signalName="hurry-up")

    page.get_by_text("signal hurry-up").first.wait_for()
    assert page.locator("#event-1 details").get_attribute("open") is not None
    assert notices(page) == []


def test_nobody_is_disturbed_while_typing(open_page, url, boto):
    """The page does not refresh while somebody types in it, or when live mode is off."""
    page = open_page()
    page.clock.install()
    page.goto(f"{url}/execution?id=order-17")
    asked = []
    # a browser asks for the icon in its own time
    page.on("request", lambda request: "/static/" in request.url or asked.append(request.url))

    page.keyboard.press("/")
    page.keyboard.type("pack")
    page.clock.run_for(10_000)
    assert page.get_by_label("Search").input_value() == "pack"
    assert asked == []

    page.locator("h1").click()
    page.get_by_role("button", name="Live").click()
    page.clock.run_for(10_000)
    assert asked == []

    page.get_by_role("button", name="Live").click()
    with page.expect_request("**/execution?id=order-17"):
        page.clock.run_for(4_000)


def test_a_lost_service_is_shown(open_page, url):
    """When the server does not answer, the page says so, and keeps what it shows."""
    page = open_page()
    page.goto(f"{url}/execution?id=order-17")
    page.route("**/execution*", lambda route: route.abort())

    page.locator("button.live.lost").wait_for()
    assert page.locator("svg.swf-timeline").is_visible()


def test_forms_work_by_keyboard(open_page, url, boto):
    """A signal is sent with the keyboard alone, after a page that asks."""
    page = open_page()
    page.goto(f"{url}/execution?id=order-17")
    page.get_by_role("link", name="Send a signal").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name").wait_for()
    page.keyboard.type("gift-wrap")
    page.keyboard.press("Enter")

    page.get_by_text("signal gift-wrap").first.wait_for()
    assert "/execution?" in page.url


def test_an_execution_can_be_terminated(open_page, url, boto):
    """After confirmation it is closed, and no more actions are offered."""
    boto.start_workflow_execution(
        domain="shop", workflowId="unwanted", workflowType={"name": "order", "version": "1"}
    )
    page = open_page(390)
    page.goto(f"{url}/execution?id=unwanted")
    page.get_by_role("link", name="Terminate").click()
    page.get_by_label("Reason").fill("sold out")
    page.get_by_role("button", name="Terminate").click()

    assert page.locator(".heading .status").inner_text() == "terminated"
    assert "sold out" in page.locator("main").inner_text()
    assert page.get_by_role("link", name="Terminate").count() == 0


ATTACK = """<!doctype html><title>attack</title>
<form method="post" action="{url}/act">
<input name="what" value="terminate"><input name="domain" value="shop">
<input name="id" value="order-17"><input name="form_key" value="guessed">
</form>
<iframe src="{url}/execution?id=order-17"></iframe>
<script>
const told = [];
const tell = (name) => (value) => {{ told.push(name + ": " + value); }};
const read = fetch("{url}/execution?id=order-17").then((a) => a.text());
const call = fetch("{url}/", {{
  method: "POST",
  headers: {{ "X-Amz-Target": "SimpleWorkflowService.TerminateWorkflowExecution" }},
  body: JSON.stringify({{ domain: "shop", workflowId: "order-17" }}),
}});
Promise.allSettled([
  read.then(tell("read"), tell("refused")),
  call.then(tell("called"), tell("refused")),
]).then(() => {{ document.title = told.join("|"); }});
</script>"""


@pytest.fixture
def attacker(url):
    class Attack(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(ATTACK.format(url=url).encode())

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Attack) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_a_page_of_another_origin_reads_and_changes_nothing(open_page, url, boto, attacker):
    """A foreign page can neither fetch, call the service, send a form nor embed a frame."""
    page = open_page()
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto(attacker)
    page.wait_for_function("document.title != 'attack'")
    assert page.title() == "refused: TypeError: Failed to fetch|refused: TypeError: Failed to fetch"
    page.evaluate("setTimeout(() => document.forms[0].submit())")
    page.wait_for_url(f"{url}/act")

    assert "must be sent from a page of this server" in page.content()
    boto_infos = boto.list_open_workflow_executions(
        domain="shop", startTimeFilter={"oldestDate": 0}, executionFilter={"workflowId": "order-17"}
    )["executionInfos"]
    assert len(boto_infos) == 1
    assert " ".join(page.complaints).count("CORS policy") >= 2
