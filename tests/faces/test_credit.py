"""The attribution that the licences of a surface's files ask for stands beside the maps."""

from __future__ import annotations

from pathlib import Path

from tests.faces import sample_summary as sample

from bartizan.faces import report


def test_the_credit_of_a_surface_stands_under_both_maps(tmp_path: Path) -> None:
    content = sample.summary_of_one_raid()
    content["map"]["credit"] = "© Someone <who maps>, ODbL 1.0"
    page = report.render(sample.write_folder(tmp_path, content, sample.coverage(5)))
    assert page.count("Surface: <bdi>© Someone &lt;who maps&gt;, ODbL 1.0</bdi>.") == 2


def test_without_a_credit_nothing_is_said(tmp_path: Path) -> None:
    content = sample.summary_of_one_raid()
    for credit in ("", None):
        content["map"]["credit"] = credit
        assert "Surface: <bdi>" not in report.render(sample.write_folder(tmp_path / str(credit), content))
