"""What an error says, and what it never does."""

from __future__ import annotations

from bartizan.ground.errors import MOST_SHOWN, BartizanError, Mistake, ScenarioError, UserError, instead, shown


def test_a_mistake_names_line_field_problem_and_what_stood_there() -> None:
    assert str(Mistake("a[0].b", "must be finite", 3, 5, "'x'")) == "line 3: a[0].b: must be finite (stood there: 'x')"
    assert str(Mistake("", "is empty")) == "the whole file: is empty"


def test_mistakes_come_in_the_order_of_their_lines() -> None:
    error = ScenarioError("f.yaml", [Mistake("b", "second", 9), Mistake("a", "first", 2)])
    assert str(error).splitlines() == ["f.yaml: 2 mistakes", "  line 2: a: first", "  line 9: b: second"]
    assert isinstance(error, UserError)
    assert isinstance(error, BartizanError)


def test_one_mistake_is_in_the_singular() -> None:
    assert str(ScenarioError("f", [Mistake("a", "b")])).startswith("f: 1 mistake\n")


def test_very_many_mistakes_are_counted_and_kept() -> None:
    error = ScenarioError("f", [Mistake("a", "b", line) for line in range(1, MOST_SHOWN + 8)])
    assert str(error).endswith("and 7 more")
    assert len(error.mistakes) == MOST_SHOWN + 7


def test_an_unknown_name_is_told_the_nearest_one_or_else_what_is_known() -> None:
    assert instead("shahed", ["shahed-136", "kalibr"]) == "; did you mean 'shahed-136'?"
    assert instead("S400", ["s-400", "tor-m2"]) == "; did you mean 's-400'?"
    assert instead("X", ["kalibr", "airliner"]) == "; known: airliner, kalibr"
    assert instead("X", []) == "; known: none"
    assert len(instead("~" * 1_000_000, map(str, range(100_000)))) < 300


def test_values_are_shown_short_and_never_expanded() -> None:
    assert len(shown("x" * 1000)) == 60
    assert shown({"a": 1, "b": 2}) == "a mapping with 2 keys"
    assert shown([1, 2, 3]) == "a list of 3 items"
    assert shown(1.5) == "1.5"
