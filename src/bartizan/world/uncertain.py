"""A number that may be uncertain: how it is written, what it may be, and its quantile function."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bartizan.ground import each, units
from bartizan.ground.errors import shown

#: distribution name -> the parameters that it needs, in the order that `Uncertain.parameters` keeps them
DISTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "likely", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "spread"),
    "beta": ("a", "b"),
}
#: laws between two ends; they may be spread over the logarithm
SPREADS = ("uniform", "triangular")
#: laws without ends, which are cut off at `bounds`
UNBOUNDED = ("normal", "lognormal")
#: parameters that have no unit
_PURE = {"a", "b", "spread"}
_NOTES = {"claims", "sources", "grade", "note", "calibrated_on"}
#: every key that an uncertain number may have
KEYS = {"value", "either", "same_as", "distribution", "scale", *_NOTES}.union(*DISTRIBUTIONS.values())
_BARE = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
#: points at which a law is averaged
_MIDDLES = 4096
#: the least share of a normal or lognormal that its limits must leave
_LEAST_MASS = 1e-6


@dataclass(frozen=True)
class Uncertain:
    """A number of one dimension, certain or not, in SI units. Of dimension "count", every draw is whole.

    `law` is "fixed", "either", "same_as" or a name in DISTRIBUTIONS. For "either", `parameters` are
    the values and `support[i]` the claims behind value i; each value is equally likely. Where a normal
    or lognormal is written with `low` or `high`, draws are truncated there. A spread with `log` is uniform or
    triangular in the logarithm. `calibrated_on` names the records that the number was fitted to, by whoever did it:
    a test of it on these is none.
    """

    dimension: str
    law: str
    parameters: tuple[float, ...]
    same_as: str | None = None
    log: bool = False
    bounds: tuple[float, float] = (-math.inf, math.inf)
    claims: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    grade: str | None = None
    note: str | None = None
    calibrated_on: tuple[str, ...] = ()
    support: tuple[tuple[str, ...], ...] = ()

    @property
    def is_fixed(self) -> bool:
        return self.law == "fixed" or (self.law in SPREADS and self.parameters[0] == self.parameters[-1])

    @property
    def is_whole(self) -> bool:
        return self.dimension == "count"

    @property
    def named_claims(self) -> tuple[str, ...]:
        """The claims that the number names, whichever way."""
        return (*self.claims, *(claim for support in self.support for claim in support))

    @property
    def likely(self) -> float:
        """The most likely value, or the middle one where no value is."""
        if self.law == "triangular":
            return self.parameters[1]
        return float(self.quantile(np.array([0.5]))[0])

    @property
    def mean(self) -> float:
        """The mean, to a hundred-thousandth of the spread."""
        if self.law in ("fixed", "either"):
            return sum(self.parameters) / len(self.parameters)
        return float(self.quantile((np.arange(_MIDDLES) + 0.5) / _MIDDLES).mean())

    @property
    def span(self) -> tuple[float, float]:
        """Lowest and highest value; the central 98 % where the law is unbounded."""
        if self.law in ("fixed", "either"):
            return min(self.parameters), max(self.parameters)
        if self.law in SPREADS:
            return self.parameters[0], self.parameters[-1]
        low, high = self.quantile(np.array([0.01, 0.99] if self.law in UNBOUNDED else [0.0, 1.0]))
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
        if self.law in UNBOUNDED or self.law == "beta":
            return f"{self.law}({', '.join(f'{p:.4g}' for p in self.parameters)})"
        shown = [units.shown(p, self.dimension) for p in self.parameters]
        if self.law == "either":
            return " or ".join(shown)
        if self.is_fixed:
            return shown[0]
        likely = f", likely {shown[1]}" if self.law == "triangular" else ""
        return f"{shown[0]} to {shown[-1]}{likely}{', on a log scale' if self.log else ''}"


# ------------------------------------------------------------------------------------------------ quantiles


def _spread(number: Uncertain, q: np.ndarray) -> np.ndarray:
    """Uniform or triangular, in the logarithm if so written.

    A whole number is drawn from half below its low end to half above its high end and rounded: else either
    end would come half as often as its neighbours, or never.
    """
    ends = np.array(number.parameters)
    if number.is_whole:
        ends[0], ends[-1] = ends[0] - 0.5, ends[-1] + 0.5
    ends = each.log(ends) if number.log else ends
    drawn = _triangular(ends, q) if number.law == "triangular" else ends[0] + q * (ends[1] - ends[0])
    drawn = each.exp(drawn) if number.log else drawn
    drawn = np.rint(drawn) if number.is_whole else drawn
    return np.clip(drawn, number.parameters[0], number.parameters[-1])


def _triangular(ends: np.ndarray, q: np.ndarray) -> np.ndarray:
    low, likely, high = ends
    if high == low:
        return np.full_like(q, low)
    rising = low + np.sqrt(q * (high - low) * (likely - low))
    falling = high - np.sqrt((1 - q) * (high - low) * (high - likely))
    return np.where(q < (likely - low) / (high - low), rising, falling)


def _either(number: Uncertain, q: np.ndarray) -> np.ndarray:
    values = np.asarray(number.parameters)
    return values[np.minimum((q * len(values)).astype(int), len(values) - 1)]


def _normal_terms(number: Uncertain) -> tuple[float, float, float, float]:
    """Middle and width of the normal law behind a normal or lognormal, and the probabilities at its limits."""
    middle, width = number.parameters
    beyond = 0.5 if number.is_whole else 0.0  # the ends of a whole number are drawn as often as those between
    low, high = number.bounds[0] - beyond, number.bounds[1] + beyond
    if number.law == "lognormal":
        middle, width = each.log(middle), each.log(width)
        low, high = (each.log(end) if end > 0 else -math.inf for end in (low, high))
    return middle, width, *map(each.normal_share, ((low - middle) / width, (high - middle) / width))


def _truncated(number: Uncertain, q: np.ndarray) -> np.ndarray:
    middle, width, below, up_to = _normal_terms(number)
    drawn = middle + width * each.normal_quantile(below + q * (up_to - below))
    drawn = each.exp(drawn) if number.law == "lognormal" else drawn
    return np.clip(np.rint(drawn) if number.is_whole else drawn, *number.bounds)


def _beta(number: Uncertain, q: np.ndarray) -> np.ndarray:
    from scipy.special import betaincinv

    return betaincinv(*number.parameters, q)


_QUANTILES: Mapping[str, Callable[[Uncertain, np.ndarray], np.ndarray]] = {
    "fixed": lambda n, q: np.full_like(q, n.parameters[0]),
    "either": _either,
    "uniform": _spread,
    "triangular": _spread,
    "normal": _truncated,
    "lognormal": _truncated,
    "beta": _beta,
}


# ------------------------------------------------------------------------------------------------ as written


def _names(value: object, what: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise ValueError(f"{what} must be a list of names")
    return tuple(value)


class _Parser:
    """Reads the written forms of an uncertain number of one dimension within limits."""

    def __init__(self, dimension: str, low: float, high: float) -> None:
        self.dimension, self.low, self.high = dimension, low, high

    def __call__(self, value: object) -> Uncertain:
        if isinstance(value, Uncertain) and value.dimension == self.dimension:
            return value
        if not isinstance(value, Mapping):
            return self._build("fixed", (self._limited(value),), {})
        known = {str(k): v for k, v in value.items()}
        notes = {k: known.pop(k) for k in list(known) if k in _NOTES}
        return self._form(known, notes)

    def _form(self, known: dict[str, Any], notes: dict[str, Any]) -> Uncertain:
        keys = set(known)
        if keys == {"value"}:
            return self._build("fixed", (self._limited(known["value"]),), notes)
        if keys == {"same_as"}:
            return self._same_as(known["same_as"], notes)
        if keys == {"either"}:
            return self._either(known["either"], notes)
        if "distribution" in keys:
            return self._distribution(known, notes)
        if {"low", "high"} <= keys <= {"low", "likely", "high", "scale"}:
            return self._spread(known, notes)
        raise ValueError(
            "expected a number, {low, high}, {low, likely, high}, {either: {value: [claims]}}, {value}, "
            f"{{same_as: path}} or {{distribution: {'|'.join(DISTRIBUTIONS)}, ...}}; found keys {sorted(keys)}"
        )

    def _same_as(self, path: object, notes: dict[str, Any]) -> Uncertain:
        if not isinstance(path, str):
            raise ValueError("same_as must be the path of another number, such as units/NAME/roof/storeys")
        return self._build("same_as", (), notes, same_as=path)

    def _spread(self, known: Mapping[str, Any], notes: dict[str, Any]) -> Uncertain:
        law = "triangular" if "likely" in known else "uniform"
        names = DISTRIBUTIONS[law]
        values = tuple(self._limited(known[n], n) for n in names)
        if list(values) != sorted(values):
            raise ValueError(f"{', '.join(names)} must not fall: {', '.join(shown(known[n]) for n in names)}")
        scale = known.get("scale")
        if scale not in (None, "log"):
            raise ValueError(f"scale can only be log; found {shown(scale)}")
        if scale == "log" and values[0] <= 0:
            raise ValueError(f"scale: log needs low above 0; found {shown(known['low'])}")
        return self._build(law, values, notes, log=scale == "log")

    def _either(self, choices: object, notes: dict[str, Any]) -> Uncertain:
        rows: list[tuple[object, object]] = []
        if isinstance(choices, Mapping):
            rows = list(choices.items())
        elif isinstance(choices, list):
            rows = [(choice, []) for choice in choices]
        if len(rows) < 2:
            raise ValueError("either needs two or more values: {value: [claims], value: [claims]}")
        values = tuple(self._choice(choice) for choice, _ in rows)
        twice = next((c for i, (c, _) in enumerate(rows) if values[i] in values[:i]), None)
        if twice is not None:
            raise ValueError(f"either: the value {shown(twice)} is given twice; each value is as likely as the others")
        support = tuple(_names(claims, "the claims of a value") for _, claims in rows)
        return self._build("either", values, notes, support=support)

    def _choice(self, choice: object) -> float:
        """A value of either; the keys of a YAML mapping are text even where they are plain numbers."""
        bare = isinstance(choice, str) and len(choice) < 80 and _BARE.fullmatch(choice.strip())
        try:
            return self._limited(float(choice) if bare else choice)  # type: ignore[arg-type]
        except ValueError as error:
            raise ValueError(f"either: {shown(choice)} is not a value here: {error}") from None

    def _distribution(self, known: dict[str, Any], notes: dict[str, Any]) -> Uncertain:
        law = known.pop("distribution")
        if not isinstance(law, str) or law not in DISTRIBUTIONS:
            raise ValueError(f"unknown distribution {shown(law)}; allowed: {', '.join(DISTRIBUTIONS)}")
        names = DISTRIBUTIONS[law]
        optional = {"scale"} if law in SPREADS else {"low", "high"} if law in UNBOUNDED else set()
        missing, extra = set(names) - set(known), set(known) - set(names) - optional
        if missing or extra:
            raise ValueError(f"{law} needs {', '.join(names)}; missing {sorted(missing)}, not allowed {sorted(extra)}")
        if law in SPREADS:
            return self._spread(known, notes)
        if law == "beta" and self.dimension != "probability":
            raise ValueError("beta lies between 0 and 1, and so is only for a probability")
        values = tuple(units.parse(known[n], "number" if n in _PURE else self.dimension) for n in names)
        low = self._limited(known["low"], "low") if "low" in known else self.low
        high = self._limited(known["high"], "high") if "high" in known else self.high
        number = self._build(law, values, notes, bounds=(low, high))
        _check_parameters(number)
        return number

    def _limited(self, value: object, name: str = "") -> float:
        about = f"{name} " if name else ""
        number = units.parse(value, self.dimension)
        if not self.low <= number <= self.high:
            low, high, found = (units.shown(each, self.dimension) for each in (self.low, self.high, number))
            raise ValueError(f"{about}must lie between {low} and {high}; it is {found}")
        if self.dimension == "count" and number != int(number):
            raise ValueError(f"{about}must be a whole number; it is {number:g}")
        return number

    def _build(self, law: str, parameters: tuple[float, ...], notes: dict[str, Any], **more: Any) -> Uncertain:
        grade, note = notes.get("grade"), notes.get("note")
        if grade is not None and not is_grade(grade):
            raise ValueError("grade must be an Admiralty grade such as B2: source A-F, information 1-6")
        if note is not None and not isinstance(note, str):
            raise ValueError("note must be text")
        more |= {what: _names(notes.get(what, []), what) for what in ("claims", "sources", "calibrated_on")}
        return Uncertain(self.dimension, law, parameters, grade=grade, note=note, **more)


def _check_parameters(number: Uncertain) -> None:
    """Raises ValueError where a named distribution does not exist, or nothing of it lies within its limits."""
    first, second = number.parameters
    if number.law == "normal" and second <= 0:
        raise ValueError("the sd of normal must be above 0")
    if number.law == "lognormal" and (first <= 0 or second <= 1):
        raise ValueError("lognormal needs a median above 0 and a spread (a factor) above 1")
    if number.law == "beta" and (first <= 0 or second <= 0):
        raise ValueError("a and b of beta must be above 0")
    if number.law in UNBOUNDED:
        *_, below, up_to = _normal_terms(number)
        if up_to - below < _LEAST_MASS:
            low, high = (units.shown(end, number.dimension) for end in number.bounds)
            raise ValueError(f"hardly anything of this {number.law} lies within its limits, {low} to {high}")


def is_grade(text: object) -> bool:
    """Whether `text` is a NATO Admiralty grade: source reliability A-F, information credibility 1-6 (AJP-2.1)."""
    return isinstance(text, str) and len(text) == 2 and text[0] in "ABCDEF" and text[1] in "123456"


def as_written(number: Uncertain) -> Any:
    """The plainest written form of `number`, in SI units, for provenance and `save as scenario`."""
    suffix = " rad" if number.dimension == "angle" else ""

    def text(value: float) -> float | str:
        return f"{value!r}{suffix}" if suffix else value

    if number.law == "same_as":
        written: dict[str, Any] = {"same_as": number.same_as}
    elif number.law == "either":
        support = number.support or ((),) * len(number.parameters)
        written = {"either": {text(v): list(c) for v, c in zip(number.parameters, support, strict=True)}}
    else:
        names = {"fixed": ("value",), **DISTRIBUTIONS}[number.law]
        written = {n: v if n in _PURE else text(v) for n, v in zip(names, number.parameters, strict=True)}
        if number.law not in ("fixed", *SPREADS):
            written["distribution"] = number.law
        if number.law in UNBOUNDED:
            limits = zip(("low", "high"), number.bounds, strict=True)
            written |= {name: text(bound) for name, bound in limits if math.isfinite(bound)}
        if number.log:
            written["scale"] = "log"
    notes = {k: list(v) if isinstance(v, tuple) else v for k in sorted(_NOTES) if (v := getattr(number, k))}
    return written["value"] if set(written) == {"value"} and not notes else written | notes


# ------------------------------------------------------------------------------------------------ JSON Schema

#: marks a part of a JSON Schema that stands in many places, and says what to call it (see `schema.json_schema`)
SHARED = "shared: "


def _shared(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$comment": SHARED + name} | schema


def _json_schema(name: str, parser: _Parser) -> dict[str, Any]:
    """What an editor should accept: every form that `_Parser` reads."""
    limits = {"minimum": parser.low, "maximum": parser.high}
    kind = {"type": "integer" if parser.dimension == "count" else "number"}
    number = kind | {key: limit for key, limit in limits.items() if math.isfinite(limit)}
    text = {"type": "string", "description": units.allowed(parser.dimension)}
    plain = _shared(f"Plain{name}", text if parser.dimension == "angle" else {"anyOf": [number, text]})
    names = _shared("Names", {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
    either = {"anyOf": [{"type": "object", "additionalProperties": names}, {"type": "array", "items": plain}]}
    common = {
        **{key: {"type": ["number", "string"]} for key in ("mean", "sd", "median", "spread", "a", "b")},
        "same_as": {"type": "string"},
        "distribution": _shared("Distribution", {"enum": list(DISTRIBUTIONS)}),
        "scale": {"enum": ["log", None]},
        **dict.fromkeys(("claims", "sources", "calibrated_on"), names),
        **{key: {"type": ["string", "null"]} for key in ("grade", "note")},
    }
    forms = [{"required": keys} for keys in (["value"], ["low", "high"], ["either"], ["same_as"], ["distribution"])]
    own = dict.fromkeys(("value", "low", "likely", "high"), plain) | {"either": either}
    spread = {
        "type": "object",
        "allOf": [_shared("Stated", {"properties": common, "anyOf": forms})],
        "properties": own | dict.fromkeys(common, True),
        "additionalProperties": False,
    }
    return _shared(name, {"anyOf": [plain, spread]})


# ------------------------------------------------------------------------------------------------ quantities


def quantity(name: str, dimension: str, low: float = -math.inf, high: float = math.inf) -> Any:
    """The annotated type of a field that holds an uncertain number of `dimension` within [low, high] (SI)."""
    parser = _Parser(dimension, low, high)
    return Annotated[
        Uncertain,
        BeforeValidator(parser),
        PlainSerializer(as_written),
        WithJsonSchema(_json_schema(name, parser)),
    ]


def fixed(value: float, dimension: str = "number") -> Uncertain:
    """A certain number, in SI units."""
    return Uncertain(dimension, "fixed", (float(value),))


Length = quantity("Length", "length", 0.0, 2e7)
Step = quantity("Step", "length", 1.0, 1e5)
Duration = quantity("Duration", "time", 0.0, 1e7)
Speed = quantity("Speed", "speed", 0.01, 1e5)
Acceleration = quantity("Acceleration", "acceleration", 0.0, 1e3)
Angle = quantity("Angle", "angle", -2 * math.pi - 1e-9, 2 * math.pi + 1e-9)
Elevation = quantity("Elevation", "angle", -math.pi / 2, math.pi / 2)
SmallAngle = quantity("SmallAngle", "angle", 0.0, math.pi / 2)
Area = quantity("Area", "area", 1e-6, 1e7)
Density = quantity("Density", "density", 0.0, 1.0)
Wind = quantity("Wind", "speed", 0.0, 60.0)
Ballistic = quantity("Ballistic", "ballistic", 1.0, 1e5)
Mass = quantity("Mass", "mass", 0.0, 1e5)
Force = quantity("Force", "force", 1e-3, 1e8)
Impulse = quantity("Impulse", "impulse", 1e-3, 1e9)
Coefficient = quantity("Coefficient", "number", 0.0, 10.0)
Mach = quantity("Mach", "number", 0.0, 30.0)
Section = quantity("Section", "area", 1e-6, 100.0)
Rate = quantity("Rate", "rate", 1e-9, 1e4)
Decibel = quantity("Decibel", "decibel", -100.0, 200.0)
Frequency = quantity("Frequency", "frequency", 1.0, 1e12)
Power = quantity("Power", "power", 1e-6, 1e12)
Temperature = quantity("Temperature", "temperature", 1.0, 1e6)
Difference = quantity("Difference", "temperature", 0.0, 1e4)
Rainfall = quantity("Rainfall", "rainfall", 0.0, 1e-4)
Quality = quantity("Quality", "number", 0.01, 100.0)
Probability = quantity("Probability", "probability", 0.0, 1.0)
Count = quantity("Count", "count", 0.0, 1e6)
Price = quantity("Price", "money", 0.0, 1e13)
Number = quantity("Number", "number")
Wander = quantity("Wander", "number", -2.0, 2.0)
