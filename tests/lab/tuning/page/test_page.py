"""The tuning report as a page: whole in itself, safe, readable without what is optional."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.lab.html_page import Page
from tests.lab.tuning.simulated import judged_invoices, tuning_report

from fakta_lab.tuning.page.page import render_page, write_report

FIELDS = ("invoice_number", "invoice_date", "supplier_name", "amount_due", "iban")


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return tuning_report(judged_invoices(suppliers=400, fields=FIELDS, seed=5))


@pytest.fixture(scope="module")
def html(report: dict[str, Any]) -> str:
    return render_page(report)


def test_the_page_needs_nothing_else(html: str) -> None:
    page = Page(html)
    links = [
        value for _, name, value in page.attributes if name in {"src", "href", "xlink:href", "action", "data", "poster"}
    ]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not re.search(r"https?:|@import|url\((?!#)", html)
    assert "default-src 'none'" in html
    assert len(html.encode()) < 1_000_000


def test_ids_are_unique_and_every_reference_has_its_target(html: str) -> None:
    page = Page(html)
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    referred = {value.removeprefix("#") for value in page.all("xlink:href")} | set(re.findall(r"url\(#([^)]+)\)", html))
    assert referred | set(page.all("aria-labelledby")) | set(page.all("for")) <= set(ids)


def test_who_cannot_see_is_told(html: str) -> None:
    page = Page(html)
    assert ("html", "lang", "en") in page.attributes
    assert page.tags.count("h1") == 1
    assert page.tags.count("figure") == page.all("role").count("img") > len(FIELDS)
    assert page.tags.count("table") == page.tags.count("caption") == 8
    scopes = page.all("scope")
    assert len(scopes) == page.tags.count("th")
    assert set(scopes) == {"row", "col"}


def test_what_matters_is_said(report: dict[str, Any], html: str) -> None:
    text = Page(html).words
    assert f"Measured on {report['documents']:,} documents of {report['suppliers']:,} suppliers" in text
    swept = next(row for row in report["sweep"] if row["target"] == 0.99)
    assert f"{100 * swept['overall']['accepted_share']:.1f} % of the answers need no person" in text
    assert "promised right ≥ 99 %" in text
    entry = report["thresholds"]["invoice_number"]["unknown"]
    assert f"≥ {100 * entry['lower_bound']:.2f} %" in text
    assert "Fields; promised of what is accepted: ≥ 99 % right" in text
    assert "every required field right; promised of what is accepted: ≥ 95 % right" in text
    assert f"{entry['threshold']:.4f}" in text
    assert "1 document could not be read" in text
    for reason in report["thresholds"]["iban"].values():
        assert reason["reason"].removeprefix("cannot be promised: ") in text
    auroc = report["comparison"]["scores"]["verifier"]["measures"]["auroc"]
    assert f"{auroc['value']:.3f} {auroc['low']:.3f} to {auroc['high']:.3f}" in text
    assert "what is held to a person 7,350 6,909–7,791 650 6,700 0 0.60 % 0.10 % 66.0 % 0 %" in text
    assert "wrong default 90" in text


def test_every_target_is_there_without_javascript(report: dict[str, Any], html: str) -> None:
    text = Page(html).words
    for row in report["sweep"]:
        assert f" {100 * row['target']:g} %" in text
    [data] = re.findall(r'<script type="application/json" id="sweep-data">(.*?)</script>', html)
    assert [row["target"] for row in json.loads(data)] == sorted(row["target"] for row in report["sweep"])


def test_documents_are_counted_and_not_named(html: str) -> None:
    assert "hidden.pdf" not in html


def test_hostile_names_stay_text() -> None:
    hostile = "</script><script>alert(1)</script><img src=x onerror=y>"
    entry = {"threshold": None, "examples": 3, "suppliers": 1, "reason": f"cannot be promised: {hostile}"}
    page = Page(
        render_page(
            {
                "bundle": hostile,
                "target_precision": 0.99,
                "thresholds": {hostile: {"unknown": entry, "tenants": {hostile: {"known": entry}}}},
                "curves": {hostile: [{"confidence": 0.9, "share": 1.0, "precision": 0.9}]},
                "sweep": [
                    {"target": 0.99, "overall": {"accepted_share": 0.0}, "fields": {hostile: {"accepted_share": 0.0}}}
                ],
                "policies": [{"description": hostile, "per_thousand": 1.0}],
                "costs": {hostile: {hostile: 2.0}},
            }
        )
    )
    assert page.tags.count("script") == 2
    assert "img" not in page.tags
    assert page.text.count(hostile) >= 8


@pytest.mark.parametrize(
    "key",
    [
        "bundle",
        "comparison",
        "confidence",
        "costs",
        "curve",
        "curves",
        "document_curve",
        "document_target",
        "document_thresholds",
        "documents",
        "failures",
        "policies",
        "reliability",
        "suppliers",
        "sweep",
        "target_precision",
        "thresholds",
    ],
)
def test_what_is_missing_is_left_out(report: dict[str, Any], key: str) -> None:
    drawn = {"comparison", "curve", "curves", "document_curve", "reliability"}  # drawing takes long
    without = {name: value for name, value in report.items() if name not in drawn | {key}}
    for kept in (without, {key: report[key]}):
        page = Page(render_page(kept))
        assert "None" not in page.text
        assert "nan" not in page.text.split()


def test_an_empty_report_is_a_page() -> None:
    assert "What needs no person" in Page(render_page({})).words


def test_where_nothing_is_promised_the_page_says_so() -> None:
    entry = {"threshold": None, "examples": 12, "right": 12, "suppliers": 3, "accepted_share": 0.0, "reason": "few"}
    text = Page(render_page({"target_precision": 0.99, "thresholds": {"iban": {"unknown": entry}}})).words
    assert "At 99 % right, nothing can be promised yet." in text
    assert "0 of 1 fields have a promise" in text


def test_tenants_have_a_column_of_their_own() -> None:
    entry = {"threshold": 0.9, "examples": 400, "suppliers": 30, "accepted_share": 0.8, "lower_bound": 0.99}
    thresholds = {"iban": {"unknown": entry, "tenants": {"north": {"unknown": {**entry, "threshold": 0.85}}}}}
    text = Page(render_page({"thresholds": thresholds})).words
    assert "iban all unknown 80.0 % ≥ 99.00 % – 0.9000 400 30" in text
    assert "iban north unknown 80.0 % ≥ 99.00 % – 0.8500 400 30" in text


def test_a_report_is_written_and_can_be_rendered_again(report: dict[str, Any], tmp_path: Path, html: str) -> None:
    folder = tmp_path / "new" / "report"
    written = write_report(report, folder)
    names = ["report.json", "report.html", "acceptance.png", "fields.png", "reliability.png", "comparison.png"]
    assert [path.name for path in written] == names
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert (folder / "report.html").read_text(encoding="utf-8") == html
    assert render_page(json.loads((folder / "report.json").read_text(encoding="utf-8"))) == html


def test_numbers_that_json_has_not_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_report({"target_precision": float("nan")}, tmp_path)
    assert list(tmp_path.iterdir()) == []
