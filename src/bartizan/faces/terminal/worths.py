"""What `bartizan value` prints: what each question is worth to what gets through, to a decision, or to a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bartizan.faces import words
from bartizan.faces.terminal.tables import Screen
from bartizan.ground.units import percent
from bartizan.studies.value import act
from bartizan.studies.value import choose as choosing
from bartizan.studies.value.act import Decision
from bartizan.studies.value.choose import Choice, Option
from bartizan.studies.value.decide import Bearing
from bartizan.studies.value.worth import Verdict, Worth, sentences


def show(verdict: Verdict, *, most: int, width: int | None) -> None:
    """Print the answer in sentences, then the first `most` questions."""
    console = _told(verdict, sentences(verdict), width)
    console.print(_table(verdict.worths[:most]))
    console.print(note(verdict), markup=False, style="dim")


def _told(found: Verdict | Decision | Choice, said: Sequence[str], width: int | None) -> Console:
    """Print what was asked of, and the answer in sentences; where the rest goes."""
    console = Screen(width=width, highlight=False)
    console.print(f"\n{found.title}  ({found.case}, {found.worlds} worlds)", markup=False, style="bold")
    for sentence in said:
        console.print(sentence, markup=False)
    return console


def note(verdict: Verdict) -> str:
    """How to read the table of a verdict."""
    inert = verdict.asked - verdict.live
    return (
        f"A question needs at least {percent(verdict.least)} to be told from chance four times in five with "
        f"{verdict.worlds} worlds; {inert} of {verdict.asked} questions cannot matter to this raid at all."
    )


def _table(worths: Sequence[Worth]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("share", "95 % interval", "by luck", "", "question", "claims"):
        table.add_column(column, justify="left" if column in ("", "question", "claims") else "right")
    for worth in worths:
        share = worth.share
        table.add_row(
            percent(max(0.0, share.share)), f"{percent(share.low)} - {percent(share.high)}", f"{worth.chance:.3f}",
            worth.standing, Text(worth.text), Text(", ".join(worth.claims)),
        )  # fmt: skip
    return table


def decide(decision: Decision, *, most: int, width: int | None) -> None:
    """Print a decision in sentences, then the `most` questions that are worth most to it."""
    console = _told(decision, act.sentences(decision), width)
    if not decision.everything.is_nothing:
        shares = [percent(max(0.0, question.share.share)) for question in decision.questions]
        console.print(_bearing(decision.questions[:most], {"share": shares}))


def choose(choice: Choice, *, most: int, width: int | None) -> None:
    """Print a choice among layouts in sentences, the layouts, then the `most` questions that are worth most to it."""
    console = _told(choice, choosing.sentences(choice), width)
    console.print(_options(choice.options))
    if not choice.everything.is_nothing:
        console.print(_bearing(choice.questions[:most], {}))


def _options(options: Sequence[Option]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("layout", "get through", "more than the best, points", "95 % interval", "best in"):
        table.add_column(column, justify="left" if column == "layout" else "right")
    for option in options:
        more = option.more
        between = f"{100 * more.low:+.2f} to {100 * more.high:+.2f}" if more.mean or more.high else "-"
        best = act.percents(option.best_in)
        table.add_row(Text(option.name), words.percent(option.mean), f"{100 * more.mean:+.2f}", between, best)
    return table


def _bearing(questions: Sequence[Bearing], beside: Mapping[str, Sequence[str]]) -> Table:
    """What questions are worth to a decision, with further columns `beside` it."""
    table = Table(box=None, pad_edge=False)
    for column in ("worth, points", "by luck", "", "changes", *beside, "question", "claims"):
        table.add_column(column, justify="left" if column in ("", "question", "claims") else "right")
    for k, question in enumerate(questions):
        gain = question.gain
        low, high = (100 * max(0.0, end) for end in sorted((gain.split, gain.plain)))
        table.add_row(
            f"{low:.2f} - {high:.2f}", f"{question.chance:.3f}", "told" if question.told else "may be chance",
            percent(gain.changed, 0), *(column[k] for column in beside.values()), Text(question.text),
            Text(", ".join(question.claims)),
        )  # fmt: skip
    return table
