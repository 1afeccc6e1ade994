"""Scenarios as YAML for people: numbers with their units, defaults left out, comments where they are asked for.

What is written reads back as the same numbers, to the bit.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

from bartizan.ground import units
from bartizan.world import reader
from bartizan.world.uncertain import Uncertain, as_written

WIDTH = 120
#: Units that numbers are written in; other dimensions are written bare, in SI units.
_METRIC: Mapping[str, tuple[str, ...]] = {
    "length": ("m", "km"),
    "time": ("s", "min", "h"),
    "speed": ("m/s", "km/h"),
    "acceleration": ("m/s2",),
    "angle": ("deg", "rad"),
    "area": ("m2",),
    "rate": ("1/s", "1/min"),
    "density": ("1/km2", "1/m2"),
    "decibel": ("dB",),
    "frequency": ("Hz", "kHz", "MHz", "GHz"),
    "power": ("W", "kW", "MW"),
    "rainfall": ("mm/h", "m/s"),
    "money": ("USD", "kUSD", "MUSD"),
}
#: Keys of a written number that are amounts of its dimension.
_AMOUNTS = {"value", "low", "likely", "high", "mean", "sd", "median"}
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9_./%-]*(?: [A-Za-z0-9_./%-]+)*")
_QUANTITY = re.compile(r"-?[0-9.]+(?:e-?[0-9]+)? [A-Za-z0-9/%]+")

Comments = Mapping[reader.Path, Sequence[str]]


def plain(value: Any) -> Any:
    """A model, or what is inside one, as what YAML holds: fields that are at their default are left out."""
    if isinstance(value, Uncertain):
        return _number(value)
    if isinstance(value, BaseModel):
        return {name: plain(item) for name, item in _stated(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _stated(model: BaseModel) -> Iterator[tuple[str, Any]]:
    """Fields that are not at their default."""
    for name, default in _defaults(type(model)).items():
        if (value := getattr(model, name)) != default:
            yield name, value


@cache
def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    return {name: field.get_default(call_default_factory=True) for name, field in model.model_fields.items()}


def _number(number: Uncertain) -> Any:
    written = as_written(number)
    if not isinstance(written, dict):
        return quantity(number.parameters[0], number.dimension)
    if number.law == "either":
        claims = written["either"].values()
        written["either"] = {
            str(quantity(v, number.dimension)): c for v, c in zip(number.parameters, claims, strict=True)
        }
        return written
    return {k: _amount(v, number.dimension) if k in _AMOUNTS else v for k, v in written.items()}


def _amount(written: float | str, dimension: str) -> float | str:
    return quantity(units.parse(written, dimension), dimension)


def quantity(value_si: float, dimension: str) -> float | str:
    """A number in the unit in which it has fewest digits and reads back to the bit; in SI units where there is none."""
    if dimension not in _METRIC:
        return int(value_si) if value_si == int(value_si) and abs(value_si) < 1e15 else value_si
    found = [text for unit in _METRIC[dimension] if (text := _exactly(value_si, dimension, unit))]
    return min(found, key=lambda text: text.index(" ")) if found else value_si


def _exactly(value_si: float, dimension: str, unit: str) -> str:
    """`value_si` in a unit with as few digits as it needs; nothing where no number of digits gives its bits."""
    for digits in (6, 15, 17):
        text = f"{value_si / units.UNITS[dimension][unit]:.{digits}g} {unit}"
        if units.parse(text, dimension) == value_si:
            return text
    return ""


# ---------------------------------------------------------------------------------------------------- the text


def text(content: Mapping[str, Any], head: Sequence[str] = (), comments: Comments | None = None) -> str:
    """`content`, which is plain, as YAML: below the comment `head`, with comments above the values at their paths."""
    notes = comments or {}
    parts = ["\n".join(_block({key: value}, (), notes)) for key, value in content.items()]
    written = "\n".join(_comment(head))
    for before, part in itertools.pairwise((written, *parts)):
        written += ("\n\n" if "\n" in before + part else "\n") + part
    return written.lstrip("\n") + "\n"


def _comment(told: Sequence[str]) -> list[str]:
    """Lines of a comment: one or more for each text, the further ones indented."""
    lines: list[str] = []
    for each in told:
        indent = re.match(r" *", each)[0]  # type: ignore[index]
        clean = "".join(ch if ch.isprintable() else "�" for ch in each)
        lines += textwrap.wrap(clean, WIDTH - 2, subsequent_indent=f"{indent}  ", break_on_hyphens=False) or [""]
    return [f"# {line}".rstrip() for line in lines]


def _block(value: Any, path: reader.Path, comments: Comments) -> list[str]:
    """The lines of a mapping or a list that holds something."""
    rows = value.items() if isinstance(value, Mapping) else enumerate(value)
    lines = []
    for key, item in rows:
        head = f"{scalar(key)}:" if isinstance(value, Mapping) else "-"
        lines += _comment(comments.get((*path, key), ()))
        lines += _entry(head, item, (*path, key), comments)
    return lines


def _entry(head: str, item: Any, path: reader.Path, comments: Comments) -> list[str]:
    room = WIDTH - 2 * len(path) - len(head)
    if not any(inner[: len(path)] == path and inner != path for inner in comments):
        line = _flow(item)
        if len(line) <= room or not isinstance(item, dict | list | str) or not item:
            return [f"{head} {line}"]
    if isinstance(item, str):
        folded = _folded(item, room + len(head))
        return [f"{head} >-", *(f"  {line}" for line in folded)] if folded else [f"{head} {_flow(item)}"]
    inner = _block(item, path, comments)
    if head == "-":
        return [f"- {inner[0]}", *(f"  {line}" for line in inner[1:])]
    return [head, *(f"  {line}" for line in inner)]


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A number, a constant or text as one line of YAML."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    return value if reader.is_text(value) and _is_plain(value) else _quoted(value)


def _is_plain(value: str) -> bool:
    """Whether text means itself without quotes, also to readers of older YAML."""
    words = _WORDS.fullmatch(value) and value.lower() not in ("y", "n", "yes", "no", "on", "off")
    return bool(words or _QUANTITY.fullmatch(value))


def _quoted(value: str) -> str:
    return '"' + "".join(_escaped(ch) for ch in value) + '"'


def _escaped(ch: str) -> str:
    if ch in '"\\':
        return f"\\{ch}"
    if ch.isprintable():
        return ch
    code = ord(ch)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _folded(value: str, width: int) -> list[str]:
    """Lines of a folded block, which reads back with a blank for each end of a line; none where it would not."""
    if not value.isprintable() or "  " in value or value.strip() != value:
        return []
    return textwrap.wrap(value, max(width, 40), break_long_words=False, break_on_hyphens=False)
