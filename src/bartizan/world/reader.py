"""YAML 1.2 in strict form, and a line for every mistake: no aliases, tags or duplicate keys, finite numbers only.

PyYAML's C parser supplies the events; the tree is built here without recursion, so hostile files
(deep nesting, alias bombs) cost no more than their length. What a program gives as a dict goes through the same limits.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn, TypeVar

import numpy as np
import yaml
from pydantic import BaseModel, ValidationError

from bartizan.ground.errors import Mistake, OfField, ScenarioError, near, shown
from bartizan.world import keys

Path = tuple[str | int, ...]
ModelT = TypeVar("ModelT", bound=BaseModel)
MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_VALUES = 200_000
MAX_MISTAKES = 50
MORE = f"read no further after {MAX_MISTAKES} mistakes; there may be more"
_MAX_INT = 2**63
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BRACKETS = re.compile(r"""[\[{]|[\]}]|"(?:[^"\\]|\\.)*"|'[^']*'|(?<!\S)#[^\n]*""", re.DOTALL)
_NON_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
#: What pydantic says by kind, in our words.
_WORDS = {
    "string_type": "must be text",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "must be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "must be a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "must be true or false"),
    **dict.fromkeys(("list_type", "tuple_type"), "must be a list, in brackets or with a dash before each"),
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
}
_COMMA_DECIMAL = re.compile(r"[-+]?[0-9]+,[0-9]+")
#: What braces make a key of where a number in them is written with a comma: {radius: 0,25 km}.
_AFTER_COMMA = re.compile(r"[0-9]+(?: ?[^\W\d][^:,]*| ?%)?")
_COMMA = ": in braces a comma ends a value; decimals take a point, thousands no mark"
_CONSTANTS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True)
class Document:
    """A file's content and where each of its values stands: line and column, or nothing where there are no lines."""

    file: str
    content: Any
    marks: Mapping[Path, tuple[int, int] | None]

    def mistake(self, path: Path, problem: str, *, missing: str = "") -> Mistake:
        """A mistake at `path`, located at the nearest value that stands in the file."""
        known = path
        while known and known not in self.marks:
            known = known[:-1]
        line, column = self.marks.get(known) or (None, None)
        stood = None if missing or known != path or not path else shown(self.at(path))
        return Mistake(dotted(path) + (f".{missing}" if missing and path else missing), problem, line, column, stood)

    def at(self, path: Path) -> Any:
        value = self.content
        for part in path:
            value = value[part]
        return value


def dotted(path: Path) -> str:
    """('units', 0, 'name') -> 'units[0].name'."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


class _Frame:
    """A collection that is being read."""

    def __init__(self, value: Any, path: Path) -> None:
        self.value, self.path = value, path
        self.key: str | None = None
        self.skip = False

    def next_path(self) -> Path:
        return (*self.path, len(self.value) if isinstance(self.value, list) else self.key or "")

    def put(self, value: Any) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
        else:
            if not self.skip:
                self.value[self.key] = value
            self.key, self.skip = None, False


class _Builder:
    """Builds the tree from events, collecting mistakes on the way."""

    def __init__(self) -> None:
        self.marks: dict[Path, tuple[int, int]] = {}
        self.mistakes: list[Mistake] = []
        self.stack: list[_Frame] = []
        self.root: Any = None
        self.documents = 0
        self.is_too_deep = False

    def feed_all(self, text: str) -> None:
        """Take the events of a text while reading on makes sense. Raises what the parser raises."""
        for event in yaml.parse(text, Loader=_LOADER):
            if not self.feed(event):
                return

    def feed(self, event: yaml.Event) -> bool:
        """Take one event; False when reading on is pointless."""
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._complain(event, (), "one document a file is allowed")
                return False
        elif isinstance(event, yaml.AliasEvent):
            self._complain(event, self._path(), f"aliases (*{event.anchor}) are not allowed; write the value out")
            self._place(None)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            return self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._place(self.stack.pop().value)
        if len(self.marks) > MAX_VALUES:
            self._complain(event, (), f"more than {MAX_VALUES} values")
            return False
        if len(self.mistakes) < MAX_MISTAKES:
            return True
        self.mistakes.append(Mistake("", MORE))
        return False

    def _open(self, event: Any) -> bool:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._complain(event, top.path, "a key must be plain text")
            return False
        path = self._path()
        self._common(event, path)
        if len(self.stack) >= MAX_DEPTH:
            self.is_too_deep = True
            self._complain(event, (), f"nested deeper than {MAX_DEPTH} levels")
            return False
        self.stack.append(_Frame({} if isinstance(event, yaml.MappingStartEvent) else [], path))
        return True

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event)
            return
        path = self._path()
        self._common(event, path)
        plain = event.implicit[0] and not event.style
        self._place(self._resolved(event, path) if plain else event.value)

    def _key(self, frame: _Frame, event: yaml.ScalarEvent) -> None:
        frame.key = event.value
        path = frame.next_path()
        if frame.key in frame.value:
            first, _ = self.marks[path]
            self._complain(event, path, f"key {shown(frame.key)} is given twice; first in line {first}")
            frame.skip = True
        else:
            self._common(event, path)

    def _resolved(self, event: yaml.ScalarEvent, path: Path) -> Any:
        text = event.value
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INT.fullmatch(text) or _FLOAT.fullmatch(text):
            number = _number(text)
            if number is not None:
                return number
            self._complain(event, path, "number out of range")
        elif _NON_FINITE.fullmatch(text):
            self._complain(event, path, f"{text} is not allowed; numbers must be finite")
        return text

    def _common(self, event: Any, path: Path) -> None:
        self.marks.setdefault(path, (event.start_mark.line + 1, event.start_mark.column + 1))
        if event.tag is not None and not (event.tag == "!" and isinstance(event, yaml.ScalarEvent)):
            self._complain(event, path, f"tags ({shown(event.tag)}) are not allowed")
        if event.anchor is not None:
            self._complain(event, path, f"anchors (&{event.anchor}) are not allowed")

    def _path(self) -> Path:
        return self.stack[-1].next_path() if self.stack else ()

    def _place(self, value: Any) -> None:
        if self.stack:
            self.stack[-1].put(value)
        else:
            self.root = value

    def _complain(self, event: yaml.Event, path: Path, problem: str) -> None:
        mark: Any = event.start_mark
        self.mistakes.append(Mistake(dotted(path), problem, mark.line + 1, mark.column + 1))


def _number(text: str) -> int | float | None:
    """The number that `text`, of the form of one, stands for; None where it is too large to be kept."""
    if len(text) > 40 or not _INT.fullmatch(text):
        number = float(text) if _FLOAT.fullmatch(text) else math.inf
        return number if math.isfinite(number) else None
    whole = int(text, 0) if text[:2] in ("0x", "0o") else int(text)
    return whole if abs(whole) < _MAX_INT else None


def is_text(scalar: str) -> bool:
    """Whether a scalar without quotes stands for its own text: it is no constant and not of the form of a number."""
    return scalar not in _CONSTANTS and not any(form.fullmatch(scalar) for form in (_INT, _FLOAT, _NON_FINITE))


#: A character beyond 16 bits as JSON escapes it, in two halves, which YAML does not know.
_PAIR = re.compile(r"((?<!\\)(?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


def read(text: str, file: str) -> Document:
    """The document in `text`; `file` is its name in messages. Raises ScenarioError with all mistakes found."""
    text = text.removeprefix("\ufeff")
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ScenarioError(file, [Mistake("", f"larger than {MAX_BYTES // 1_000_000} MB")])
    builder = _Builder()
    if text.lstrip().startswith("{"):
        text = _PAIR.sub(_joined, text)
    try:
        builder.feed_all(text)
    except yaml.YAMLError as error:
        builder.mistakes += _too_deep(text) or [_not_yaml(error, text)]
    except ValueError as error:  # a character that YAML does not allow
        builder.mistakes.append(_not_yaml(error, text))
    if builder.mistakes:
        raise ScenarioError(file, builder.mistakes)
    if builder.root is None:
        raise ScenarioError(file, [Mistake("", "the file is empty", 1, 1)])
    return Document(file, builder.root, builder.marks)


def _joined(pair: re.Match[str]) -> str:
    """Two halves of a character as YAML writes it."""
    return f"{pair[1]}\\U{(int(pair[2], 16) - 0xD800 << 10) + int(pair[3], 16) - 0xDC00 + 0x10000:08x}"


def _too_deep(text: str) -> list[Mistake]:
    """That a text which the parser gave up is nested deeper than we allow, or nothing.

    The parser reads a line ahead of its events and has limits of its own, so ours may not have had its turn. The text
    is read again up to where its brackets pass our limit; only what the builder then finds is told.
    """
    builder = _Builder()
    with contextlib.suppress(yaml.YAMLError, ValueError):
        builder.feed_all(text[: _past_limit(text)])
    return builder.mistakes if builder.is_too_deep else []


def _past_limit(text: str) -> int:
    """Where brackets outside quotes and comments stand deeper than MAX_DEPTH, or the start."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        mark = found[0]
        depth = max(0, depth + (mark in "[{") - (mark in "]}"))
        if depth > MAX_DEPTH:
            return found.end()
    return 0


def _not_yaml(error: Exception, text: str) -> Mistake:
    """What the parser says, at the line that it names."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "context", None) or (str(error).splitlines() or ["?"])[0]
    last = text.count("\n") + 1  # the parser may point behind the end
    line, column = (min(mark.line + 1, last), mark.column + 1) if mark else (1, 1)
    if "cannot start any token" in said and text.split("\n")[line - 1][column - 1 : column] == "\t":
        said = "a tab stands where only blanks may; indent with blanks"
    return Mistake("", f"not YAML: {said}", line, column)


class _Copier:
    """Copies a tree of Python objects into what YAML could have held, collecting mistakes on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks: dict[Path, None] = {}
        self.mistakes: list[Mistake] = []

    def copy(self, value: Any, path: Path = ()) -> Any:
        self.marks[path] = None
        if len(path) > MAX_DEPTH:
            self._give_up(f"nested deeper than {MAX_DEPTH} levels")
        if len(self.marks) > MAX_VALUES:
            self._give_up(f"more than {MAX_VALUES} values")
        if isinstance(value, np.generic | np.ndarray):
            value = value.tolist()
        if isinstance(value, Mapping):
            return {self._key(key, path): self.copy(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.copy(item, (*path, index)) for index, item in enumerate(value)]
        return self._scalar(value, path)

    def _key(self, key: object, path: Path) -> Any:
        key = key.item() if isinstance(key, np.generic) else key
        is_number = isinstance(key, int | float) and not isinstance(key, bool)
        if not (isinstance(key, str) or (is_number and path[-1:] == ("either",))):
            self._complain(path, f"keys must be text; {shown(key)} is of type {type(key).__name__}")
        return key

    def _scalar(self, value: Any, path: Path) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not math.isfinite(value) if isinstance(value, float) else abs(value) >= _MAX_INT:
                self._complain(path, f"{shown(value)} is not allowed; numbers must be finite")
        elif not (value is None or isinstance(value, bool | str)):
            self._complain(path, f"only text, numbers, lists and dicts are allowed, no {type(value).__name__}")
        return value

    def _complain(self, path: Path, problem: str) -> None:
        self.mistakes.append(Mistake(dotted(path), problem))
        if len(self.mistakes) >= MAX_MISTAKES:
            raise ScenarioError(self.file, [*self.mistakes, Mistake("", MORE)])

    def _give_up(self, problem: str) -> NoReturn:
        raise ScenarioError(self.file, [*self.mistakes, Mistake("", problem)])


def from_object(content: Mapping[str, Any], file: str) -> Document:
    """The document that a program gives as a dict, copied; `file` is its name in messages.

    NumPy numbers and arrays and tuples become plain. Raises ScenarioError with all mistakes found.
    """
    copier = _Copier(file)
    copied = copier.copy(content)
    if copier.mistakes:
        raise ScenarioError(file, copier.mistakes)
    return Document(file, copied, copier.marks)


def validated(model: type[ModelT], content: Any, doc: Document, at: Path = ()) -> ModelT:
    """`content`, which stands at path `at` of `doc`, as a model. Raises ScenarioError with every mistake."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ScenarioError(doc.file, mistakes(error, model, doc, at)) from None


def mistakes(error: ValidationError, model: type[BaseModel], doc: Document, at: Path = ()) -> list[Mistake]:
    """What pydantic found wrong with a model in our words, each with its line; of one value it is one mistake."""
    found: dict[tuple[str, int | None], list[Mistake]] = {}
    for raw in error.errors(include_url=False):
        mistake = _mistake(dict(raw), model, doc, at)
        found.setdefault((mistake.field, mistake.line), []).append(mistake)
    return [replace(same[0], problem="; or ".join(dict.fromkeys(m.problem for m in same))) for same in found.values()]


def _mistake(found: dict[str, Any], model: type[BaseModel], doc: Document, at: Path) -> Mistake:
    path = at
    for part in found["loc"]:  # skips the names that pydantic gives to branches of a union
        if (*path, part) in doc.marks:
            path = (*path, part)
    error = (found.get("ctx") or {}).get("error")
    if isinstance(error, OfField) and (*path, error.field) in doc.marks:
        path = (*path, error.field)
    kind = found["type"]
    if kind == "missing":
        return doc.mistake(path, "is required", missing=str(found["loc"][-1]))
    if kind == "extra_forbidden":
        is_cut = found["input"] is None and _AFTER_COMMA.fullmatch(str(found["loc"][-1]))
        return doc.mistake(path, f"is not a known key here{_COMMA if is_cut else keys.hint(model, found['loc'])}")
    if kind == "model_type":
        return doc.mistake(path, f"{worded(found)}{keys.listed(model, found['loc'])}")
    mistake = doc.mistake(path, worded(found))
    is_of_key = found["loc"][-1:] == ("[key]",)
    return replace(mistake, problem=f"as a key: {mistake.problem}", stood=shown(path[-1])) if is_of_key else mistake


def worded(found: Mapping[str, Any]) -> str:
    """What pydantic says of a value in our words, without the names of classes."""
    kind, context = found["type"], found.get("ctx") or {}
    if kind in ("model_type", "dict_type"):
        return "must be keys with their values, one a line (key: value)"
    if kind == "union_tag_invalid":
        named = str(context["discriminator"]).removesuffix("()")
        asked = _asked(context["expected_tags"], context["tag"])
        return f"{named} must be one of {context['expected_tags']}, not {shown(context['tag'])}{asked}"
    if kind in _WORDS:
        return _WORDS[kind].format_map(context) + _written(kind, found.get("input"), str(context.get("expected", "")))
    message = str(found["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _written(kind: str, stood: Any, expected: str) -> str:
    """How to write what stood there, where that is plain."""
    if kind == "literal_error":
        return _asked(expected, stood)
    if kind == "string_type" and isinstance(stood, int | float) and not isinstance(stood, bool):
        return f'; in quotes it is: "{stood}"'
    if kind in ("float_type", "float_parsing") and isinstance(stood, str) and _COMMA_DECIMAL.fullmatch(stood):
        return f"; decimals take a point: {stood.replace(',', '.')}"
    return ""


def _asked(expected: str, stood: Any) -> str:
    """Which of the words that pydantic lists in quotes is meant, where one is near."""
    return near(stood, re.findall("'([^']*)'", expected)) if isinstance(stood, str) else ""
