"""A number that may be uncertain: how it is written, what it may be, and its quantile function."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bartizan.ground import units

#: distribution name -> the parameters that it needs, in the order that `Uncertain.parameters` keeps them
DISTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "likely", "high"),
    "loguniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "spread"),
    "beta": ("a", "b"),
}

_NOTES = {"claims", "sources", "grade", "note"}


@dataclass(frozen=True)
class Uncertain:
    """A number of one dimension, certain or not, in SI units.

    `law` is "fixed", "either", "same_as" or a name in DISTRIBUTIONS. For "either", `parameters` are
    the values and `support[i]` the claims behind value i; each value is equally likely. Where a normal
    or lognormal is written with `low` or `high`, draws are truncated there.
    """

    dimension: str
    law: str
    parameters: tuple[float, ...]
    same_as: str | None = None
    bounds: tuple[float, float] = (-math.inf, math.inf)
    claims: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    grade: str | None = None
    note: str | None = None
    support: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def is_fixed(self) -> bool:
        return self.law == "fixed"

    @property
    def likely(self) -> float:
        """The most likely value, or the middle one where no value is."""
        if self.law == "triangular":
            return self.parameters[1]
        return float(self.quantile(np.array([0.5]))[0])

    @property
    def span(self) -> tuple[float, float]:
        """Lowest and highest value; the central 98 % where the law is unbounded."""
        if self.law in ("fixed", "either"):
            return min(self.parameters), max(self.parameters)
        low, high = self.quantile(np.array([0.0, 1.0]) if self.law not in _UNBOUNDED else np.array([0.01, 0.99]))
        return float(low), float(high)

    def quantile(self, probability: np.ndarray) -> np.ndarray:
        """The value below which the number lies with each given probability (same shape)."""
        if self.law == "same_as":
            raise ValueError("a same_as number has no law of its own; resolve it first")
        return _QUANTILES[self.law](self, np.asarray(probability, dtype=float))

    def described(self) -> str:
        """The number for people, with its spread."""
        if self.law == "same_as":
            return f"same as {self.same_as}"
        shown = [units.shown(p, self.dimension) for p in self.parameters]
        if self.law == "fixed":
            return shown[0]
        if self.law == "either":
            return " or ".join(shown)
        if self.law in ("uniform", "triangular", "loguniform"):
            likely = f", likely {shown[1]}" if self.law == "triangular" else ""
            return f"{shown[0]} to {shown[-1]}{likely}"
        return f"{self.law}({', '.join(f'{p:.4g}' for p in self.parameters)})"


_UNBOUNDED = {"normal", "lognormal"}


def _triangular(number: Uncertain, q: np.ndarray) -> np.ndarray:
    low, likely, high = number.parameters
    if high == low:
        return np.full_like(q, low)
    peak = (likely - low) / (high - low)
    rising = low + np.sqrt(q * (high - low) * (likely - low))
    falling = high - np.sqrt((1 - q) * (high - low) * (high - likely))
    return np.where(q < peak, rising, falling)


def _either(number: Uncertain, q: np.ndarray) -> np.ndarray:
    values = np.asarray(number.parameters)
    return values[np.minimum((q * len(values)).astype(int), len(values) - 1)]


def _truncated(number: Uncertain, q: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr, ndtri

    middle, width = number.parameters
    log = number.law == "lognormal"
    low, high = number.bounds
    if log:
        middle, width = math.log(middle), math.log(width)
        low, high = (math.log(low) if low > 0 else -math.inf), math.log(high)
    if width == 0:
        drawn = np.full_like(q, middle)
    else:
        a, b = ndtr((low - middle) / width), ndtr((high - middle) / width)
        drawn = middle + width * ndtri(a + q * (b - a))
    return np.exp(drawn) if log else drawn


def _beta(number: Uncertain, q: np.ndarray) -> np.ndarray:
    from scipy.special import betaincinv

    return betaincinv(*number.parameters, q)


_QUANTILES: Mapping[str, Callable[[Uncertain, np.ndarray], np.ndarray]] = {
    "fixed": lambda n, q: np.full_like(q, n.parameters[0]),
    "either": _either,
    "uniform": lambda n, q: n.parameters[0] + q * (n.parameters[1] - n.parameters[0]),
    "triangular": _triangular,
    "loguniform": lambda n, q: n.parameters[0] * (n.parameters[1] / n.parameters[0]) ** q,
    "normal": _truncated,
    "lognormal": _truncated,
    "beta": _beta,
}


def _names(value: object, what: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise ValueError(f"{what} must be a list of names")
    return tuple(value)


class _Parser:
    """Reads the written forms of an uncertain number of one dimension within limits."""

    def __init__(self, dimension: str, low: float, high: float, whole: bool) -> None:
        self.dimension, self.low, self.high, self.whole = dimension, low, high, whole

    def __call__(self, value: object) -> Uncertain:
        if isinstance(value, Uncertain):
            return value
        if not isinstance(value, Mapping):
            return self._build("fixed", (self._limited(value),), {})
        known = {str(k): v for k, v in value.items()}
        notes = {k: known.pop(k) for k in list(known) if k in _NOTES}
        return self._spread(known, notes)

    def _spread(self, known: dict[str, Any], notes: dict[str, Any]) -> Uncertain:
        keys = set(known)
        if keys == {"value"}:
            return self._build("fixed", (self._limited(known["value"]),), notes)
        if keys == {"same_as"}:
            if not isinstance(known["same_as"], str):
                raise ValueError("same_as must be the path of another number, such as units/NAME/roof/storeys")
            return self._build("same_as", (), notes, same_as=known["same_as"])
        if keys == {"either"}:
            return self._either(known["either"], notes)
        if "distribution" in keys:
            return self._distribution(known, notes)
        if keys in ({"low", "high"}, {"low", "likely", "high"}):
            return self._build(*self._range(known), notes)
        raise ValueError(
            "expected a number, {low, high}, {low, likely, high}, {either: {value: [claims]}}, {value}, "
            f"{{same_as: path}} or {{distribution: {'|'.join(DISTRIBUTIONS)}, ...}}; found keys {sorted(keys)}"
        )

    def _range(self, known: Mapping[str, Any]) -> tuple[str, tuple[float, ...]]:
        names = ("low", "likely", "high") if "likely" in known else ("low", "high")
        values = tuple(self._limited(known[n]) for n in names)
        if list(values) != sorted(values):
            raise ValueError(f"{', '.join(names)} must not fall: {', '.join(str(known[n]) for n in names)}")
        return ("triangular" if len(values) == 3 else "uniform"), values

    def _either(self, choices: object, notes: dict[str, Any]) -> Uncertain:
        if isinstance(choices, list):
            choices = {c: [] for c in choices}
        if not isinstance(choices, Mapping) or len(choices) < 2:
            raise ValueError("either needs two or more values: {value: [claims], value: [claims]}")
        values = tuple(self._limited(v) for v in choices)
        support = tuple(_names(claims, "the claims of a value") for claims in choices.values())
        return self._build("either", values, notes, support=support)

    def _distribution(self, known: dict[str, Any], notes: dict[str, Any]) -> Uncertain:
        law = known.pop("distribution")
        if law not in DISTRIBUTIONS:
            raise ValueError(f"unknown distribution {law!r}; allowed: {', '.join(DISTRIBUTIONS)}")
        names = DISTRIBUTIONS[law]
        optional = {"low", "high"} if law in _UNBOUNDED else set()
        missing, extra = set(names) - set(known), set(known) - set(names) - optional
        if missing or extra:
            raise ValueError(f"{law} needs {', '.join(names)}; missing {sorted(missing)}, not allowed {sorted(extra)}")
        if law in ("uniform", "triangular"):
            return self._build(*self._range(known), notes)
        if law == "loguniform":
            _, values = self._range(known)
            if values[0] <= 0:
                raise ValueError("loguniform needs low above 0")
            return self._build(law, values, notes)
        pure = {"a", "b", "spread"}
        values = tuple(units.parse(known[n], "number" if n in pure else self.dimension) for n in names)
        if law in ("beta", "normal", "lognormal") and values[1] < 0 or (law != "normal" and values[0] <= 0):
            raise ValueError(f"the parameters of {law} must be positive")
        low = self._limited(known["low"]) if "low" in known else self.low
        high = self._limited(known["high"]) if "high" in known else self.high
        return self._build(law, values, notes, bounds=(low, high))

    def _limited(self, value: object) -> float:
        if isinstance(value, str) and self.dimension in ("number", "probability"):
            value = value.strip()
        number = units.parse(value, self.dimension)
        if not self.low <= number <= self.high:
            raise ValueError(f"must lie between {self.low:g} and {self.high:g}, in SI units; it is {number:g}")
        if self.whole and number != int(number):
            raise ValueError("must be a whole number")
        return number

    def _build(self, law: str, parameters: tuple[float, ...], notes: dict[str, Any], **more: Any) -> Uncertain:
        grade = notes.get("grade")
        if grade is not None and not is_grade(grade):
            raise ValueError("grade must be an Admiralty grade such as B2: source A-F, information 1-6")
        note = notes.get("note")
        return Uncertain(
            self.dimension,
            law,
            parameters,
            claims=_names(notes.get("claims", []), "claims"),
            sources=_names(notes.get("sources", []), "sources"),
            grade=grade,
            note=None if note is None else str(note),
            **more,
        )


def is_grade(text: object) -> bool:
    """Whether `text` is a NATO Admiralty grade: source reliability A-F, information credibility 1-6 (AJP-2.1)."""
    return isinstance(text, str) and len(text) == 2 and text[0] in "ABCDEF" and text[1] in "123456"


def _json_schema(dimension: str) -> dict[str, Any]:
    plain = {"anyOf": [{"type": "number"}, {"type": "string"}], "description": units.allowed(dimension)}
    notes = {
        "claims": {"type": "array", "items": {"type": "string"}},
        "sources": {"type": "array", "items": {"type": "string"}},
        "grade": {"type": "string", "pattern": "^[A-F][1-6]$"},
        "note": {"type": "string"},
    }

    def form(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": properties | notes,
            "required": list(required),
            "additionalProperties": False,
        }

    either = {"anyOf": [{"type": "object"}, {"type": "array"}], "description": "{value: [claims], ...}"}
    drawn = {name: plain for names in DISTRIBUTIONS.values() for name in names}
    return {
        "anyOf": [
            plain,
            form(("value",), value=plain),
            form(("low", "high"), low=plain, likely=plain, high=plain),
            form(("either",), either=either),
            form(("same_as",), same_as={"type": "string"}),
            form(("distribution",), distribution={"enum": list(DISTRIBUTIONS)}, **drawn),
        ]
    }


def _as_written(number: Uncertain) -> Any:
    """The plainest written form of `number`, in SI units, for provenance and `save as scenario`."""
    names = {"fixed": ("value",), **DISTRIBUTIONS}.get(number.law)
    suffix = " rad" if number.dimension == "angle" else ""

    def text(value: float) -> float | str:
        return f"{value!r}{suffix}" if suffix else value

    if number.law == "same_as":
        written: dict[str, Any] = {"same_as": number.same_as}
    elif number.law == "either":
        support = number.support or ((),) * len(number.parameters)
        written = {"either": {text(v): list(c) for v, c in zip(number.parameters, support, strict=True)}}
    else:
        assert names is not None
        pure = {"a", "b", "spread"}
        written = {n: v if n in pure else text(v) for n, v in zip(names, number.parameters, strict=True)}
        if number.law not in ("fixed", "uniform", "triangular"):
            written["distribution"] = number.law
        for name, bound in zip(("low", "high"), number.bounds, strict=True):
            if number.law in _UNBOUNDED and math.isfinite(bound):
                written[name] = text(bound)
    notes = {k: list(v) if isinstance(v, tuple) else v for k in sorted(_NOTES) if (v := getattr(number, k))}
    return written["value"] if set(written) == {"value"} and not notes else written | notes


def quantity(dimension: str, low: float = -math.inf, high: float = math.inf, *, whole: bool = False) -> Any:
    """The annotated type of a field that holds an uncertain number of `dimension` within [low, high] (SI)."""
    return Annotated[
        Uncertain,
        BeforeValidator(_Parser(dimension, low, high, whole)),
        PlainSerializer(_as_written),
        WithJsonSchema(_json_schema(dimension)),
    ]


def fixed(value: float, dimension: str = "number") -> Uncertain:
    """A certain number, in SI units."""
    return Uncertain(dimension, "fixed", (float(value),))


Length = quantity("length", 0.0, 2e7)
Duration = quantity("time", 0.0, 1e7)
Speed = quantity("speed", 0.01, 1e5)
Angle = quantity("angle", -2 * math.pi - 1e-9, 2 * math.pi + 1e-9)
SmallAngle = quantity("angle", 0.0, math.pi / 2)
Area = quantity("area", 1e-6, 1e7)
Density = quantity("density", 0.0, 1.0)
Rate = quantity("rate", 1e-9, 1e4)
Decibel = quantity("decibel", -100.0, 200.0)
Probability = quantity("probability", 0.0, 1.0)
Count = quantity("number", 0, 1e6, whole=True)
Number = quantity("number")
