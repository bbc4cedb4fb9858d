"""Take the pictures of the console that the pages show: ``python docs/take_pictures.py [FOLDER]``.

The orders are those of the tests, at the same time each day, so the pictures change only when the
console does. Needs playwright and Chromium, as the tests of the console do.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

import uvicorn
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from py_swf.console.app import make_console  # noqa: E402
from py_swf.console.reader import Reader  # noqa: E402
from py_swf.console.settings import Settings  # noqa: E402
from py_swf.decisions import CompleteWorkflowExecution, FailWorkflowExecution  # noqa: E402
from tests.timeline.stories import DOMAIN, Story, stuck_order  # noqa: E402

ORDER = {"name": "order", "version": "1"}
#: name -> where the page is, and how high the picture of a desk and of a phone
PICTURES = {
    "console-executions": ("/?status=all", 460, 720),
    "console-execution": ("/execution?id=order-17", 860, 1000),
}
#: the same page on a phone: ``narrow.css`` shows it there in place of the other
PHONE = "_static/{}-phone.png"


def shop() -> Story:
    """Return a shop with an order that is stuck, and some others."""
    story = stuck_order()
    for number, decision in (
        (18, CompleteWorkflowExecution("sent")),
        (19, FailWorkflowExecution("NoTea", "none left")),
        (20, None),
        (21, None),
    ):
        story.boto.start_workflow_execution(
            domain=DOMAIN,
            workflowId=f"order-{number}",
            workflowType=ORDER,
            tagList=["gift"] if number % 2 else ["loose", "tea"],
        )
        story.after(1)
        if decision is not None:
            story.decide(decision)
        story.after(30)
    return story


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve the pages in a thread; yield their address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def main() -> None:
    """Take each picture, of a desk and of a phone; into FOLDER whole, in light and in dark."""
    story = shop()
    folder = Path(sys.argv[1]) if sys.argv[1:] else None
    console = make_console(Reader(story.boto, lambda: story.now), Settings(allow_changes=True))
    shots = [(1100, "light", "pictures/{}.png"), (390, "light", PHONE)]
    if folder:
        shots = [(w, s, f"{{}}-{w}-{s}.png") for w in (1280, 390) for s in ("light", "dark")]
    with served(console) as url, sync_playwright() as playwright:
        program = which("chromium") or which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for width, scheme, file in shots:
            for name, (page_url, *heights) in PICTURES.items():
                size: Any = {"width": width, "height": heights[width < 500]}
                page = browser.new_page(viewport=size, color_scheme=scheme)
                page.goto(f"{url}{page_url}")
                path = (folder or ROOT / "docs") / file.format(name)
                page.screenshot(path=path, full_page=bool(folder))
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
