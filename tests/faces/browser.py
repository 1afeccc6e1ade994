"""Drives Debian's chromium over its DevTools protocol: pages in a browser without a window, with software graphics.

The protocol goes over two pipes, so that neither a port nor a library for web sockets is needed. Every wait has an
end, and the browser goes with all that it started.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bartizan.faces import server
from bartizan.faces.server.tiles import Tiles

#: Seconds that the browser may take to start, to answer, and to end by itself.
START_S, ANSWER_S, END_S = 60.0, 240.0, 5.0
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions",
    "--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--remote-debugging-pipe",
)  # fmt: skip
#: The browser reads commands from file 3 and answers on file 4: becomes it with the files of the first two arguments
#: there, by way of copies, because either may be 3 or 4 itself.
START = """import os, sys
copies = [os.dup(int(a)) for a in sys.argv[1:3]]
copies = [os.dup(c) if c < 5 else c for c in copies]
for target, copy in zip((3, 4), copies): os.dup2(copy, target)
os.execv(sys.argv[3], sys.argv[3:])
"""
#: Numbers by which the browser's own controls know keys.
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
#: Addresses that leave no trace outside the browser.
INNER = ("data", "blob", "about")


class BrowserError(Exception):
    """The browser did not do what was asked: the page threw, or time ran out."""


def chromium() -> str | None:
    """Where chromium is, if it is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """A running chromium; `page` opens pages in it."""

    def __init__(self, process: subprocess.Popen[bytes], into: int, out: int) -> None:
        self.process, self._into = process, into
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}
        self._last = 0
        threading.Thread(target=self._read, args=(out,), daemon=True).start()

    def command(self, method: str, params: dict[str, Any], session: str = "", wait_s: float = ANSWER_S) -> Any:
        """The result of a command of the protocol. Raises BrowserError."""
        self._last += 1
        number = self._last
        waiting = self._answers[number] = queue.Queue()
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self._into, json.dumps(message).encode() + b"\0")
        try:
            answer = waiting.get(timeout=wait_s)
        except queue.Empty:
            raise BrowserError(f"no answer to {method} in {wait_s:g} s") from None
        finally:
            del self._answers[number]
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def page(self, width: int = 1280, height: int = 720, dark: bool = False) -> Page:
        """An empty page in a session of its own."""
        context = self.command("Target.createBrowserContext", {})["browserContextId"]
        target = self.command("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
        session = self.command("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = Page(self, session, target)
        self._pages[session] = page
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.command(f"{domain}.enable")
        page.resize(width, height, dark)
        return page

    def _read(self, out: int) -> None:
        rest = b""
        with suppress(OSError):
            while part := os.read(out, 1 << 16):
                *messages, rest = (rest + part).split(b"\0")
                for message in messages:
                    self._take(json.loads(message))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            waiting = self._answers.get(message["id"])
            if waiting:
                waiting.put(message)
        elif page := self._pages.get(message.get("sessionId", "")):
            page.heard(message["method"], message["params"])


class Page:
    """One page: what it asked for and complained of is kept in `requests` and `errors`."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self.browser, self.session, self.target = browser, session, target
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        self._loaded = threading.Event()

    def command(self, method: str, wait_s: float = ANSWER_S, **params: Any) -> Any:
        return self.browser.command(method, params, self.session, wait_s)

    def heard(self, method: str, params: dict[str, Any]) -> None:
        """Keep what an event of the protocol says."""
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.errors.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(params["message"])
        elif method == "Page.loadEventFired":
            self._loaded.set()

    def outside(self) -> list[str]:
        """Addresses that were asked for and are not on this machine."""
        parts = [(url, urlsplit(url)) for url in self.requests]
        return [u for u, p in parts if p.scheme not in INNER and p.hostname not in ("127.0.0.1", "localhost")]

    def resize(self, width: int, height: int, dark: bool = False) -> None:
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, url: str, wait_s: float = ANSWER_S) -> None:
        """Load a page afresh, until its modules have begun. Raises BrowserError."""
        # An address that differs in its hash alone would not be loaded again.
        self._go("about:blank", wait_s)
        for kept in (self.requests, self.errors, self.dialogs):
            kept.clear()
        self._go(url, wait_s)

    def _go(self, url: str, wait_s: float) -> None:
        self._loaded.clear()
        failed = self.command("Page.navigate", wait_s, url=url).get("errorText")
        if failed or not self._loaded.wait(wait_s):
            raise BrowserError(f"{url}: {failed or 'not loaded in time'}")

    def evaluate(self, script: str, wait_s: float = ANSWER_S) -> Any:
        """The value of an expression, awaited where it is a promise. Raises BrowserError with what the page threw."""
        said = self.command(
            "Runtime.evaluate", wait_s, expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if details := said.get("exceptionDetails"):
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return said["result"].get("value")

    def until(self, script: str, wait_s: float = ANSWER_S) -> Any:
        """The value of an expression once it is true. Raises BrowserError."""
        end = time.monotonic() + wait_s
        while not (value := self.evaluate(script)):
            if time.monotonic() > end:
                raise BrowserError(f"not true in {wait_s:g} s: {script}; the page says {self.errors}")
            time.sleep(0.05)
        return value

    def key(self, key: str, code: str = "", shift: bool = False) -> None:
        """Press and let go of a key."""
        text = key if len(key) == 1 else "\r" if key == "Enter" else None
        given = {
            "key": key,
            "code": code or key,
            "modifiers": 8 if shift else 0,
            "windowsVirtualKeyCode": KEYS.get(key, 0),
        }
        self.command("Input.dispatchKeyEvent", type="keyDown", **given, **({"text": text} if text else {}))
        self.command("Input.dispatchKeyEvent", type="keyUp", **given)

    def mouse(self, kind: str, x: float, y: float, pressed: bool = False) -> None:
        """`kind` is Pressed, Released or Moved."""
        held = {"button": "left", "buttons": 1, "clickCount": 1} if pressed or kind != "Moved" else {}
        self.command("Input.dispatchMouseEvent", type=f"mouse{kind}", x=x, y=y, **held)

    def click(self, x: float, y: float) -> None:
        self.mouse("Pressed", x, y)
        self.mouse("Released", x, y)

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        """Press at `start`, move in steps, let go at `end`."""
        self.mouse("Pressed", *start)
        for k in range(1, steps + 1):
            x, y = (a + (b - a) * k / steps for a, b in zip(start, end, strict=True))
            self.mouse("Moved", x, y, pressed=True)
        self.mouse("Released", *end)

    def screenshot(self, path: Path) -> None:
        """A PNG of what is on show."""
        picture = self.command("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(picture))

    def close(self) -> None:
        self.browser.command("Target.closeTarget", {"targetId": self.target})


@contextmanager
def served(bench: server.Bench, tiles: Tiles | None = None) -> Iterator[str]:
    """The address of the viewer's page on a bench, which answers until the block ends."""
    with server.listening(server.Viewer(bench, tiles)) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening.url
        listening.shutdown()


@contextmanager
def running(executable: str) -> Iterator[Browser]:
    """A chromium that is ready, with a folder of its own; all of it ends with the block. Raises BrowserError."""
    commands, into = os.pipe()
    out, answers = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        given = (executable, *OPTIONS, f"--user-data-dir={home}")
        process = subprocess.Popen(
            [sys.executable, "-c", START, str(commands), str(answers), *given], pass_fds=(commands, answers),
            start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(commands)
        os.close(answers)
        browser = Browser(process, into, out)
        try:
            browser.command("Browser.getVersion", {}, wait_s=START_S)
            yield browser
        finally:
            # Asked to close, it also waits for its own children; what is left then is killed.
            with suppress(BrowserError, OSError, subprocess.TimeoutExpired):
                browser.command("Browser.close", {}, wait_s=END_S)
                process.wait(timeout=END_S)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=START_S)
            os.close(into)
            os.close(out)
