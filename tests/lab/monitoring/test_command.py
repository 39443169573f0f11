"""`fakta monitor` from end to end: documents that are read, logged, audited and watched; exit codes and lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.monitoring.production import audit, extraction, manifest, write_lines

from fakta_lab.cli import main
from fakta_lab.synth.write import write_set


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest()), encoding="utf-8")
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    lines = (extraction(i, confidence=0.8 + 0.005 * (17 * i % 40)) for i in range(40))
    return write_lines(tmp_path / "log.jsonl", lines)


def test_documents_are_read_logged_audited_and_watched(
    tmp_path: Path, untuned_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = write_set(tmp_path / "set", count=8, seed=5, suppliers=4, error_share=0.0)
    bundle = untuned_bundle
    tuned = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    everything = {"threshold": 0.0, "lower_bound": 0.9, "reason": ""}
    tuned["thresholds"] = {"amount_due": {"unknown": everything}}
    tuned["tuning"] = {"target_precision": 0.9}
    (bundle / "manifest.json").write_text(json.dumps(tuned), encoding="utf-8")
    log = tmp_path / "log.jsonl"
    assert main(["extract", str(made), "--model", str(bundle), "--format", "jsonl", "--out", str(log)]) == 0
    capsys.readouterr()
    command = ["monitor", str(log), "--model", str(bundle), "--format", "json", "--audits"]

    assert main([*command, str(made)]) == 0
    printed = capsys.readouterr()
    [amount] = json.loads(printed.out)["promises"]
    assert (amount["accepted"], amount["audited"], amount["wrong"]) == (8, 8, 0)
    assert "inputs not compared" in printed.err

    # The same documents, of which a person says something else.
    truth = [json.loads(line) for line in (made / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    for line in truth:
        line["fields"]["amount_due"] = "1.00"
    write_lines(made / "truth.jsonl", truth)
    assert main([*command, str(made)]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["broken"] == ["amount_due"]
    assert found["promises"][0]["wrong"] == 8


def test_the_table_says_everything_but_what_documents_say(
    model: Path, log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    audits = write_lines(tmp_path / "audits.jsonl", [audit(i, amount="54321.00") for i in range(10)])
    assert main(["monitor", str(log), "--model", str(model), "--audits", str(audits)]) == 1
    printed = capsys.readouterr()
    assert printed.err == ""
    for said in ("amount_due", "no iban", "100.0% (", "≤ 1.0%", "broken", "not enough audits"):
        assert said in printed.out
    last = printed.out.splitlines()[-1]
    assert last == (
        "fakta/base: ALARM: 0 of 2 promises kept, 1 broken (amount_due); inputs changed: no; 40 documents, 10 audited"
    )
    for secret in ("54321", "SECRET", "100,00", "100.00"):
        assert secret not in printed.out


def test_changed_inputs_end_in_1_only_when_strict(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = write_lines(tmp_path / "log.jsonl", (extraction(i, confidence=0.6) for i in range(40)))
    command = ["monitor", str(log), "--model", str(model)]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "Documents look different from those of tuning" in printed
    assert "(lower)" in printed
    assert main([*command, "--strict"]) == 1


def test_bad_lines_and_empty_audits_are_told_on_stderr(
    model: Path, log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write("{}\n" * 30 + '{"document": "torn')
    audits = tmp_path / "audits.jsonl"
    audits.write_text("", encoding="utf-8")
    assert main(["monitor", str(log), "--model", str(model), "--audits", str(audits)]) == 0
    printed = capsys.readouterr().err.splitlines()
    assert printed[0] == f"error: {log}: line 41: sha256: expected a text, found nothing"
    assert printed[20:] == [
        "error: and 11 more lines that cannot be used",
        f'{audits}: no audit of a document in the logs; corrections of such carry the selection "audit"',
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.jsonl", "--model", "MODEL"], "nowhere.jsonl: no such file"),
        (["LOG", "--model", "nowhere"], "nowhere: no such bundle"),
        (["MODEL", "--model", "MODEL"], "no extraction by fakta/base"),
        (["LOG", "--model", "LOG"], "neither a bundle folder nor a readable zip file"),
        (["LOG", "--model", "MODEL", "--audits", "FOLDER"], "no store here"),
        (["LOG", "--model", "MODEL", "--since", "yesterday"], "--since yesterday: expected an ISO 8601"),
        (["LOG", "--model", "MODEL", "--alpha", "1.5"], "alpha 1.5: expected a number between 0 and 1"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_code_2(
    arguments: list[str], says: str, model: Path, log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    known = {"MODEL": str(model), "LOG": str(log), "FOLDER": str(tmp_path / "empty")}
    assert main(["monitor", *(known.get(argument, argument) for argument in arguments)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert says in printed.err
    assert len(printed.err.splitlines()) == 1
