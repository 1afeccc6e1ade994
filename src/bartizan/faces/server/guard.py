"""Who may ask, and what their browser may do with the answer.

Any page of the web can send requests to a loopback address, and a name of its own can be made to point there. So an
address holds a token that nobody can guess, the Host must be a name of this machine and the Origin the same, and the
answers tell the browser to load nothing from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from urllib.parse import unquote

#: Largest body of a request.
MAX_BODY = 1_000_000
#: Names of this machine, with any port: through a tunnel (ssh -L) the browser knows another than ours.
OWN = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.ASCII)
IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)


class Refused(Exception):
    """A request that is not answered, with the status and the reason."""

    def __init__(self, status: HTTPStatus, reason: str, **headers: str) -> None:
        self.status, self.reason, self.headers = status, reason, headers
        super().__init__(reason)


@dataclass(frozen=True)
class Guard:
    """Knows the address that this server was started with."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.token}/"

    def admitted(self, target: str, headers: Message) -> tuple[str, ...]:
        """The parts of a request's path after the token, decoded. Raises Refused."""
        hosts, origins = headers.get_all("Host", []), headers.get_all("Origin", [])
        if len(hosts) != 1 or not OWN.fullmatch(host := hosts[0].strip().lower()):
            raise Refused(HTTPStatus.FORBIDDEN, "this server answers to 127.0.0.1, localhost and [::1] only")
        if any(origin.strip().lower() != f"http://{host}" for origin in origins):
            raise Refused(HTTPStatus.FORBIDDEN, "this server answers its own pages only")
        root, *parts = (unquote(part) for part in target.partition("?")[0].split("/"))
        given = parts.pop(0) if parts else ""
        if root or not secrets.compare_digest(given.encode("utf-8", "replace"), self.token.encode()):
            raise Refused(
                HTTPStatus.FORBIDDEN, "wrong or missing token: open the whole address that bartizan serve printed"
            )
        if not parts:
            raise Refused(HTTPStatus.PERMANENT_REDIRECT, "the address ends in a slash", Location=f"/{self.token}/")
        return tuple(parts)


def policy(page: str) -> str:
    """The content-security policy of a page: its own files, and the one inline script that is its import map."""
    scripts = " ".join(["'self'", *map(digest, IMPORT_MAP.findall(page))])
    return "; ".join((
        "default-src 'none'", f"script-src {scripts}", "worker-src 'self' blob:", "style-src 'self'",
        "img-src 'self' data: blob:", "connect-src 'self'", "font-src 'self'", "base-uri 'none'",
        "frame-ancestors 'none'", "form-action 'none'",
    ))  # fmt: skip


def digest(inline: str) -> str:
    """An inline script or style as a content-security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


def headers(content_policy: str) -> Mapping[str, str]:
    """What every answer carries."""
    return {
        "Content-Security-Policy": content_policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def body_length(given: Message) -> int:
    """The length of a request's body of JSON. Raises Refused."""
    if given.get_content_type() != "application/json":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json")
    length = given.get("Content-Length", "")
    if "Transfer-Encoding" in given or not re.fullmatch(r"[0-9]{1,12}", length):
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "the body needs a Content-Length")
    if int(length) > MAX_BODY:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {MAX_BODY:,} bytes")
    return int(length)
