"""The words of explanations: nothing that the runtime weighs is without them, and nothing that a document states."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.fakta.donut.nano import VALUES, write_scripted_bundle
from tests.fakta.memory.corrected import HOUSE, INVOICES, NEW_FORM, memory_of, views_of

from fakta.candidates.labels import Lexicon
from fakta.candidates.parties import _TELLING as NEIGHBOURS
from fakta.candidates.search import field_columns
from fakta.errors import ConfigError
from fakta.extract import Extractor
from fakta.extraction import Extraction
from fakta.fields import canonical
from fakta.reading.features import field_features
from fakta.resolve import resolve
from fakta.schema import invoice_schema
from fakta.verify.wording import LANGUAGES, OWN, explanations
from fakta_lab.synth import generate, render_pdf

Extracted = tuple[Extraction, Mapping[str, Mapping[str, float]]]
SEEDS = range(8)
# Of a document that needs no look, and of one that does.
JUDGEMENTS = ("Behöver inte granskas", "Behöver granskas")
VERDICTS = ("Godkänd (", "Finns inte på dokumentet (", "Behöver granskas", "Inget hittades")
# Parts of a document that may also be in a sentence about it: too short to be anybody's.
SHORT = 4


def spoken() -> set[str]:
    """Features that a phrase is about."""
    phrases = explanations()["phrases"]
    return {feature for phrase in phrases for feature in (*phrase["when"], *phrase.get("features", ()))}


def known() -> set[str]:
    """Features that the file names."""
    return spoken() | set(explanations()["silent"])


@pytest.fixture(scope="module")
def documents() -> list[bytes]:
    return [render_pdf(generate(seed)) for seed in SEEDS]


@pytest.fixture(scope="module")
def extracted(documents: list[bytes]) -> list[Extracted]:
    extractor = Extractor.load(language="sv")
    return [extractor.extract_with_features(document) for document in documents]


def test_every_feature_of_generated_invoices_has_words_or_needs_none(extracted: list[Extracted]) -> None:
    weighed = {feature for _, fields in extracted for features in fields.values() for feature in features}
    assert {"label", "margin", "sums", "document_weak", "heading_customer"} <= weighed
    assert weighed <= known()


def test_every_feature_of_a_memory_has_words() -> None:
    schema, weighed = invoice_schema(), set()
    for sheet in (HOUSE, NEW_FORM):
        for invoice in (INVOICES[3], {**INVOICES[3], "number": "A/3-2"}):
            views = views_of(sheet.format(**invoice))
            memory = memory_of(3, absent=["iban", "customer_org_number"])
            resolution = resolve(views, schema, Lexicon.shipped(), (), memory=memory)
            fields = field_features(resolution, views, [view.page for view in views], field_columns(schema, ()))
            weighed |= {feature for features in fields.values() for feature in features}
    assert {"memory_label", "memory_place", "memory_value", "memory_rival"} <= weighed
    assert weighed <= known()


def test_every_feature_of_donut_has_words_or_needs_none(tmp_path: Path, documents: list[bytes]) -> None:
    some = dict(list(VALUES.items())[:1])
    bundle = write_scripted_bundle(tmp_path / "scripted", some)
    _, fields = Extractor.load(bundle).extract_with_features(documents[0])
    weighed = {feature for features in fields.values() for feature in features}
    assert {"probability", "printed", "absent"} <= weighed
    assert weighed <= known()


def test_the_file_names_no_feature_that_nobody_computes(root: Path) -> None:
    folders = ("candidates", "memory", "reading", "resolve")
    paths = [path for folder in folders for path in (root / "src" / "fakta" / folder).glob("*.py")]
    written = {name for path in paths for name in re.findall(r'"([a-z_]+)"', path.read_text(encoding="utf-8"))}
    composed = {f"heading_{party}" for party in ("supplier", "customer", "delivery")}
    composed |= {f"near_{concept}" for concept in NEIGHBOURS}
    assert (known() | set(explanations()["neutral"])) - written - composed == set()


def test_the_file_says_nothing_of_what_it_is_silent_about() -> None:
    # `document_model` tells whether a model read the page, and `read_by_model` sums that up.
    assert spoken() & set(explanations()["silent"]) <= {"document_model", "score"}


def test_every_field_of_an_invoice_has_a_name_in_every_language() -> None:
    names = explanations()["fields"]
    assert list(names) == list(invoice_schema().fields)
    for languages in names.values():
        assert set(languages) == set(LANGUAGES)
        assert all(languages.values())


def test_every_phrase_is_whole() -> None:
    keys = {"side", "topic", "weight", "when", "features", "found", "reader", "only", "not", *LANGUAGES}
    fields = {*invoice_schema().fields, OWN}
    for phrase in explanations()["phrases"]:
        assert set(phrase) <= keys, phrase
        assert phrase["side"] in ("for", "against")
        assert 1 <= phrase["weight"] <= 4
        assert phrase["when"]
        assert phrase.get("found", True) in (True, False, "both")
        assert phrase.get("reader", "words") in ("words", "donut")
        assert {*phrase.get("only", ()), *phrase.get("not", ())} <= fields
        for language in LANGUAGES:
            text = phrase[language]
            assert text.strip(" .") == text, "a clause, no sentence"
            assert "{" not in text
    sentences = explanations()["sentences"]
    assert set(sentences) == set(LANGUAGES)
    assert list(sentences["sv"]) == list(sentences["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_holds_what_the_document_states(language: Any, documents: list[bytes]) -> None:
    extractor = Extractor.load(language=language)
    for document in documents[:3]:
        extraction = extractor.extract(document)
        fields = extraction.fields.values()
        printed = [each.text for each in fields] + [canonical(each.value) for each in fields if each.value is not None]
        sentences = [extraction.explanation, *(each.explanation for each in fields)]
        for sentence in sentences:
            assert len(sentence.splitlines()) == 1
            # "invoice", the type of the document, is a word of the sentences too.
            assert not [text for text in printed if len(text) >= SHORT and text != "invoice" and text in sentence]


def test_explanations_are_in_the_results(extracted: list[Extracted]) -> None:
    for extraction, _ in extracted:
        plain = extraction.to_dict()
        assert plain["explanation"] == extraction.explanation
        assert extraction.explanation.startswith(JUDGEMENTS[extraction.needs_review])
        for name, field in plain["fields"].items():
            assert list(field)[-2:] == ["reasons", "explanation"]
            assert field["explanation"] == extraction.fields[name].explanation
            assert field["explanation"].startswith(VERDICTS)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_language_reaches_the_workers(workers: int, documents: list[bytes], tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.pdf" for number in range(2)]
    for path, document in zip(paths, documents, strict=False):
        path.write_bytes(document)
    extractor = Extractor.load(language="sv")
    for extraction in extractor.extract_many(paths, workers=workers):
        assert extraction.explanation.startswith(JUDGEMENTS[extraction.needs_review])


def test_a_language_that_nobody_wrote_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match="language 'de'"):
        Extractor(None, language="de")  # type: ignore[arg-type]


def test_nothing_is_read_before_a_sentence_is_asked_for() -> None:
    code = (
        "import sys, fakta; assert 'yaml' not in sys.modules; import fakta.extract;"
        "from fakta.verify.wording import explanations; assert not explanations.cache_info().misses"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
