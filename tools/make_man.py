"""Writes the manual page, man bartizan, from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "src" / "bartizan" / "data" / "man" / "bartizan.1"


def page() -> str:
    """The whole page, in the man macros."""
    from bartizan import __version__
    from bartizan.faces.cli import cli

    lines = [f'.TH BARTIZAN 1 "" "Bartizan {__version__}" "User Commands"', ".SH NAME"]
    lines += [r"bartizan \- what a reported air defence sees, stops and lets through", ".SH SYNOPSIS"]
    lines += [".B bartizan", r".I COMMAND", r"[\fIOPTION\fR]... [\fIARGUMENT\fR]...", ".SH DESCRIPTION"]
    lines += [*_paragraphs(cli.help or ""), ".SH COMMANDS"]
    for name, command in leaves(cli, ""):
        lines += _command(name, command)
    lines += [".SH EXIT STATUS", *_exits(), ".SH SEE ALSO"]
    lines += [_text("Every command answers --help. The documentation lies in docs/ beside the source.")]
    return "\n".join(lines) + "\n"


def leaves(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, in order of names."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from leaves(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


def _command(name: str, command: click.Command) -> Iterator[str]:
    with click.Context(command, info_name=name) as context:
        usage = " ".join(command.collect_usage_pieces(context))
        options = [param for param in command.params if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(context))]
    yield ".SS " + _text(f"bartizan {name} {usage}")
    yield from _paragraphs(command.help or "")
    for names, meaning in records:
        yield from (".TP", rf"\fB{_text(names)}\fR", _text(meaning))


def _exits() -> Iterator[str]:
    for code, meaning in (
        ("0", "done"), ("1", "a fault of Bartizan, or verify found a comparison outside its tolerance"),
        ("2", "a mistake in what was given, which is told"), ("130", "interrupted"),
    ):  # fmt: skip
        yield from (".TP", code, _text(meaning))


def _paragraphs(text: str) -> Iterator[str]:
    for k, part in enumerate(re.split(r"\n\s*\n", text.strip())):
        yield from ([".PP"] if k else [])
        yield _text(" ".join(part.split()))


def _text(text: str) -> str:
    """Text that roff takes as it is: strokes, hyphens and what would begin a macro are marked."""
    marked = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{marked}" if marked.startswith((".", "'")) else marked


def main() -> None:
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
