"""The options that several commands have, and how those that go together are given to a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]
Option = Callable[[Command], Command]


class Whole(click.IntRange):
    """A whole number within bounds, called so."""

    name = "whole number"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "N"


SEED = click.option(
    "--seed", type=Whole(min=0, max=2**32 - 1), default=0, show_default=True, help="Same seed, same answer."
)
THREADS = click.option("--threads", type=Whole(min=1), help="Threads to use. Default: all cores.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Everything as JSON.")


def together(*options: Option) -> Option:
    """Options as one decorator, in this order in the help."""

    def added(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return added
