"""The command that searches over a defence's own rules: tune."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from bartizan.faces.commands.completing import ScenarioName
from bartizan.faces.commands.terminal import (
    bar,
    check_folder,
    ends_as_by_ctrl_c,
    say,
    say_if_compiling,
    share,
    tell_written,
)


@click.command()
@click.argument("scenario", type=ScenarioName())
@click.option(
    "--over", "over", multiple=True, required=True, metavar="PATH=VALUES",
    help="A rule: values with commas between, or whole numbers as 2..10 or 0..100..20; given again for each rule.",
)  # fmt: skip
@click.option("--raid", "raids", multiple=True, metavar="NAME", help="Only this raid; may be given again.")
@click.option(
    "--objective", type=click.Choice(["mean", "worst_raid", "worst_fifth"]), default="mean", show_default=True,
    help="What is to be least.",
)  # fmt: skip
@click.option(
    "--weight", "weights", multiple=True, metavar="NAME=NUMBER",
    help="What a place, or a threat or class of them, counts; 1 unless given; may be given again.",
)  # fmt: skip
@click.option(
    "--within", metavar="SHARE", callback=share, default="0.5%", show_default=True,
    help="By how much two choices may differ and be as good as one another.",
)  # fmt: skip
@click.option(
    "--worlds", "most", type=click.IntRange(min=64), default=2048, show_default=True, help="Fresh worlds at most."
)
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 1), default=0, show_default=True, help="Same seed, same answer."
)
@click.option("--threads", type=click.IntRange(min=1), help="Threads to use. Default: all cores.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the answer. Default: results/tune-SCENARIO.")
@click.option("--fresh", is_flag=True, help="Begin again, whatever the folder holds.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")
def tune(
    scenario: str,
    over: tuple[str, ...],
    raids: tuple[str, ...],
    objective: str,
    weights: tuple[str, ...],
    within: float,
    most: int,
    seed: int,
    threads: int | None,
    out: Path | None,
    fresh: bool,
    as_json: bool,
) -> None:
    """Say which values a defence's rules should have so that least gets through, and how sure that is.

    PATH is as for bartizan compare, of a system, unit or area: a salvo, a reserve, thrift, what is engaged. A rule may
    also stay as it is. All choices are played in the same worlds with the same luck, and the best one once more in
    fresh ones. Ctrl-C keeps what is done; the same command goes on from there. The folder then holds tuning.json,
    tuned.yaml (the scenario with the best values), a page.
    """
    from bartizan.studies.searching.patience import Patience
    from bartizan.world.scenario import load

    loaded = load(scenario)
    folder = out or Path("results") / f"tune-{loaded.name.replace(':', '-')}"
    check_folder(folder)
    asked, weighed = _over(over), _weights(weights)
    say_if_compiling()
    from bartizan.faces.report import tuned as page
    from bartizan.faces.report.page import save
    from bartizan.faces.terminal import tuned as terminal
    from bartizan.studies.tuning.tune import tune as tune_

    with ends_as_by_ctrl_c(), bar("tuning") as progress:
        how = Patience(within, most, seed, threads, fresh, progress)
        found = tune_(loaded, asked, folder, how, raids=raids, objective=objective, weights=weighed)
    save(page.tuned(found), folder / "report.html")
    if as_json:
        say(json.dumps(found, indent=1))
        return
    terminal.show(found, width=None if sys.stdout.isatty() else 120)
    for name in ("tuned.yaml", "report.html"):
        tell_written(folder / name)


def _over(told: tuple[str, ...]) -> dict[str, list[str]]:
    from bartizan.ground.errors import UserError
    from bartizan.studies.sweep import values_of

    found: dict[str, list[str]] = {}
    for path, values in map(values_of, told):
        if path in found:
            raise UserError(f"{path} is a rule already; give all its values together")
        found[path] = values
    return found


def _weights(told: tuple[str, ...]) -> dict[str, float]:
    from bartizan.ground.errors import UserError

    found: dict[str, float] = {}
    for text in told:
        name, _, number = text.rpartition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise UserError(f"--weight {text!r}: write NAME=NUMBER, such as cruise=5") from None
    return found
