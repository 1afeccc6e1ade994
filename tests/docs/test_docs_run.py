"""The documentation runs: examples are executed, and every option, field and link is where the docs say."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from pydantic import TypeAdapter, ValidationError
from tests.docs.pages import DOCS, GENERATED, PAGES, ROOT, Block, anchors, blocks, prose, sections
from tools import make_reference, make_results

#: `run` is executed with these at its end: what a page shows at full size is played small.
SMALL = ("--worlds", "2", "--raids", "4")
MOST_SKIPS = 3


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


every_page = pytest.mark.parametrize("page", PAGES, ids=_name)


# ------------------------------------------------------------------------------------------------ examples


def run_command(line: str) -> tuple[int, str]:
    """Exit code and output of a command line that starts with `bartizan`, played small, in this process."""
    from bartizan.faces import cli

    words = shlex.split(line, comments=True)
    if words[1] == "serve":
        return serve(words[2:])
    if "run" in words[1:2] and "--help" not in words:
        words += SMALL
    out = io.StringIO()
    before = sys.argv
    sys.argv = words
    code: Any = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            cli.main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = before
    return (0 if code is None else code), out.getvalue()


def serve(words: list[str]) -> tuple[int, str]:
    """Start the viewer, load its page, end it as Ctrl-C does."""
    command = [sys.executable, "-m", "bartizan", "serve", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            shown = running.stdout.readline()
            address = re.search(r"http://\S+", shown)
            assert address is not None, shown
            with urllib.request.urlopen(address[0], timeout=240) as answer:
                assert "<title>" in answer.read().decode()
            running.send_signal(signal.SIGINT)
            return running.wait(timeout=240), shown
        finally:
            running.kill()


def same_output(expected: str, printed: str) -> bool:
    return doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)


def play_console(block: Block, where: str) -> None:
    for line, shown in block.commands:
        if not line.startswith("bartizan "):
            continue
        code, printed = run_command(line)
        assert code == int(block.marks.get("exit", "0")), f"{where}: `{line}` ended with {code}:\n{printed}"
        if "output" in block.marks:
            assert same_output(shown, printed), f"{where}: `{line}` printed\n{printed}"


def play_python(block: Block, names: dict[str, Any], where: str) -> str:
    """What the block prints; lines of a traceback are lines of the page."""
    printed = io.StringIO()
    source = "\n" * block.line + block.text
    with contextlib.redirect_stdout(printed):
        exec(compile(source, where.split(":")[0], "exec"), names)
    return printed.getvalue()


@every_page
def test_examples_run_in_order(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__docs__"}
    printed = ""
    for block in blocks(page):
        where = f"{_name(page)}:{block.line}"
        if "skip" in block.marks:
            continue
        if "file" in block.marks:
            Path(block.marks["file"]).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            play_console(block, where)
        elif block.language == "python":
            printed = play_python(block, names, where)
        elif block.language == "text" and "output" in block.marks:
            assert same_output(block.text, printed), f"{where}: printed instead\n{printed}"


def test_few_examples_are_exempt_and_each_says_why() -> None:
    skipped = [(_name(p), b) for p in PAGES for b in blocks(p) if "skip" in b.marks]
    assert len(skipped) <= MOST_SKIPS, [f"{page}:{b.line}" for page, b in skipped]
    for page, block in skipped:
        assert len(block.marks["skip"].split()) >= 3, f"{page}:{block.line}: say why it is not executed"


# ------------------------------------------------------------------------------------------------ YAML


def yaml_blocks() -> Iterator[Any]:
    for page in PAGES:
        for block in blocks(page):
            if block.language == "yaml":
                yield pytest.param(block, id=f"{_name(page)}:{block.line}")


def _kind(name: str) -> Any:
    from bartizan.world import schema, uncertain

    return getattr(schema, name, None) or getattr(uncertain, name)


@pytest.mark.parametrize("block", list(yaml_blocks()))
def test_yaml_is_valid(block: Block, tmp_path: Path) -> None:
    from bartizan.world import overlay, reader, scenario
    from bartizan.world.schema import ScenarioFile

    if "file" in block.marks:
        path = tmp_path / block.marks["file"]
        path.write_text(block.text, encoding="utf-8")
        assert scenario.load(path).cases
        return
    content = reader.read(block.text, "docs").content
    if "check each" in block.marks:
        TypeAdapter(dict[str, _kind(block.marks["check each"])]).validate_python(content)
    elif "types" in block.marks:
        types = overlay.filled_in(reader.from_object({block.marks["types"]: content}, "docs")).content
        TypeAdapter(ScenarioFile.model_fields[block.marks["types"]].annotation).validate_python(
            types[block.marks["types"]]
        )
    elif "refused" in block.marks:
        with pytest.raises(ValidationError):
            TypeAdapter(_kind(block.marks["refused"])).validate_python(content)
    else:
        assert "check" in block.marks, "say what this is: file, types, check or check each (tests/docs/pages.py)"
        TypeAdapter(_kind(block.marks["check"])).validate_python(content)


# ------------------------------------------------------------------------------------------------ nothing undocumented


def commands() -> dict[str, click.Command]:
    """Every command of the program by its name, from click itself."""
    from bartizan.faces import cli

    return dict(_leaves(cli.cli, ""))


def _leaves(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _leaves(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


def _options(command: click.Command) -> set[str]:
    return {opt for p in command.params for opt in (*p.opts, *p.secondary_opts) if opt.startswith("--")} - {"--help"}


def test_commands_page_lists_the_commands_and_options_that_exist() -> None:
    page = sections(DOCS / "commands.md")
    documented = {head.removeprefix("bartizan "): text for head, text in page.items() if head.startswith("bartizan ")}
    assert set(documented) == set(commands())
    for name, command in commands().items():
        told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", documented[name])) - {"--help"}
        assert told == _options(command), f"bartizan {name}"


def test_commands_on_every_page_exist() -> None:
    """Options shown outside of executed blocks, too."""
    known = commands()
    for page in PAGES:
        for words in re.findall(r"`bartizan ([a-z][^`]*)`", prose(page)):
            name = next((n for n in known if f"{words} ".startswith(f"{n} ")), None)
            assert name is not None, f"{_name(page)}: bartizan {words}"
            options = {w.split("=")[0] for w in words.split() if w.startswith("--")}
            unknown = options - _options(known[name]) - {"--help"}
            assert not unknown, f"{_name(page)}: bartizan {name} {unknown}"


def test_every_field_is_explained() -> None:
    """In the schema itself, from which the reference page is made, or by name on a page that people wrote."""
    written = "\n".join(p.read_text(encoding="utf-8") for p in PAGES if p not in GENERATED)
    named = set(re.findall(r"\b[a-z_]+\b", " ".join(re.findall(r"`([^`\n]+)`", written) + _yaml_texts())))
    bare = [
        f"{model.__name__}.{name}"
        for model in make_reference.models()
        for name, field in model.model_fields.items()
        if not field.description and name not in named
    ]
    assert not bare, f"neither described in the schema nor named in the docs: {bare}"


def _yaml_texts() -> list[str]:
    return [block.values[0].text for block in yaml_blocks()]


def test_every_model_says_what_it_is() -> None:
    assert not [m.__name__ for m in make_reference.models() if not m.__doc__]


def test_public_names_are_in_the_docs() -> None:
    import bartizan

    written = "\n".join(p.read_text(encoding="utf-8") for p in PAGES)
    assert {"load", "run"} <= set(bartizan.__all__)
    assert not [name for name in bartizan.__all__ if f"bartizan.{name}" not in written]


def test_fates_and_causes_are_explained() -> None:
    from bartizan.studies import wording

    page = sections(DOCS / "results.md")
    fates = {**wording.FATES, **wording.NEUTRAL_FATES}
    for heading, known in (("What becomes of a threat", fates), ("Why it leaked", wording.CAUSES)):
        assert set(re.findall(r"^\| `(\w+)` \|", page[heading], flags=re.MULTILINE)) == set(known)


def test_architecture_lists_the_rooms_that_exist() -> None:
    assert make_reference.ARCHITECTURE.read_text(encoding="utf-8") == make_reference.architecture(), "run `make docs`"


def test_reference_page_is_up_to_date() -> None:
    assert make_reference.PAGE.read_text(encoding="utf-8") == make_reference.page(), "run `make docs`"
    assert make_reference.RECORDS.read_text(encoding="utf-8") == make_reference.records(), "run `make docs`"
    for path, text in make_results.made().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`"


# ------------------------------------------------------------------------------------------------ pages


@every_page
def test_relative_links_resolve(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert not broken


def test_make_targets_in_the_docs_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for page in PAGES:
        told = re.findall(r"(?:^\$ |`)make ([a-z]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert set(told) <= targets, _name(page)


def test_every_page_is_in_the_navigation() -> None:
    def files(nav: Any) -> Iterator[str]:
        if isinstance(nav, str):
            yield nav
        for item in nav if isinstance(nav, list) else nav.values() if isinstance(nav, dict) else ():
            yield from files(item)

    class Plain(yaml.SafeLoader):
        """What stands in the file, whatever the environment has."""

    Plain.add_constructor("!ENV", lambda *_: None)
    nav = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Plain)["nav"]
    pages = [*DOCS.rglob("*.md"), *(p.with_suffix(".md") for p in DOCS.rglob("*.ipynb"))]  # a notebook becomes one
    assert sorted(files(nav)) == sorted(str(p.relative_to(DOCS)) for p in pages)
