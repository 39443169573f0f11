"""Sentences that say why a field or a document is accepted or held."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.errors import ConfigError
from fakta.extraction import ExtractedField
from fakta.schema import invoice_schema
from fakta.verify import LANGUAGES, Decision, Language, explain, explain_document
from fakta.verify.explain import sure
from fakta.verify.wording import Wording, explanations

NBSP = "\u00a0"
ACCEPTED = Decision(True, "above threshold 0.97", 0.97)
HELD = Decision(False, "below threshold 0.97", 0.97)
UNTUNED = Decision(False, "no threshold tuned for this field")
UNTUNED_DOCUMENT = Decision(False, "no threshold tuned for whole documents")


def words(**features: float) -> dict[str, float]:
    """The features of a value that was read by words, with nothing that stands out."""
    return {"found": 1.0, "score": 3.0, "margin": 4.0, "label": 0.9, "model": 0.7, "document_model": 0.8, **features}


def said(name: str, features: dict[str, float], decision: Decision, language: Language, **given: Any) -> str:
    return explain(name, features, decision, language=language, **{"confidence": 0.992, **given})


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "sv",
            f"Godkänd (99,2{NBSP}% säker): OCR-raden på inbetalningskortet säger samma, summorna stämmer och rätt "
            "ledtext står intill.",
        ),
        (
            "en",
            "Accepted (99.2% sure): the payment slip says the same, the amounts add up and its label stands beside it.",
        ),
    ],
)
def test_accepted(language: Language, sentence: str) -> None:
    assert said("amount_due", words(slip=1.0, sums=1.0), ACCEPTED, language) == sentence


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "sv",
            f"Behöver granskas (87{NBSP}% säker, 97{NBSP}% krävs): ett annat värde är nästan lika troligt och ingen "
            "ledtext står intill, men kontrollsiffran stämmer.",
        ),
        (
            "en",
            "Needs a look (87% sure, 97% required): another value is almost as likely and no label stands beside it, "
            "but its check digit is right.",
        ),
    ],
)
def test_held_says_first_what_speaks_against(language: Language, sentence: str) -> None:
    features = words(label=0.0, margin=0.7, checks_passed=1.0)
    assert said("bankgiro", features, HELD, language, confidence=0.8765) == sentence


def test_held_where_nothing_speaks_against() -> None:
    sentence = said("due_date", words(), HELD, "sv", confidence=0.96)
    assert sentence == (
        f"Behöver granskas (96{NBSP}% säker, 97{NBSP}% krävs): rätt ledtext står intill, men det räcker inte hela "
        "vägen."
    )
    english = said("due_date", words(), HELD, "en", confidence=0.96)
    assert english == "Needs a look (96% sure, 97% required): its label stands beside it, but that is not quite enough."


@pytest.mark.parametrize(
    ("features", "decision", "language", "sentence"),
    [
        (
            {"announced": 0.0, "margin": 9.0, "document_model": 0.8},
            ACCEPTED,
            "sv",
            f"Finns inte på dokumentet (98{NBSP}% säker): ledtexten finns inte på dokumentet, läsmodellen ser inget "
            "sådant och inget värde passar.",
        ),
        (
            {"announced": 0.0, "margin": 9.0, "document_model": 0.8},
            ACCEPTED,
            "en",
            "Not on the document (98% sure): its label is nowhere on the document, the model sees nothing of the kind "
            "and no value fits.",
        ),
        (
            {"announced": 1.0, "margin": 3.0},
            Decision(False, "below threshold 0.995", 0.995),
            "sv",
            f"Inget hittades, titta efter (98{NBSP}% säker på att det saknas, 99,5{NBSP}% krävs): ledtexten finns på "
            "dokumentet.",
        ),
        (
            {"announced": 1.0, "margin": 3.0},
            UNTUNED,
            "sv",
            f"Inget hittades (98{NBSP}% säker på att det saknas): ingen tröskel är inställd för det. Ledtexten finns "
            "på dokumentet.",
        ),
        (
            {"announced": 1.0, "margin": 3.0},
            UNTUNED,
            "en",
            "Nothing found (98% sure that it is not there): no threshold is set for that. Its label stands on the "
            "document.",
        ),
    ],
)
def test_nothing_found(features: dict[str, float], decision: Decision, language: Language, sentence: str) -> None:
    features = {"found": 0.0, **features}
    assert said("due_date", features, decision, language, confidence=0.98, contributions={}) == sentence


@pytest.mark.parametrize(
    ("reason", "swedish", "english"),
    [
        (
            "cannot be promised: 37 examples, 299 needed",
            "för få exempel för att utlova något (37 finns, 299 behövs)",
            "too few examples for a promise (37 seen, 299 needed)",
        ),
        (
            "cannot be promised: 37 suppliers, 299 needed",
            "exempel från för få leverantörer för att utlova något (37 finns, 299 behövs)",
            "examples of too few suppliers for a promise (37 seen, 299 needed)",
        ),
        (
            "cannot be promised: all examples are from one supplier",
            "alla exempel kommer från en enda leverantör",
            "all examples are from one supplier",
        ),
        (
            "cannot be promised: 9 of 400 examples wrong, too many also among the surest",
            "för många fel bland exemplen för att utlova något (9 av 400)",
            "too many errors among the examples for a promise (9 of 400)",
        ),
        ("some other\nreason", "träffsäkerheten för fältet kan inte utlovas", "some other reason"),
        (UNTUNED.reason, "ingen tröskel är inställd för fältet", "no threshold is set for this field"),
    ],
)
def test_what_cannot_be_promised(reason: str, swedish: str, english: str) -> None:
    decision = Decision(False, reason)
    fitted = said("iban", words(), decision, "sv", contributions={})
    assert fitted == f"Behöver granskas (99,2{NBSP}% säker): {swedish}. Rätt ledtext står intill."
    # Without a model nobody has checked the confidence.
    assert said("iban", words(), decision, "sv") == f"Behöver granskas: {swedish}. Rätt ledtext står intill."
    assert said("iban", words(), decision, "en") == f"Needs a look: {english}. Its label stands beside it."


def test_what_the_model_weighs_most_is_said_and_of_that_first_what_can_be_checked() -> None:
    features = words(sums=1.0, label=0.9, margin=9.0, repeated=1.0)
    contributions = {"label": -0.5, "margin": 2.0, "repeated": 3.0}
    sentence = said("net_amount", features, ACCEPTED, "en", contributions=contributions)
    assert sentence.endswith(": the amounts add up, no other value is likely and it stands in several places.")
    assert said("net_amount", features, ACCEPTED, "en").endswith(
        ": the amounts add up, its label stands beside it and no other value is likely."
    )


def test_what_the_model_takes_for_the_opposite_is_no_reason() -> None:
    features = words(sums=1.0, label=0.9)
    sentence = said("net_amount", features, ACCEPTED, "en", contributions={"label": -2.0})
    assert sentence == "Accepted (99.2% sure): the amounts add up."


def test_a_phrase_is_said_only_where_it_is_true() -> None:
    # Much is added because nothing is wrong, and that is no reason to speak of check digits.
    sentence = said("bankgiro", words(), ACCEPTED, "en", contributions={"checks_failed": 5.0, "checks_passed": 5.0})
    assert sentence == "Accepted (99.2% sure): its label stands beside it."
    assert said("amount_due", words(sums=0.5, label=0.0), ACCEPTED, "en") == "Accepted (99.2% sure)."


def test_a_topic_is_spoken_of_once() -> None:
    features = words(memory_label=0.9, memory_place=0.9, memory_value=0.9, memory_form=0.9, label=0.0)
    sentence = said("bankgiro", features, ACCEPTED, "en", contributions={})
    assert sentence == "Accepted (99.2% sure): earlier invoices of the supplier have the same."


def test_an_account_that_is_not_the_usual_one() -> None:
    sentence = said("bankgiro", words(memory_other_value=0.8), HELD, "sv", confidence=0.9, contributions={})
    assert sentence == (
        f"Behöver granskas (90{NBSP}% säker, 97{NBSP}% krävs): leverantörens tidigare fakturor har något annat, men "
        "rätt ledtext står intill."
    )


def test_fields_without_labels_are_not_said_to_lack_one() -> None:
    for name in ("supplier_name", "currency", "document_type", "an_own_field"):
        assert "label" not in said(name, words(label=0.0, margin=1.0), HELD, "en")


def test_what_donut_writes() -> None:
    features = {"found": 1.0, "cut_short": 0.0, "margin": 0.1, "probability": 0.6, "weakest": 0.4, "printed": 0.0}
    sentence = said("total", features, HELD, "en", confidence=0.61)
    assert sentence == (
        "Needs a look (61% sure, 97% required): the model is not sure what it says and it is not among the words of "
        "the page."
    )
    unreadable = {"found": 0.0, "absent": 0.0, "unreadable": 1.0, "cut_short": 0.0}
    assert "what was read is no valid value" in said("total", unreadable, HELD, "en", confidence=0.0)


@pytest.mark.parametrize(
    ("share", "swedish", "english"),
    [
        (0.0, f"under 1{NBSP}%", "under 1%"),
        (0.0123, f"1{NBSP}%", "1%"),
        (0.8999, f"89{NBSP}%", "89%"),
        (0.9, f"90{NBSP}%", "90%"),
        (0.98769, f"98,7{NBSP}%", "98.7%"),
        (0.999, f"99,9{NBSP}%", "99.9%"),
        (0.9990001, f"över 99,9{NBSP}%", "over 99.9%"),
        (1.0, f"över 99,9{NBSP}%", "over 99.9%"),
        (math.nan, f"under 1{NBSP}%", "under 1%"),
    ],
)
def test_percentages_are_never_rounded_up(share: float, swedish: str, english: str) -> None:
    assert (sure(share, Wording.of("sv")), sure(share, Wording.of("en"))) == (swedish, english)


@pytest.mark.parametrize(
    ("confidence", "threshold", "head"),
    [
        (0.9504, 0.9511, "95% sure, 95.2% required"),
        (0.9509, 0.9511, "95% sure, 95.2% required"),
        (0.9997, 0.99985, "99.97% sure, 99.99% required"),
        (0.99, 0.999999, "99% sure, 99.9999% required"),
        (0.99, 0.9999999, "99% sure, over 99.9999% required"),
        (0.5, 1.0, "50% sure, 100% required"),
        (0.0001, 0.9, "under 1% sure, 90% required"),
    ],
)
def test_a_confidence_below_its_threshold_looks_like_it(confidence: float, threshold: float, head: str) -> None:
    decision = Decision(False, "", threshold)
    assert said("iban", words(), decision, "en", confidence=confidence).startswith(f"Needs a look ({head}): ")


def field(name: str, value: str | None, *, accepted: bool) -> ExtractedField:
    return ExtractedField(name, value, accepted=accepted)


def document(fields: list[ExtractedField], decision: Decision = UNTUNED_DOCUMENT, **given: Any) -> tuple[str, str]:
    """What is said of a document in Swedish and in English."""
    decisions = {each.name: ACCEPTED if each.accepted else HELD for each in fields} | given.pop("decisions", {})
    named = {each.name: each for each in fields}
    options: dict[str, Any] = {"required": ["invoice_number", "amount_due"], "needs_review": True, "confidence": 0.9701}
    options |= given
    return (
        explain_document(named, decisions, decision, language="sv", **options),
        explain_document(named, decisions, decision, language="en", **options),
    )


SOUND = [field("invoice_number", "1", accepted=True), field("amount_due", "2", accepted=True)]


def test_a_document_that_nobody_has_to_look_at() -> None:
    assert document(SOUND, needs_review=False) == (
        f"Behöver inte granskas (97{NBSP}% säker): alla obligatoriska uppgifter är godkända.",
        "No review needed (97% sure): all required fields are accepted.",
    )
    doubtful = [field("bankgiro", "3", accepted=False), field("due_date", "4", accepted=False)]
    assert document([*doubtful, *SOUND], needs_review=False)[0].endswith(
        "är godkända. Ej godkända, men inte obligatoriska: bankgiro och förfallodatum."
    )


def test_a_document_of_which_nothing_is_required_is_not_called_sure() -> None:
    fields = [field("total", "1", accepted=False)]
    assert document(fields, required=[], needs_review=False, confidence=1.0) == (
        "Behöver inte granskas: inga uppgifter är obligatoriska. Ej godkända, men inte obligatoriska: total.",
        "No review needed: no field is required. Not accepted, but not required: total.",
    )


def test_a_document_names_its_doubtful_fields_those_first_that_are_required() -> None:
    fields = [
        field("due_date", "3", accepted=False),
        field("amount_due", "2", accepted=False),
        field("invoice_number", None, accepted=True),
        field("plusgiro", None, accepted=False),
        field("iban", None, accepted=False),
    ]
    assert document(fields, decisions={"iban": UNTUNED}) == (
        "Behöver granskas: fakturanummer och plusgiro hittades inte; kontrollera belopp att betala och förfallodatum.",
        "Needs a look: invoice number and plusgiro not found; check amount due and due date.",
    )


def test_of_many_fields_the_first_are_named() -> None:
    names = ["amount_due", "bic", "iban", "own_1", "own_2", "own_3"]
    held = [field(name, "x", accepted=False) for name in names]
    required = ["amount_due"]
    assert (
        document(held, required=required)[0]
        == "Behöver granskas: kontrollera belopp att betala, BIC, IBAN, own_1 och 2 till."
    )
    assert document(held[:5], required=required)[1] == "Needs a look: check amount due, BIC, IBAN, own_1 and own_2."


def test_a_document_whose_fields_are_not_sure_enough_together() -> None:
    swedish, english = document(SOUND, Decision(False, "below threshold 0.98", 0.98))
    assert swedish == (
        f"Behöver granskas (97{NBSP}% säker, 98{NBSP}% krävs): uppgifterna är godkända var för sig, men inte säkra nog "
        "tillsammans."
    )
    assert english.startswith("Needs a look (97% sure, 98% required): the fields are accepted one by one")


def test_a_document_that_a_bundle_without_thresholds_read() -> None:
    fields = [field("invoice_number", None, accepted=False), field("amount_due", "2", accepted=False)]
    untuned = {"invoice_number": UNTUNED, "amount_due": UNTUNED}
    assert document(fields, decisions=untuned) == (
        "Behöver granskas: inga trösklar är inställda, så alla uppgifter måste kontrolleras. Fakturanummer hittades "
        "inte.",
        "Needs a look: no thresholds are set, so every field has to be checked. Invoice number not found.",
    )


def test_a_language_that_nobody_wrote_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^language 'fi': expected one of sv, en$"):
        explain("iban", {}, UNTUNED, confidence=0.5, language="fi")  # type: ignore[arg-type]


FEATURES = sorted({feature for phrase in explanations()["phrases"] for feature in phrase["when"]})
NUMBERS = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(allow_nan=True, allow_infinity=True))


@given(
    name=st.sampled_from([*invoice_schema().fields, "own"]),
    features=st.dictionaries(st.sampled_from([*FEATURES, "found", "cut_short"]), NUMBERS),
    contributions=st.none() | st.dictionaries(st.sampled_from(FEATURES), st.floats(-10, 10)),
    confidence=st.floats(0, 1),
    decision=st.builds(Decision, st.booleans(), st.text(max_size=40), st.none() | st.floats(0, 1)),
    language=st.sampled_from(LANGUAGES),
)
def test_any_features_give_one_line(
    name: str,
    features: dict[str, float],
    contributions: dict[str, float] | None,
    confidence: float,
    decision: Decision,
    language: Language,
) -> None:
    sentence = explain(name, features, decision, confidence=confidence, contributions=contributions, language=language)
    assert len(sentence.splitlines()) == 1
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "{" not in sentence.replace(decision.reason, "")
