"""The command that asks which report matters most: value."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from bartizan.faces.commands.options import Whole
from bartizan.faces.commands.terminal import counted, ready_engine, say, say_price, share, tell_part, working
from bartizan.ground.units import percent

if TYPE_CHECKING:
    from bartizan.studies.results import Results

#: Half the width of a total share at which no more worlds are played, and worlds below which more are.
CLOSE_ENOUGH, LEAST_SETTLED = 0.1, 64


@click.command()
@click.argument("folders", metavar="RESULTS...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--case", "cases", multiple=True, metavar="NAME",
    help="Only this case, or raid at all its sizes; may be given again.",
)  # fmt: skip
@click.option("--top", type=Whole(min=1), default=6, show_default=True, help="Questions told of each case.")
@click.option(
    "--settle", metavar="QUESTION",
    help="What settling this question, named by words that no other has, would take away, by playing anew.",
)  # fmt: skip
@click.option(
    "--act-above",
    "threshold",
    metavar="SHARE",
    callback=share,
    help="What knowing more is worth to whoever acts if more than this gets through, such as 10%.",
)
@click.option(
    "--given-report",
    "report",
    metavar="CASE",
    help="What gets through if worlds are weighed by how well they explain what was reported of this case.",
)
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, all questions included.")
def value(
    folders: tuple[Path, ...],
    cases: tuple[str, ...],
    top: int,
    settle: str | None,
    threshold: float | None,
    report: str | None,
    as_json: bool,
) -> None:
    """Say which report matters most: what each open question is worth to what gets through.

    RESULTS is a folder that bartizan run wrote. A question's share is the part of the spread between worlds that its
    answer alone explains. With --settle the same worlds and luck are played again with that question drawn anew: its
    share together with whatever it acts through. With --act-above questions are told by what their answers are worth
    to a decision, in points of what gets through: acting is taken to cost as much as so much getting through. With
    several RESULTS, of layouts that were played with the same seed, the decision is which of them to choose. With
    --given-report worlds weigh as they explain a report of the scenario; where too few do, that is told instead.
    """
    from bartizan.studies.results import open_results

    if sum(asked is not None for asked in (settle, threshold, report)) > 1:
        raise click.UsageError("--settle, --act-above and --given-report ask different things; give one of them")
    if (settle, report) != (None, None) and _is_written("top"):
        raise click.UsageError("--top is of a list of questions; --settle and --given-report tell none")
    if len(folders) > 1:
        if (settle, threshold, report) != (None, None, None):
            raise click.UsageError("several results are a choice among layouts; all other questions take one")
        _choose(folders, cases, top, as_json)
        return
    results = open_results(folders[0])
    tell_part(results.summary)
    if report is not None:
        _weigh(results, report, cases, as_json)
        return
    if settle is not None:
        _settle(results, cases, settle, as_json)
        return
    results.chosen(cases)  # a name that is none is told whether or not there is an answer
    if _too_few(as_json, results):
        return
    from bartizan.faces.terminal import worths
    from bartizan.studies.value import act, worth

    if threshold is None:
        _tell(worth.verdicts(results, cases), worths.show, top, as_json)
    else:
        _tell(act.decisions(results, threshold, cases), worths.decide, top, as_json)


def _too_few(as_json: bool, *found: Results) -> bool:
    """Whether there are too few worlds to tell anything, which is said then: as plain data, nothing is."""
    from bartizan.studies.value.asking import LEAST_WORLDS

    played = min(max(case["worlds"] for case in results.summary["cases"]) for results in found)
    if played >= LEAST_WORLDS:
        return False
    tell = "tells" if played == 1 else "tell"
    say(
        f"It cannot be told: {counted(played, 'world')} {tell} nothing of any question; play {LEAST_WORLDS} or more.",
        err=as_json,
    )
    if as_json:
        say("[]")
    return True


def _is_written(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def _choose(folders: Sequence[Path], cases: tuple[str, ...], top: int, as_json: bool) -> None:
    from bartizan.faces.terminal import worths
    from bartizan.studies.results import open_results
    from bartizan.studies.value import choose

    layouts = {str(folder): open_results(folder) for folder in folders}
    if len(layouts) < len(folders):
        raise click.UsageError("a layout is compared with others; the same results were named twice")
    if not _too_few(as_json, *layouts.values()):
        _tell(choose.choices(layouts, cases), worths.choose, top, as_json)


def _tell(answers: Iterable[Any], show: Callable[..., None], top: int, as_json: bool) -> None:
    """Print what is found of each case: by `show`, or as plain data."""
    found = []
    with working() as doing:
        for answer in answers:
            doing(f"looked at {answer.case}")
            found.append(answer)
    if as_json:
        say(json.dumps([answer.content() for answer in found], indent=1))
        return
    for answer in found:
        show(answer, most=top, width=None if sys.stdout.isatty() else 120)


def _weigh(results, report: str, cases: tuple[str, ...], as_json: bool) -> None:  # type: ignore[no-untyped-def]
    from bartizan.faces.terminal import weighings
    from bartizan.studies.value.weigh import weigh

    found = weigh(results, report, cases)
    if as_json:
        say(json.dumps(found.content(), indent=1))
    else:
        weighings.show(found)


def _settle(results, cases: tuple[str, ...], wanted: str, as_json: bool) -> None:  # type: ignore[no-untyped-def]
    from bartizan.studies import price
    from bartizan.studies.results import scenario_of
    from bartizan.studies.side import Side
    from bartizan.studies.value.questions import chosen
    from bartizan.studies.value.settle import settle

    scenario = scenario_of(results)
    question = chosen(scenario, wanted)
    ready_engine()
    seed, named = results.summary["run"]["seed"], [case["name"] for case in results.chosen(cases)]
    sides = [Side(scenario, case, seed) for case in named]
    work = f"{counted(len(sides), 'kind')} of raid in up to {sides[0].design.worlds} worlds, twice"
    say_price(2 * price.of_sides(sides), work, "at most about")
    if not as_json:
        say(f"{question.text}\nof the spread between worlds, with whatever it acts through:")
    last = []
    for case in named:
        for found in settle(scenario, case, question, seed=seed):
            total = found.total
            share_ = "cannot be told" if (total.low, total.high) == (0.0, 1.0) else percent(total.share, 0)
            told = f"{share_} ({percent(total.low, 0)} to {percent(total.high, 0)}), {found.worlds} worlds"
            say(f"{case}: {told}", err=as_json)
            if (total.high - total.low) / 2 <= CLOSE_ENOUGH and found.worlds >= LEAST_SETTLED:
                break
        last.append({"case": case, "key": question.key, "text": question.text, "worlds": found.worlds, **asdict(total)})
    if as_json:
        say(json.dumps(last, indent=1))
