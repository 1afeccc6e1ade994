"""A search over rules as a page: what it says, what each value does beside the best, and the nearest choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bartizan.faces.canvas import FAINT, INK, blank, cividis, is_narrow, picture
from bartizan.faces.markup import Html, clean, join, name, table, tag
from bartizan.faces.report.cells import figure
from bartizan.faces.report.sheet import sheet
from bartizan.faces.words import amount, between, wrapped
from bartizan.studies.documents.compared import Tuning, Valued
from bartizan.studies.tuning.saying import sentences

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW = 0.3  # inches that a value takes


def tuned(found: Tuning) -> str:
    """The page of a search."""
    return sheet(
        f"Which rules let least through: {found['scenario']}",
        [
            ("In short", join(tag("p", name(sentence)) for sentence in sentences(found))),
            ("What each rule does", _rules(found)),
            ("The choices that come nearest", _rivals(found)),
        ],
    )


def _rules(found: Tuning) -> Html:
    drawn = figure(
        picture(lambda width: _drawn(found, width)), "How much more gets through with other values",
        "Each rule set to another of its values, all others as in the best choice: how many points more of what is "
        "sent get through, with 95 % intervals. At 0 stands the best choice.",
    )  # fmt: skip
    rows = [
        (name(rule["path"]), name(_value(value["value"])), *_cells(value),
         "yes" if value["value"] == rule["best"] else "")
        for rule in found["rules"] for value in rule["values"]
    ]  # fmt: skip
    head = ("Rule", "Value", "More gets through, points", "95 % interval", "Cannot be told from the best", "Best")
    return join((drawn, table("Rules beside the best choice, in fresh worlds with the same luck", head, rows)))


def _cells(value: Valued) -> tuple[str, str | Html, str]:
    if (apart := value["difference"]) is None:
        return "not played", "", ""
    return _points(apart["mean"]), between(apart["low"], apart["high"], _points), "yes" if value["level"] else "no"


def _rivals(found: Tuning) -> Html:
    rows = [
        (name(", ".join(map(_value, rival["values"]))), _points(rival["difference"]["mean"]),
         between(rival["difference"]["low"], rival["difference"]["high"], _points), amount(rival["worlds"]),
         "yes" if rival["level"] else "no")
        for rival in found["rivals"]
    ]  # fmt: skip
    head = ("Values", "More gets through, points", "95 % interval", "Fresh worlds", "Cannot be told from the best")
    caption = f"Values of {', '.join(rule['path'] for rule in found['rules'])}, in this order"
    return table(caption, head, rows)


def _value(value: str | None) -> str:
    return "as it is" if value is None else value


def _points(share: object) -> str:
    assert isinstance(share, float)
    return f"{100 * share:.2f}"


def _drawn(found: Tuning, width: float) -> Figure:
    rows = [(rule, value) for rule in found["rules"] for value in rule["values"] if value["difference"] is not None]
    narrow = is_narrow(width)
    figure, axes = blank(width, _ROW * len(rows) + 0.6, 1.6 if narrow else 3.0, 0.5)
    for y, (rule, value) in enumerate(rows):
        apart, is_best = value["difference"], value["value"] == rule["best"]
        assert apart is not None
        axes.plot([100 * apart["low"], 100 * apart["high"]], [y, y], color=INK, linewidth=1.4, marker="|", markersize=7)
        axes.plot(100 * apart["mean"], y, "s" if is_best else "o", color=cividis(0.8 if is_best else 0.3), markersize=6)
    axes.axvline(0.0, color=FAINT, linewidth=0.9, linestyle="--")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    paths = [rule["path"] for rule in found["rules"]]
    short = dict(zip(paths, endings(paths), strict=True))
    labels = [f"{short[rule['path']]} = {_value(value['value'])}" for rule, value in rows]
    axes.set_yticks(range(len(rows)), ["\n".join(wrapped(clean(label), 20 if narrow else 40)) for label in labels])
    axes.set_xlabel("points more, of what is sent")
    return figure


def endings(paths: Sequence[str]) -> list[str]:
    """The last parts of paths, as many as it takes for no two to be alike."""
    parts = [path.split("/") for path in paths]
    for count in range(1, max(map(len, parts), default=1)):
        short = ["/".join(part[-count:]) for part in parts]
        if len(set(short)) == len(set(paths)):
            return short
    return list(paths)
