"""Who may read a page, who may change something, and what a page may do."""

import re

import pytest

from py_swf.console.settings import Settings
from tests.timeline.stories import DOMAIN

ORDER = {"domain": DOMAIN, "id": "order-17"}


def form_of(console, action, **fields):
    """Fill in the form of an action, as a reader of its page would."""
    page = console.get(f"/act?what={action}&domain=shop&id=order-17")
    assert page.status == 200
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    return {**hidden, **fields}


def last_event(shop):
    return shop.swf.history("order-17")[-1]


@pytest.mark.parametrize(
    ("what", "fields", "event_type"),
    [
        ("signal", {"signal_name": "gift-wrap", "input": "a\r\nb"}, "WorkflowExecutionSignaled"),
        ("cancel", {}, "WorkflowExecutionCancelRequested"),
        ("terminate", {"reason": "sold out"}, "WorkflowExecutionTerminated"),
    ],
)
def test_a_form_does_what_it_says(open_console, shop, what, fields, event_type):
    """Each action has a page that asks for confirmation; its form acts, and leads back."""
    console = open_console(allow_changes=True)

    answer = console.post("/act", form_of(console, what, **fields))

    assert answer.status == 303
    assert answer.headers["location"].startswith("/execution?domain=shop&id=order-17")
    event = [e for e in shop.swf.history("order-17") if e["eventType"] == event_type][-1]
    if what == "signal":
        told = event["workflowExecutionSignaledEventAttributes"]
        assert (told["signalName"], told["input"]) == ("gift-wrap", "a\nb")


def test_it_only_reads_unless_changes_are_allowed(open_console, shop):
    """Without --allow-changes there is no button, no form, and a form from elsewhere is refused."""
    allowed, console = open_console(allow_changes=True), open_console()
    before = last_event(shop)

    page = console.get("/execution?domain=shop&id=order-17")
    form = console.get("/act?what=terminate&domain=shop&id=order-17")
    answer = console.post("/act", form_of(allowed, "terminate"))

    assert "/act?" not in page.text
    assert (form.status, answer.status) == (403, 403)
    assert last_event(shop) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "", "sec_fetch_site": "cross-site"},
        {"origin": "", "sec_fetch_site": "same-site"},
    ],
    ids=str,
)
def test_a_form_from_another_origin_is_refused(open_console, shop, headers):
    """Even with the right key, a form that another page sends changes nothing."""
    console = open_console(allow_changes=True)
    form, before = form_of(console, "terminate"), last_event(shop)

    answer = console.post("/act", form, **headers)

    assert answer.status == 403
    assert last_event(shop) == before


@pytest.mark.parametrize("key", [None, "", "wrong", "ü"])
def test_a_form_without_the_key_is_refused(open_console, shop, key):
    """A form must carry the secret that only pages of this console have."""
    console = open_console(allow_changes=True)
    form, before = form_of(console, "terminate"), last_event(shop)
    form.pop("form_key")

    answer = console.post("/act", form if key is None else {**form, "form_key": key})

    assert answer.status == 403
    assert last_event(shop) == before


def test_nothing_is_changed_by_reading(open_console, shop):
    """No action is taken by a GET, whatever its query says."""
    console = open_console(allow_changes=True)
    form, before = form_of(console, "terminate"), last_event(shop)

    console.get("/act?" + "&".join(f"{name}={value}" for name, value in form.items()))

    assert last_event(shop) == before


@pytest.mark.parametrize(
    ("what", "fields", "status"),
    [
        ("signal", {"signal_name": ""}, 400),
        ("signal", {"signal_name": "x" * 300}, 400),
        ("terminate", {"id": "nobody"}, 404),
        ("terminate", {"what": "explode"}, 400),
        ("signal", {"signal_name": "s", "input": "x" * 600_000}, 403),
    ],
)
def test_a_form_that_cannot_be_is_refused(open_console, shop, what, fields, status):
    """The contents of a form are checked."""
    console = open_console(allow_changes=True)
    before = last_event(shop)

    answer = console.post("/act", form_of(console, what, **fields))

    assert answer.status == status
    assert last_event(shop) == before


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:4581", 200),
        ("localhost:4581", 200),
        ("[::1]:4581", 200),
        ("192.168.1.5:4581", 200),
        ("console.example", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
        ("[", 421),
        ("127.1", 421),
    ],
)
def test_a_foreign_host_is_not_answered(open_console, host, status):
    """A name that was pointed at this machine from outside reads nothing."""
    console = open_console(host_names=("Console.example",))

    assert console.get("/", host=host).status == status


def test_every_answer_has_a_strict_policy(open_console):
    """Nothing is fetched from elsewhere, no inline script or style runs, no frame shows it."""
    console = open_console()

    for url in ("/", "/execution?domain=shop&id=order-17", "/nothing", "/static/console.js"):
        headers = console.get(url).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_pages_keep_to_the_policy(open_console):
    """No page has an inline script, style or handler, or names another server."""
    console = open_console(allow_changes=True)
    urls = ["/", "/execution?domain=shop&id=order-17", "/task-lists", "/types"]
    urls += ["/act?what=signal&domain=shop&id=order-17", "/static/console.js"]
    urls += ["/static/console.css", "/login"]

    for url in urls:
        text = console.get(url).text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:|https?://|url\(", text), url
        assert not re.search(r"<script(?! src=\"/static/console\.js\")", text), url


def test_hostile_text_is_only_text(open_console, shop):
    """Text that looks like markup in ids, names, reasons and inputs is shown as text."""
    hostile = '"><script>alert(1)<b onload=x>&'
    shop.boto.start_workflow_execution(
        domain=DOMAIN,
        workflowId=hostile,
        workflowType={"name": "order", "version": "1"},
        tagList=[hostile],
        input=hostile,
        taskList={"name": "<script>"},
    )
    shop.boto.signal_workflow_execution(
        domain=DOMAIN, workflowId=hostile, signalName=hostile, input=hostile
    )
    console = open_console(allow_changes=True)
    quoted = "%22%3E%3Cscript%3Ealert(1)%3Cb%20onload%3Dx%3E%26"

    pages = [
        console.get(url).text
        for url in (
            "/",
            f"/?id={quoted}&tag={quoted}&type={quoted}",
            f"/execution?domain=shop&id={quoted}",
            f"/execution?domain=shop&id=order-17&q={quoted}",
            f"/execution?domain=shop&id=no{quoted}",
            f"/act?what=signal&domain=shop&id={quoted}",
            f"/act?what={quoted}",
            f"/?domain={quoted}",
            "/task-lists",
        )
    ]

    assert not [page for page in pages if "<script>" in page or "<b onload" in page]
    assert "&lt;script&gt;alert(1)" in pages[0]
    assert "&lt;script&gt;alert(1)" in pages[2]


def test_beyond_loopback_a_token_is_needed(open_console):
    """A reader without the token sees only the page that asks for it."""
    with pytest.raises(ValueError, match=r"on 0\.0\.0\.0 the console can be reached from other"):
        Settings(host="0.0.0.0")
    console = open_console(host="0.0.0.0", token="open sesame")

    for url in ("/", "/execution?domain=shop&id=order-17", "/task-lists", "/act?what=signal"):
        answer = console.get(url)
        assert (answer.status, answer.headers["location"], answer.text) == (303, "/login", "")
    assert console.get("/login").status == 200
    assert console.get("/static/console.css").status == 200


def test_the_token_opens_the_console(open_console):
    """The right token gives a cookie that is neither the token nor readable by scripts."""
    console = open_console(host="0.0.0.0", token="open sesame")

    wrong = console.post("/login", {"token": "open barley"})
    right = console.post("/login", {"token": "open sesame"})
    cookie = right.headers["set-cookie"]

    assert (wrong.status, right.status) == (403, 303)
    assert "set-cookie" not in wrong.headers
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "sesame" not in cookie
    assert console.get("/", cookie=cookie.split(";")[0]).status == 200
    assert console.get("/", cookie="py_swf_console=wrong").status == 303


def test_without_a_token_there_is_nothing_to_log_in_to(open_console):
    """On loopback no token is set, and none is accepted."""
    assert open_console().post("/login", {"token": ""}).status == 403


def test_the_secret_is_not_shown_by_accident():
    """The settings can be logged."""
    assert "sesame" not in repr(Settings(host="0.0.0.0", token="open sesame"))
