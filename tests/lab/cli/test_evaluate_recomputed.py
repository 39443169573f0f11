"""Every figure that `fakta evaluate` prints, counted again from the files with nothing but plain code."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from fakta_lab.cli import main

Json = dict[str, Any]
FIELDS = ("invoice_number", "supplier_name", "customer_name", "bankgiro", "amount_due")
COLUMNS = ("description", "quantity", "unit", "line_amount")
N = 90
UNREAD = "documents/07.pdf"


def truth_line(i: int, rng: random.Random) -> Json:
    supplier = i % 9
    fields: Json = {
        "invoice_number": f"{70000 + i}",
        "supplier_name": f"Leverantör nummer {supplier} AB",
        "customer_name": f"Kund {rng.randint(10, 99)} i Mellanby",
        "bankgiro": f"5402{supplier}68" if supplier % 3 else None,
        "amount_due": f"{rng.randint(100, 9999)}.00",
    }
    if i % 5 == 0:
        del fields["customer_name"]
    line: Json = {
        "document": f"documents/{i:02}.pdf",
        "layout": f"layout {supplier % 4}",
        "supplier": "" if supplier == 8 else f"Leverantör nummer {supplier} AB",
        "fields": fields,
    }
    if supplier == 8:
        del fields["supplier_name"]
    if i % 3:
        line["line_items"] = [
            {
                "description": f"Artikel av slaget {i} {row}",
                "quantity": str(rng.randint(1, 9)),
                "unit": "st",
                "line_amount": f"{rng.randint(10, 99)}{row}.00",
            }
            for row in range(rng.randint(0, 4))
        ]
    return line


def answer_line(truth: Json, rng: random.Random) -> Json:
    def misread(value: str | None, kind: str) -> str | None:
        chance = rng.random()
        if chance > 0.25:
            return value
        if value is None or chance < 0.05:
            return None if value is not None else "54029681"
        # Near the truth for a text half of the time.
        return value + "x" if chance < 0.15 or kind == "bankgiro" else "9" * len(value)

    rows = [
        {column: value if rng.random() < 0.85 else f"{value}7" for column, value in row.items()}
        for row in truth.get("line_items", [])
        if rng.random() < 0.9
    ]
    rng.shuffle(rows)
    if rng.random() < 0.2:
        rows.append({"description": "Summa", "line_amount": "1.00"})
    return {
        "document": truth["document"],
        "needs_review": rng.random() < 0.6,
        "fields": {
            name: {"value": misread(truth["fields"].get(name), name), "accepted": rng.random() < 0.7} for name in FIELDS
        },
        "line_items": rows,
        "timings_ms": {"read": round(rng.uniform(5, 50), 1), "model": round(rng.uniform(5, 90), 1)},
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Json], dict[str, Json], list[Json], Json]:
    """Truth, answers by document, what was learned from, and what the command printed."""
    folder = tmp_path_factory.mktemp("recomputed")
    rng = random.Random(4)
    truth = [truth_line(i, rng) for i in range(N)]
    answers = [answer_line(line, rng) for line in truth if line["document"] != UNREAD]
    # Suppliers 0 and 1 not at all, 2 once, 3 twice and so on.
    learned = [
        {"document": f"{s}-{k}.pdf", "supplier": f"Leverantör nummer {s} AB", "fields": {}}
        for s in range(2, 8)
        for k in range(s - 1)
    ]
    for name, lines in (("truth", truth), ("answers", answers), ("learned", learned)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("sys.stdout.write", printed.append)
        arguments = ["evaluate", str(folder), "--predictions", str(folder / "answers.jsonl"), "--format", "json"]
        assert main([*arguments, "--trained-on", str(folder / "learned.jsonl")]) == 0
    return truth, {line["document"]: line for line in answers}, learned, json.loads("".join(printed))


def outcome(truth: str | None, pred: str | None) -> tuple[int, int, int]:
    """Right, wrong, missed."""
    if truth is not None and truth == pred:
        return 1, 0, 0
    return 0, int(pred is not None), int(truth is not None)


def added(counts: Iterable[Sequence[int]]) -> tuple[int, int, int]:
    tp, fp, fn = (sum(column) for column in zip((0, 0, 0), *counts, strict=True))
    return tp, fp, fn


def of(counts: Sequence[int]) -> Json:
    tp, fp, fn = counts
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


def near(expected: Mapping[str, Any]) -> Json:
    return {name: pytest.approx(value, abs=1e-6) for name, value in expected.items()}


def values(answers: Mapping[str, Json], document: str) -> dict[str, str | None]:
    return {name: each["value"] for name, each in answers.get(document, {"fields": {}})["fields"].items()}


def scored(files: Any) -> dict[str, dict[str, tuple[int, int, int]]]:
    """Document to field to right, wrong, missed."""
    truth, answers, _, _ = files
    return {
        line["document"]: {
            name: outcome(value, values(answers, line["document"]).get(name)) for name, value in line["fields"].items()
        }
        for line in truth
    }


def test_fields_layouts_and_micro(files: Any) -> None:
    truth, _, _, printed = files
    documents = scored(files)
    for name in FIELDS:
        counts = added(each[name] for each in documents.values() if name in each)
        assert printed["fields"][name] == {**near(of(counts)), "support": counts[0] + counts[2]}
    assert printed["micro"] == near(of(added(c for each in documents.values() for c in each.values())))
    layouts = defaultdict(list)
    for line in truth:
        layouts[line["layout"]] += documents[line["document"]].values()
    assert {name: each["f1"] for name, each in printed["layouts"].items()} == near(
        {name: of(added(counts))["f1"] for name, counts in layouts.items()}
    )


def test_what_is_accepted_and_released(files: Any) -> None:
    truth, answers, _, printed = files
    documents = scored(files)
    whole = sum(any(counts) for each in documents.values() for counts in each.values())
    accepted = [
        documents[name][field]
        for name, line in answers.items()
        for field, each in line["fields"].items()
        if each["accepted"] and each["value"] is not None and field in documents[name]
    ]
    right = sum(tp for tp, _, _ in accepted)
    found = printed["accepted"]
    assert (found["accepted"], found["wrong"]) == (len(accepted), len(accepted) - right)
    assert (found["share"], found["precision"], found["error"]) == (
        pytest.approx(len(accepted) / whole, abs=1e-6),
        pytest.approx(right / len(accepted), abs=1e-6),
        pytest.approx(1 - right / len(accepted), abs=1e-6),
    )
    released = [name for name, line in answers.items() if not line["needs_review"]]
    wrong = sum(any(fp or fn for _, fp, fn in documents[name].values()) for name in released)
    found = printed["touchless"]
    assert (found["accepted"], found["wrong"]) == (len(released), wrong)
    assert found["share"] == pytest.approx(len(released) / len(truth), abs=1e-6)
    assert found["error"] == pytest.approx(wrong / len(released), abs=1e-6)


def paired(gold: Sequence[Json], given: Sequence[Json]) -> tuple[int, list[tuple[Json, Json]]]:
    """Most equal cells of any pairing of rows, and the pairs; every pairing is tried."""
    best: tuple[tuple[int, int], list[tuple[Json, Json]]] = ((-1, -1), [])
    places = max(len(gold), len(given))
    padded = [*given, *[{}] * (places - len(given))]
    for order in itertools.permutations(padded, len(gold)):
        pairs = list(zip(gold, order, strict=True))
        cells = sum(len(row.items() & other.items()) for row, other in pairs)
        best = max(best, ((cells, sum(right_row(*pair) for pair in pairs)), pairs), key=lambda each: each[0])
    return best[0][0], best[1]


def right_row(gold: Json, given: Json) -> bool:
    # Near enough: descriptions differ by one added letter at most, which is more than 9 tenths of both.
    text, other = gold["description"], given.get("description", "")
    return (text == other or f"{text}7" == other) and all(
        gold[column] == given.get(column) for column in ("quantity", "line_amount")
    )


def test_line_items(files: Any) -> None:
    truth, answers, _, printed = files
    cells, rows = [], []
    for line in truth:
        gold = line.get("line_items")
        if gold is None:
            continue
        given = answers.get(line["document"], {"line_items": []})["line_items"]
        equal, pairs = paired(gold, given) if gold else (0, [])
        columns = set(COLUMNS) if gold else {column for row in given for column in row}
        n_gold, n_given = (sum(len(row.keys() & columns) for row in each) for each in (gold, given))
        cells.append((equal, n_given - equal, n_gold - equal))
        right = sum(right_row(*pair) for pair in pairs)
        rows.append((right, len(given) - right, len(gold) - right))
    found = printed["line_items"]
    assert {name: found[name] for name in ("precision", "recall", "f1")} == near(of(added(cells)))
    assert {name: found["rows"][name] for name in ("precision", "recall", "f1")} == near(of(added(rows)))


def test_exact_documents(files: Any) -> None:
    truth, answers, _, printed = files
    documents = scored(files)
    fields = {name for name, each in documents.items() if not any(fp or fn for _, fp, fn in each.values())}
    exact = set()
    for line in truth:
        gold = line.get("line_items")
        given = answers.get(line["document"], {"line_items": []})["line_items"]
        rows = gold is None or (
            len(gold) == len(given) and all(right_row(*pair) for pair in (paired(gold, given)[1] if gold else []))
        )
        if line["document"] in fields and rows:
            exact.add(line["document"])
    found = printed["exact_match"]
    assert (found["right"], found["fields"]["right"]) == (len(exact), len(fields))
    assert (found["share"], found["fields"]["share"]) == (
        pytest.approx(len(exact) / N, abs=1e-6),
        pytest.approx(len(fields) / N, abs=1e-6),
    )
    assert 0 < len(exact) < len(fields) < N


def edits(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def test_similarity_of_texts(files: Any) -> None:
    truth, answers, _, printed = files
    similar = defaultdict(list)
    for line in truth:
        for name in ("supplier_name", "customer_name"):
            if name in line["fields"]:
                text, other = line["fields"][name], values(answers, line["document"]).get(name)
                far = 1.0 if other is None else edits(text, other) / max(len(text), len(other))
                similar[name].append(1 - far if far < 0.5 else 0.0)
    every = [each for found in similar.values() for each in found]
    assert printed["anls"]["score"] == pytest.approx(sum(every) / len(every), abs=1e-6)
    assert printed["anls"]["values"] == len(every)
    assert {name: each["score"] for name, each in printed["anls"]["fields"].items()} == near(
        {name: sum(found) / len(found) for name, found in similar.items()}
    )


def test_time(files: Any) -> None:
    _, answers, _, printed = files
    times = sorted(sum(line["timings_ms"].values()) for line in answers.values())

    def percentile(share: float) -> float:
        place = share * (len(times) - 1)
        low = math.floor(place)
        return times[low] + (place - low) * (times[math.ceil(place)] - times[low])

    assert printed["latency"] == {
        "documents": N - 1,
        "median_ms": pytest.approx(percentile(0.5), abs=0.006),
        "p95_ms": pytest.approx(percentile(0.95), abs=0.006),
    }


def test_shots(files: Any) -> None:
    truth, _, learned, printed = files
    known = Counter(line["supplier"] for line in learned)
    subsets = defaultdict(list)
    for line in truth:
        n = known[line["supplier"]]
        name = "0-shot" if not n else "1-3-shot" if n < 4 else "4+-shot"
        subsets["unknown" if not line["supplier"] else name].append(line["document"])
    documents = scored(files)
    assert printed["shots"] == {
        name: {**near(of(counts)), "support": counts[0] + counts[2], "documents": len(members)}
        for name, members in subsets.items()
        for counts in [added(counts for member in members for counts in documents[member].values())]
    }
    assert len(subsets) == 4


def drawn(groups: Sequence[Sequence[Any]], figure: Callable[[list[Any]], float], *, draws: int) -> tuple[float, float]:
    """The middle 95 % of a figure over groups drawn anew."""
    rng = random.Random(0)
    found = sorted(
        figure([each for group in rng.choices(groups, k=len(groups)) for each in group]) for _ in range(draws)
    )
    return found[round(0.025 * draws)], found[round(0.975 * draws) - 1]


def test_intervals(files: Any) -> None:
    truth, _, _, printed = files
    documents = scored(files)
    groups = defaultdict(list)
    for line in truth:
        # A document whose supplier nobody knows is drawn by itself.
        groups[line["supplier"] or line["document"]].append(documents[line["document"]])
    assert (printed["intervals"]["by"], printed["intervals"]["clusters"]) == ("supplier", len(groups))
    found = printed["intervals"]["fields"]["bankgiro"]["f1"]
    low, high = drawn(
        list(groups.values()), lambda drawn: of(added(each["bankgiro"] for each in drawn))["f1"], draws=1500
    )
    assert (found["low"], found["high"]) == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.02))
    low, high = drawn(
        list(groups.values()),
        lambda drawn: sum(not any(fp or fn for _, fp, fn in each.values()) for each in drawn) / len(drawn),
        draws=1500,
    )
    found = printed["exact_match"]["fields"]
    assert (found["low"], found["high"]) == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.02))
