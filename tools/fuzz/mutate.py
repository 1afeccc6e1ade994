"""Odd inputs made of good ones: trees with a value changed, bytes damaged, requests misspelt."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

#: What takes the place of a value.
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2, 0.5, 1e-9, 1e9, 1e300, -1e300, float("nan"), 2**62, 10**30, "", "nan", "1e3", "-5 m",
    "12 km", "90 deg", "\x1b[2J", "\u202e", "=cmd", "a" * 300, "../../etc/passwd", [], {}, [[]],
    {"low": 1, "high": 0}, {"low": 0, "high": 1e9}, {"distribution": "normal", "mean": 0, "sd": 1e9},
    {"either": [1, 2]}, {"same_as": "network/delay"}, "shahed-136", "gepard",
)  # fmt: skip


def tree(good: Any, rng: random.Random, most: int = 3) -> Any:
    """A copy with one to `most` values replaced, left out, doubled, renamed or scaled."""
    made = copy.deepcopy(good)
    for _ in range(rng.randint(1, most)):
        places = list(_places(made))
        if places:
            _change(*rng.choice(places), rng)
    return made


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a tree with each of its keys."""
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _places(node[key])


def _change(owner: Any, key: Any, rng: random.Random) -> None:
    how, value = rng.randrange(6), owner[key]
    if how == 0:
        del owner[key]
    elif how == 1 and isinstance(owner, list):
        owner.extend([copy.deepcopy(value)] * rng.choice((1, 2, 50)))
    elif how == 1:
        owner[str(key)[::-1] + rng.choice(("", "x", "\x00"))] = value
    elif how == 2 and isinstance(value, int | float) and not isinstance(value, bool):
        owner[key] = value * rng.choice((-1, 0, 0.5, 2, 10, 1e3, 1e6, 1e-6))
    else:
        owner[key] = copy.deepcopy(rng.choice(ODD))


def garbled(good: bytes, rng: random.Random) -> bytes:
    """Bytes that are flipped, cut off, doubled, zeroed or moved."""
    made = bytearray(good)
    for _ in range(rng.randint(1, 8)):
        if not made:
            break
        at, long = rng.randrange(len(made)), rng.choice((1, 2, 4, 64, 1024))
        how = rng.randrange(5)
        if how == 0:
            made[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            del made[at:]
        elif how == 2:
            made[at : at + long] = bytes(rng.randrange(256) for _ in made[at : at + long])
        elif how == 3:
            made[at : at + long] = bytes(len(made[at : at + long]))
        else:
            made[at:at] = made[at : at + long]
    return bytes(made)


def request(root: str, port: int, rng: random.Random) -> bytes:
    """Bytes that are nearly an HTTP request."""
    method = rng.choice(("GET", "POST", "HEAD", "PUT", "BREW", "get", ""))
    path = rng.choice(
        (
            "",
            "api/view",
            "api/raids",
            "api/replay",
            "api/coverage",
            "api/scenario",
            "api/answers",
            "viewer/main.js",
            "../x",
            "%00",
            "%zz",
            "tiles/1/1/1",
        )
    )
    query = rng.choice(
        (
            "",
            "?",
            "?case=x&world=-1",
            "?case=one&world=0&raid=0",
            "?world=nan",
            "?altitude=1e999",
            "?" + "a=b&" * 50,
            "?x=%ff",
        )
    )
    body = rng.choice(
        (
            b"",
            b"{}",
            b"[1]",
            b'{"name": 1, "changes": {}}',
            b'{"name": "a", "changes": [{}]}',
            b"{" * 2000,
            b"\xff",
            b'{"a": NaN}',
        )
    )
    host = rng.choice(
        (f"127.0.0.1:{port}", f"127.0.0.1:{port}", f"127.0.0.1:{port}", "localhost:9000", "[::1]", "evil.example", "")
    )
    length = rng.choice((len(body), len(body), len(body), len(body) // 2, -1, "x", 10**9))
    media = rng.choice(("application/json", "application/json", "text/plain", ""))
    start = f"{method} {root if rng.random() < 0.9 else '/'}{path}{query} HTTP/1.{rng.choice('01129')}"
    head = f"{start}\r\nHost: {host}\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n\r\n"
    made = head.encode() + body
    return garbled(made, rng) if rng.random() < 0.3 else made
