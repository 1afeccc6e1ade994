"""Text of others is shown: nothing in it acts on a terminal, a page or a sheet."""

from __future__ import annotations

import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from tests.world.test_room import SMALL

from bartizan.faces.cli import main
from bartizan.faces.exports.sheets import harmless
from bartizan.faces.terminal.tables import Screen
from bartizan.ground.text import visible

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text(st.characters()))
def test_nothing_acts(text: str) -> None:
    shown = visible(text)
    assert not {ch for ch in shown if unicodedata.category(ch) in ("Cc", "Cs", "Zl", "Zp")} - {"\n", "\t"}
    assert not set(shown) & set(BIDI)
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("\u202eabc", r"\u202eabc"),
        ("Вологда, 東京\n\t", "Вологда, 東京\n\t"),
        ("\x9b1m", r"\x9b1m"),
    ],
)
def test_it_is_told_what_stood_there(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1", "\n=1", " =1", "＝1", "＠x"])
def test_no_sheet_takes_text_for_a_formula(text: str) -> None:
    assert str(harmless(text)).startswith("'")


@pytest.mark.parametrize(
    "arguments", [["check", "FILE"], ["check", "\x1b[2J.yaml"], ["\x1b[2J"], ["run", "--worlds", "\x1b"]]
)
def test_the_terminal_obeys_no_file(tmp_path, monkeypatch, capsys, arguments):
    file = tmp_path / "evil.yaml"
    evil = SMALL | {"claims": [{"id": "a", "text": "\x1b]0;owned\x07\u202e", "grade": "F6"}], "title": "\x1b[31m"}
    file.write_text(json.dumps(evil | {"no\x1b[2J": "\u202e"}))
    monkeypatch.setattr("sys.argv", ["bartizan", *(str(file) if word == "FILE" else word for word in arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert r"\x1b" in told.err
    assert not set(told.out + told.err) & {"\x1b", "\x07", *BIDI}


def test_a_table_is_neither_markup_nor_control():
    console = Screen(width=80, file=io.StringIO())
    table = Table(title="[red]\x1b[2J")
    table.add_column("[b]\x9b")
    table.add_row(":smile: \u202e[/]")
    console.print(table)
    shown = console.file.getvalue()
    for text in (r"[red]\x1b[2J", r"[b]\x9b", r":smile: \u202e[/]"):
        assert text in shown
