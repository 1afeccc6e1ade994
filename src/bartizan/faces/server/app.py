"""HTTP over the standard library: requests in, answers out, nothing but loopback."""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bartizan.faces.server import guard, pages
from bartizan.faces.server.guard import Guard, Refused
from bartizan.faces.server.routes import JSON, Answer, Site, as_json
from bartizan.ground.errors import ResultsError, UserError

LOOPBACK = "127.0.0.1"
#: Seconds that a connection may be silent; and bytes of a refused body that are read, so that the answer gets through.
SILENT_S, DRAINED = 60, 8_000_000


class Server(ThreadingHTTPServer):
    """The viewer's server; `url` is the address to open."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two servers have one port

    def __init__(self, site: Site, port: int) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.site = site
        self.guard = Guard(self.server_address[1])
        self.headers = guard.headers(guard.policy(pages.index().decode()))

    @property
    def url(self) -> str:
        return self.guard.url

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@contextmanager
def listening(site: Site, port: int = 0) -> Iterator[Server]:
    """A server that has its port, a free one for 0. Raises UserError if the port is taken."""
    try:
        server = Server(site, port)
    except OSError as error:
        raise UserError(f"cannot listen on port {port}: {error.strerror}; leave out --port for a free one") from None
    with server:
        try:
            yield server
        finally:
            site.close()


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "bartizan", ""
    timeout = SILENT_S

    def do_GET(self) -> None:
        """Answer, or say why not."""
        try:
            parts = self.server.guard.admitted(self.path, self.headers)
            body = self._body()
            answer = self.server.site.answer(self.command, parts, self.path.partition("?")[2], body)
        except Refused as refused:
            self._refuse(refused.status, refused.reason, refused.headers)
        except ResultsError as error:
            self._refuse(HTTPStatus.CONFLICT, str(error))
        except UserError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        except Exception as error:
            self._report(error)
        else:
            self._send(answer)

    do_POST = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_GET

    def _body(self) -> Any:
        """What was posted. What follows any other request is not read as the next one. Raises Refused."""
        if self.command != "POST":
            self.close_connection |= "Content-Length" in self.headers or "Transfer-Encoding" in self.headers
            return None
        text = self.rfile.read(guard.body_length(self.headers))
        try:
            return json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise Refused(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {error}") from None

    def _report(self, error: Exception) -> None:
        """A mistake of ours: the trace on the terminal, a sentence in the page."""
        traceback.print_exception(error)
        said = f"our mistake: {type(error).__name__}; the terminal of bartizan serve says more"
        self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, said)

    def _refuse(self, status: HTTPStatus, reason: str, headers: Mapping[str, str] | None = None) -> None:
        self.close_connection = True
        self._send(Answer(as_json({"error": reason}), JSON, headers or {}, status))
        self._drain()

    def _drain(self) -> None:
        """Read what is left of a refused body: closing with bytes unread would reset the connection, and the answer
        with it."""
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(1.0)
        left = DRAINED
        while left > 0 and (chunk := self.rfile.read1(65536)):
            left -= len(chunk)

    def _send(self, answer: Answer) -> None:
        whole = isinstance(answer.body, bytes)
        self.close_connection = self.close_connection or not whole
        self.send_response(answer.status)
        for name, value in {**self.server.headers, "Content-Type": answer.media, **answer.headers}.items():
            self.send_header(name, value)
        if whole:
            self.send_header("Content-Length", str(len(answer.body)))  # type: ignore[arg-type]
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if isinstance(answer.body, bytes):
            if self.command != "HEAD":
                self.wfile.write(answer.body)
        else:
            self._stream(answer.body)

    def _stream(self, lines: Iterator[bytes]) -> None:
        """Lines as they come, until they end or nobody reads them any more."""
        try:
            for line in lines:
                if self._is_gone():
                    return
                self.wfile.write(line)
        finally:
            lines.close()  # type: ignore[attr-defined]

    def _is_gone(self) -> bool:
        """Whether the browser has closed its end."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses by itself, in our form."""
        status = HTTPStatus(code)
        self._refuse(status, f"{message or status.phrase}")

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps quiet: the terminal is for the address, and for mistakes of ours."""


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not allowed; numbers must be finite")
