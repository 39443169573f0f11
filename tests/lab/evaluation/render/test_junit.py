"""JUnit as GitHub and GitLab read it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from fakta_lab.evaluation import (
    Baseline,
    Benchmark,
    GateResult,
    compare_with_baseline,
    evaluate,
    measure_gates,
    render_junit,
)

# What GitLab's parser (lib/gitlab/ci/parsers/test/junit.rb) and the actions for GitHub take from a case.
CASE_ATTRIBUTES = {"classname", "name", "time"}
OUTCOMES = {"failure", "error", "skipped"}


def parsed(text: str) -> ElementTree.Element:
    """The report, after checking what build servers rely on."""
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        assert int(suite.get("tests", "")) == len(suite)
        outcomes = [child for case in suite for child in case]
        assert int(suite.get("failures", "")) == sum(child.tag == "failure" for child in outcomes)
        assert int(suite.get("errors", "")) == sum(child.tag == "error" for child in outcomes)
        for case in suite:
            assert case.tag == "testcase"
            assert set(case.attrib) == CASE_ATTRIBUTES
            assert case.get("classname")
            assert case.get("name")
            assert {child.tag for child in case} <= OUTCOMES
            assert len(case) <= 1
    for count in ("tests", "failures", "errors"):
        assert root.get(count) == str(sum(int(suite.get(count, "")) for suite in root))
    return root


def test_one_case_per_gate_and_unread_document(benchmark_dir: Path, answers: Path) -> None:
    evaluation = evaluate(Benchmark.load(benchmark_dir), predictions=answers)
    gates = measure_gates(evaluation, {"layouts.*.f1": 0.5})
    gate_suite, unread = parsed(render_junit(evaluation, gates))
    assert [case.get("name") for case in gate_suite] == ["layouts.one.f1", "layouts.two.f1"]
    assert [[child.tag for child in case] for case in gate_suite] == [[], ["failure"]]
    # The documents that did it stand in the text, one a line.
    [failure] = gate_suite[1]
    assert (failure.text or "").splitlines()[1:] == ["documents/c.pdf"]
    assert [case.get("name") for case in unread] == ["documents/c.pdf"]
    assert unread[0][0].get("message") == "no answer in answers.jsonl"


def test_one_case_per_figure_of_the_baseline(benchmark_dir: Path, answers: Path) -> None:
    evaluation = evaluate(benchmark_dir, predictions=answers)
    comparison = compare_with_baseline(evaluation, Baseline.of(evaluation))
    worse = (replace(comparison.figures[0], adjusted=0.01, documents=("documents/b.pdf",)), *comparison.figures[1:])
    compared = replace(evaluation, baseline=replace(comparison, figures=worse))
    suite = parsed(render_junit(compared, []))[0]
    assert [case.get("name") for case in suite] == [figure.figure for figure in comparison.figures]
    assert [len(case) for case in suite] == [1, *[0] * (len(worse) - 1)]
    assert (suite[0][0].text or "").endswith("\ndocuments/b.pdf")


def test_nothing_to_check_is_a_report_without_suites(benchmark_dir: Path) -> None:
    evaluation = evaluate(benchmark_dir, predictions=benchmark_dir / "truth.jsonl")
    assert len(parsed(render_junit(evaluation, []))) == 0


def test_what_xml_cannot_write_does_not_break_the_report(benchmark_dir: Path, answers: Path) -> None:
    evaluation = evaluate(benchmark_dir, predictions=answers)
    name = "a\x00\x1b[31m<&>\"'\ud800.pdf"
    broken = replace(evaluation, benchmark=name, failures={name: name})
    suites = parsed(render_junit(broken, [GateResult("micro.f1", 0.9, 0.1, documents=(name,))]))
    assert suites[1][0].get("name") == "a\ufffd\ufffd[31m<&>\"'\ufffd.pdf"
