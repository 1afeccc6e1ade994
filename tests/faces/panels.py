"""What tests of the panels share: a page on a bench, and snippets that run in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.faces.browser import Browser, Page, served

from bartizan.faces import server

#: Names that the snippets below may use.
PRELUDE = """
  const store = window.bartizan.store;
  const $ = (query) => document.querySelector(query);
  const all = (query) => [...document.querySelectorAll(query)];
  const frame = () => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 30));
  const press = (key, more = {}) =>
    (document.activeElement ?? document.body).dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  const type = (input, value) => { input.value = value; input.dispatchEvent(new Event("change", { bubbles: true })); };
"""


def run(page: Page, body: str, *values: Any) -> Any:
    """What the body of an async function returns in the page; `values` stand there as `values`."""
    return page.evaluate(f"(async () => {{ {PRELUDE} const values = {json.dumps(values)}; {body} }})()")


def until(page: Page, condition: str) -> None:
    """Wait until an expression holds in the page."""
    page.until(f"Boolean(window.bartizan?.store && (() => {{ {PRELUDE} return {condition}; }})())")


@contextmanager
def opened(browser: Browser, bench: server.Bench, hash_: str = "") -> Iterator[Page]:
    """The page on a bench, when it stands."""
    page = browser.page()
    with served(bench) as url:
        page.open(url + hash_)
        until(page, "$('#strips')?.children.length && store.get('view')")
        until(page, "store.get('replay') || !store.get('view').results")
        yield page
        page.close()
