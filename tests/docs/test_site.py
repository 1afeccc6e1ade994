"""What comes with the program and its pages: completion, the manual page, the citation, the site."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from tests.docs.pages import DOCS, ROOT
from tests.docs.test_docs_run import commands
from tests.faces import browser
from tools import make_man, make_site

import bartizan
from bartizan.faces import cli
from bartizan.faces.commands.completing import SHELLS


def completed(*words: str) -> list[str]:
    """What bash is offered for the last of some words."""
    environment = os.environ | {
        "_BARTIZAN_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1),
    }  # fmt: skip
    program = "import sys; sys.argv[0] = 'bartizan'; from bartizan.faces.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_commands_options_and_scenarios_are_completed() -> None:
    assert completed("bartizan", "cal") == ["plain,calibrate"]
    assert set(completed("bartizan", "export", "--to", "a")) == {"plain,acmi", "plain,asterix"}
    offered = completed("bartizan", "run", "mo")
    assert {"plain,moscow-2023", "plain,mountain-valley"} <= set(offered)
    assert "file,mo" in offered


@pytest.mark.parametrize("shell", SHELLS)
def test_scripts_are_what_their_shell_takes(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bartizan", "completion", shell])
    cli.main()
    script = capsys.readouterr().out
    assert "_BARTIZAN_COMPLETE" in script
    if (found := shutil.which(shell)) is not None:
        subprocess.run([found, "-n"], input=script, text=True, check=True)


def test_the_manual_page_is_that_of_the_commands() -> None:
    written = make_man.PAGE.read_text(encoding="utf-8")
    assert written == make_man.page(), "run `make docs`"
    heads = re.findall(r"^\.SS bartizan ([a-z ]+)", written.replace("\\", ""), flags=re.MULTILINE)
    assert {head.strip() for head in heads} == set(commands())


def test_the_manual_page_is_sound_roff() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("there is no groff (on Debian: apt install groff)")
    done = subprocess.run([groff, "-ww", "-man", "-z", str(make_man.PAGE)], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_the_citation_is_of_this_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= set(cited)
    assert cited["version"] == bartizan.__version__
    page = (DOCS / "citing.md").read_text(encoding="utf-8")
    assert f"Version {bartizan.__version__}" in page
    assert f"version = {{{bartizan.__version__}}}" in page


def test_every_picture_of_the_docs_is_in_the_gallery_once() -> None:
    shown = re.findall(r"\(pictures/([\w.-]+)\)", (DOCS / "gallery.md").read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(path.name for path in (DOCS / "pictures").iterdir())


def test_the_site_has_a_folder_for_each_version_and_asks_nobody(tmp_path: Path) -> None:
    if importlib.util.find_spec("mkdocs") is None:
        pytest.skip("mkdocs is not installed")
    make_site.build(tmp_path, "0.1.0")
    for other in ("0.10.0", "0.9.1"):
        (tmp_path / other).mkdir()
        (tmp_path / other / "index.html").write_text("", encoding="utf-8")
    assert make_site.versions(tmp_path) == ["0.10.0", "0.9.1", "0.1.0"]
    assert "url=0.10.0/index.html" in make_site.front("0.10.0")
    assert re.findall(r'href="([\d.]+)/', make_site.listed(make_site.versions(tmp_path))) == [
        "0.10.0",
        "0.9.1",
        "0.1.0",
    ]
    site = tmp_path / "0.1.0"
    assert (site / "search" / "search_index.json").is_file()
    assert (site / "tutorial.ipynb").is_file()
    lesson = (site / "tutorial.html").read_text(encoding="utf-8")
    shown = [
        out for cell in json.loads((DOCS / "tutorial.ipynb").read_text())["cells"] for out in cell.get("outputs", [])
    ]
    assert lesson.count("data:image/png;base64,") == sum("image/png" in out.get("data", {}) for out in shown) > 0
    assert 'href="tutorial.html"' in (site / "notebooks.html").read_text(encoding="utf-8")
    for page in site.rglob("*.html"):
        fetched = re.findall(
            r"<(?:script|link|img)[^>]*(?:src|href)=\"(https?:[^\"]*)", page.read_text(encoding="utf-8")
        )
        assert fetched == [], page.name
        assert page.name == "404.html" or "Bartizan 0.1.0; <a href=" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("way", ["from disk", "served"])
def test_a_reader_finds_words_and_chooses_colours(tmp_path: Path, way: str) -> None:
    executable = browser.chromium()
    if executable is None or importlib.util.find_spec("mkdocs") is None:
        pytest.skip("chromium or mkdocs is not installed")
    make_site.build(tmp_path, "0.1.0")
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served, browser.running(executable) as running:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        front = tmp_path.as_uri() if way == "from disk" else f"http://127.0.0.1:{served.server_port}"
        page = running.page()
        page.open(f"{front}/0.1.0/reference/scenario.html?q=undulation")
        assert page.until("document.querySelector('#mkdocs-search-results a')?.href").startswith(f"{front}/0.1.0/")
        for mode in ("dark", "light"):
            page.evaluate(f"document.querySelector('[data-bs-theme-value={mode}]').click()")
            assert page.evaluate("document.documentElement.getAttribute('data-bs-theme')") == mode
        assert page.errors == []
        served.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""
