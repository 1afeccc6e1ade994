"""The command that completes commands in a shell, and what is offered where a scenario is asked for."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from bartizan.faces.commands.terminal import say

SHELLS = ("bash", "zsh", "fish")


class ScenarioName(click.ParamType):
    """A scenario: a shipped one, which is offered by name, or a file. What it names is looked for by the command."""

    name = "scenario"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        shipped = sorted(
            file.name.removesuffix(".yaml") for file in (files("bartizan") / "data" / "scenarios").iterdir()
        )
        named = [CompletionItem(name, help="shipped") for name in shipped if name.startswith(incomplete)]
        return [*named, CompletionItem(incomplete, type="file")]


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands, options, files and names of shipped scenarios.

    bash: eval "$(bartizan completion bash)" in ~/.bashrc; zsh the same in ~/.zshrc; fish: bartizan completion fish >
    ~/.config/fish/completions/bartizan.fish.
    """
    from bartizan.faces.cli import cli

    found = get_completion_class(shell)
    if found is not None:
        say(found(cli, {}, "bartizan", "_BARTIZAN_COMPLETE").source())
