"""An evaluation as a JUnit report, which GitHub's and GitLab's build servers show test by test.

GitLab reads `testcase` with `classname`, `name`, `time` and the text of `failure` and `error`; GitHub's actions read
their `message` besides. Both want the cases inside `testsuite`s inside one `testsuites`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from fakta_lab.evaluation.gates import GateResult
from fakta_lab.evaluation.regressions import ComparedFigure
from fakta_lab.evaluation.report import Evaluation

# Characters that XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(evaluation: Evaluation, gates: Sequence[GateResult]) -> str:
    """One test case per gate, per figure that is compared with the baseline, and per document that was not read.

    The text of a failure has one document a line, of those that are wrong in its figure.
    """
    root = ElementTree.Element("testsuites", name=_xml(f"fakta evaluate {evaluation.benchmark}"))
    suites = [_suite("gates", evaluation, [(gate.figure, gate) for gate in gates])]
    if evaluation.baseline:
        compared = [(each.figure, each) for each in evaluation.baseline.figures]
        suites.append(_suite("baseline", evaluation, compared))
    suites.append(_unread(evaluation))
    for suite in suites:
        if len(suite):
            root.append(suite)
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(
    name: str, evaluation: Evaluation, checks: Sequence[tuple[str, GateResult | ComparedFigure]]
) -> ElementTree.Element:
    failed = sum(not check.passed for _, check in checks)
    suite = _empty(name, evaluation, tests=len(checks), failures=failed)
    for figure, check in checks:
        case = _case(suite, figure)
        if not check.passed:
            failure = ElementTree.SubElement(case, "failure", message=_xml(check.message), type=name)
            failure.text = _xml("\n".join([check.message, *check.documents]))
    return suite


def _unread(evaluation: Evaluation) -> ElementTree.Element:
    suite = _empty("documents", evaluation, tests=len(evaluation.failures), errors=len(evaluation.failures))
    for document, reason in evaluation.failures.items():
        error = ElementTree.SubElement(_case(suite, document), "error", message=_xml(reason), type="not read")
        error.text = _xml(f"{document}: {reason}")
    return suite


def _empty(name: str, evaluation: Evaluation, *, tests: int, failures: int = 0, errors: int = 0) -> ElementTree.Element:
    return ElementTree.Element(
        "testsuite",
        name=_xml(f"{evaluation.benchmark} {name}"),
        tests=str(tests),
        failures=str(failures),
        errors=str(errors),
        skipped="0",
        time="0",
    )


def _case(suite: ElementTree.Element, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=suite.get("name", ""), name=_xml(name), time="0")


def _xml(text: str) -> str:
    """The text without characters that would make the file unreadable."""
    return _NOT_XML.sub("\ufffd", text)
