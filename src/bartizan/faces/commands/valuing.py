"""The command that asks which report matters most: value."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from bartizan.faces.commands.terminal import say, say_if_compiling, working

#: Half the width of a total share at which no more worlds are played.
CLOSE_ENOUGH = 0.1


@click.command()
@click.argument("folder", metavar="RESULTS", type=click.Path(path_type=Path))
@click.option("--case", "cases", multiple=True, metavar="NAME", help="Only this case; may be given again.")
@click.option("--top", type=click.IntRange(min=1), default=6, show_default=True, help="Questions told of each case.")
@click.option("--settle", metavar="QUESTION", help="What settling this question would take away, by playing anew.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, all questions included.")
def value(folder: Path, cases: tuple[str, ...], top: int, settle: str | None, as_json: bool) -> None:
    """Say which report matters most: what each open question is worth to what gets through.

    RESULTS is a folder that bartizan run wrote. A question's share is the part of the spread between worlds that its
    answer alone explains. With --settle the same worlds and luck are played again with that question drawn anew: its
    share together with whatever it acts through.
    """
    from bartizan.studies.results import open_results

    results = open_results(folder)
    if settle is not None:
        _settle(results, cases, settle)
        return
    from bartizan.faces import worths
    from bartizan.studies.value.worth import verdicts

    found = []
    with working() as doing:
        for verdict in verdicts(results, cases):
            doing(f"looked at {verdict.case}")
            found.append(verdict)
    if as_json:
        say(json.dumps([verdict.content() for verdict in found], indent=1))
        return
    for verdict in found:
        worths.show(verdict, most=top, width=None if sys.stdout.isatty() else 120)


def _settle(results, cases: tuple[str, ...], wanted: str) -> None:  # type: ignore[no-untyped-def]
    from bartizan.studies.results import scenario_of
    from bartizan.studies.value.questions import chosen
    from bartizan.studies.value.settle import settle

    scenario = scenario_of(results)
    question = chosen(scenario, wanted)
    say_if_compiling()
    say(f"{question.text}\nof the spread between worlds, with whatever it acts through:")
    for name in cases or results.cases:
        case = results.case(name)["name"]
        for found in settle(scenario, case, question, seed=results.summary["run"]["seed"]):
            share = found.total
            told = f"{share.share:.0%} ({share.low:.0%} to {share.high:.0%}), {found.worlds} worlds"
            click.echo(f"\r{case}: {told}    ", nl=False)
            if (share.high - share.low) / 2 <= CLOSE_ENOUGH and found.worlds >= 64:
                break
        click.echo("")
