// The page refreshes itself: it is fetched again, and the new content replaces the old.
// Everything can be read without this script.
"use strict";

const seconds = Number(document.body.dataset.refresh);
const button = document.querySelector("button.live");
let last = "";

function isBusy() {
  // Do not disturb anybody who is typing or selecting text.
  const active = document.activeElement;
  const typing = active && active.matches("input, select, textarea");
  const selecting = String(window.getSelection());
  return Boolean(typing || selecting);
}

function keyOf(details) {
  const item = details.closest("[id]");
  const summary = details.querySelector("summary");
  return (item && item.id.startsWith("event-") ? item.id : "") + "|" + (summary ? summary.textContent : "");
}

function replaceMain(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const main = document.querySelector("main");
  const next = fresh.querySelector("main");
  if (!main || !next) return;
  const open = new Map([...main.querySelectorAll("details")].map((d) => [keyOf(d), d.open]));
  for (const details of next.querySelectorAll("details")) {
    if (open.has(keyOf(details))) details.open = open.get(keyOf(details));
  }
  const focused = document.activeElement && document.activeElement.closest("main a, main summary");
  const index = focused ? [...main.querySelectorAll("a, summary")].indexOf(focused) : -1;
  main.replaceChildren(...next.childNodes);
  if (index >= 0) {
    const again = main.querySelectorAll("a, summary")[index];
    if (again) again.focus({ preventScroll: true });
  }
  const footer = document.querySelector("footer");
  if (footer) footer.replaceChildren(...fresh.querySelector("footer").childNodes);
  document.title = fresh.title;
  if (!fresh.body.dataset.refresh) stop();
}

async function refresh() {
  if (document.hidden || isBusy() || button.getAttribute("aria-pressed") !== "true") return;
  try {
    const answer = await fetch(location.href.split("#")[0], { headers: { "X-Refresh": "1" } });
    const text = await answer.text();
    if (answer.ok && text !== last) {
      last = text;
      replaceMain(text);
    }
    button.classList.toggle("lost", !answer.ok);
  } catch {
    button.classList.add("lost");
  }
}

let timer = 0;

function stop() {
  clearTimeout(timer);
  timer = 0;
  button.hidden = true;
}

async function again() {
  await refresh();
  if (!button.hidden) timer = setTimeout(again, seconds * 1000);
}

if (seconds > 0) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", String(!isOn));
  });
  timer = setTimeout(again, seconds * 1000);
}

// "/" goes to the first field, as on many pages.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, select, textarea")) return;
  const field = document.querySelector("[data-first]");
  if (field) {
    event.preventDefault();
    field.focus();
  }
});
