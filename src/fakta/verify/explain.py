"""Why a reading is accepted or held, in a sentence for whoever reviews it.

> Godkänd (99,2 % säker): rätt ledtext står intill, summorna stämmer och OCR-raden på inbetalningskortet säger samma.

A sentence is made of phrases (`explanations.yaml`), each of which is said only where it is true of the reading. Which
of the true ones are said is decided by what their features added to the confidence. A part of the evidence reaches the
confidence by way of the score of the chosen value, which sums it up; therefore a phrase also has a weight of its own,
and it alone counts where nothing was fitted. No sentence holds anything that the document states.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from fakta.extraction import ExtractedField
from fakta.verify.verifier import UNTUNED, Decision
from fakta.verify.wording import Language, Phrase, Reader, Wording

# How much of a phrase's own weight counts beside what a model says of its features.
_OWN_SHARE = 0.4
# How many phrases of a sentence speak against what was read.
_MOST_AGAINST = 2
# How many fields a sentence about a document names.
_MOST_NAMES = 4
# From here on confidences are told apart by tenths of a percent, and at most by so many decimals.
_FINE = Decimal(90)
_MOST_DECIMALS = 4


def explain(
    name: str,
    features: Mapping[str, float],
    decision: Decision,
    *,
    confidence: float,
    contributions: Mapping[str, float] | None = None,
    language: Language = "en",
) -> str:
    """Why a field was accepted or held: one line, without anything that the document states.

    Args:
        name: of the field.
        features: of the reading, as the verifier weighed them.
        decision: of the verifier.
        confidence: of the reading, 0-1.
        contributions: what each feature added to the log-odds (`Verifier.weigh`); None where no model was
            fitted. The confidence is then no probability that anyone checked, and is not stated.
        language: of the sentence.

    Raises:
        ConfigError: there are no words in that language.

    >>> features = {"found": 1.0, "label": 1.0, "margin": 8.0, "sums": 1.0}
    >>> explain("amount_due", features, Decision(True, "above threshold 0.97", 0.97), confidence=0.9921)
    'Accepted (99.2% sure): the amounts add up, its label stands beside it and no other value is likely.'
    """
    words = Wording.of(language)
    found = features.get("found", 1.0) != 0.0
    telling = _telling(words, name, features, contributions, found=found)
    speaks_for = [phrase for phrase in telling if phrase.speaks_for]
    against = [phrase.text for phrase in telling if not phrase.speaks_for][:_MOST_AGAINST]
    absent = "" if found else "absent_"
    if decision.accepted:
        head = words.sentences[f"{absent}accepted"].format(sure=sure(confidence, words))
        return _said(head, _listed(_first(speaks_for, 3), words))
    if decision.threshold is not None:
        head = words.sentences[f"{absent}held"].format(**_compared(confidence, decision.threshold, words))
        return _said(head, _weighed(_first(speaks_for, 1 if against else 2), against, words, enough=False))
    fitted = "unpromised" if contributions is not None else "unpromised_unsure"
    why = _why(decision.reason, words, language, untuned=f"{absent}untuned")
    head = words.sentences[f"{absent}{fitted}"].format(sure=sure(confidence, words), why=why)
    rest = _weighed(_first(speaks_for, 2), against, words, enough=True)
    return f"{head}. {_capital(rest)}." if rest else f"{head}."


def explain_document(
    fields: Mapping[str, ExtractedField],
    decisions: Mapping[str, Decision],
    decision: Decision,
    *,
    required: Collection[str],
    needs_review: bool,
    confidence: float,
    language: Language = "en",
) -> str:
    """Why a document needs a person's look, or none: one line that names fields and no values.

    Args:
        fields: what was read.
        decisions: about each of them.
        decision: about the document as a whole.
        required: names of the fields without which a document needs a look.
        needs_review: what was decided.
        confidence: of the document, 0-1.
        language: of the sentence.

    Raises:
        ConfigError: there are no words in that language.
    """
    words = Wording.of(language)
    texts = words.sentences
    # What matters most first; otherwise in the order of the schema.
    order = sorted(fields, key=lambda name: name not in required)
    held = [name for name in order if not fields[name].accepted]
    doubtful = [name for name in held if fields[name].value is not None]
    if not needs_review:
        said = texts["document_accepted" if required else "document_nothing_required"]
        said = said.format(sure=sure(confidence, words))
        return f"{said} {texts['document_doubtful'].format(names=_names(doubtful, words))}" if doubtful else said
    # Of what is not there, that is named which has to be, and that of which it is doubtful.
    missing = [
        name
        for name in order
        if fields[name].value is None
        and (name in required or (not fields[name].accepted and decisions[name].threshold is not None))
    ]
    what = [texts["document_missing"].format(names=_names(missing, words))] if missing else []
    if all(each.threshold is None for each in decisions.values()):
        return " ".join([texts["document_untuned"], *(f"{_capital(each)}." for each in what)])
    sound = all(fields[name].accepted and fields[name].value is not None for name in required)
    if sound and decision.threshold is not None:
        return texts["document_together"].format(**_compared(confidence, decision.threshold, words))
    if doubtful:
        what.append(texts["document_check"].format(names=_names(doubtful, words)))
    return texts["document_held"].format(what="; ".join(what))


def sure(share: float, words: Wording) -> str:
    """A confidence in percent: rounded down, so that it is never more than it is, and never 100 percent.

    >>> words = Wording.of("en")
    >>> [sure(share, words) for share in (0.8765, 0.98, 0.99249, 0.99999, 0.0003)]
    ['87%', '98%', '99.2%', 'over 99.9%', 'under 1%']
    """
    exact = _hundredfold(share)
    most = Decimal("99.9")
    if exact > most:
        return words.sentences["over"].format(number=_percent(most, words))
    if exact < 1:
        return words.sentences["under"].format(number=_percent(Decimal(1), words))
    return _percent(_rounded(exact, int(exact >= _FINE), ROUND_FLOOR), words)


def _compared(confidence: float, threshold: float, words: Wording) -> dict[str, str]:
    """A confidence and the threshold that it does not reach, with decimals enough to show that it does not."""
    own, needed = _hundredfold(confidence), _hundredfold(threshold)
    decimals = int(needed >= _FINE)
    while decimals < _MOST_DECIMALS and needed < 100 and _rounded(needed, decimals, ROUND_CEILING) >= 100:
        decimals += 1
    up = _rounded(needed, decimals, ROUND_CEILING)
    if up >= 100 > needed:
        asked = words.sentences["over"].format(number=_percent(_rounded(needed, decimals, ROUND_FLOOR), words))
    else:
        asked = _percent(up, words)
    fine = own >= _FINE and decimals > 1
    return {
        "sure": _percent(_rounded(own, decimals, ROUND_FLOOR), words) if fine else sure(confidence, words),
        "needed": asked,
    }


def _hundredfold(share: float) -> Decimal:
    return Decimal(repr(min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0)) * 100


def _rounded(number: Decimal, decimals: int, rounding: str) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


def _percent(number: Decimal, words: Wording) -> str:
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return words.sentences["percent"].format(number=text.replace(".", words.sentences["decimal"]))


def _telling(
    words: Wording,
    name: str,
    features: Mapping[str, float],
    contributions: Mapping[str, float] | None,
    *,
    found: bool,
) -> list[Phrase]:
    """What speaks for a reading or against it, the strongest first and of each topic the strongest."""
    # Only pages that Donut wrote about can be cut short.
    reader: Reader = "donut" if "cut_short" in features else "words"
    true = [
        phrase
        for phrase in words.phrases(name, found=found, reader=reader)
        # Most phrases are about what is not there; to ask them all would take half of the time.
        if (not phrase.needs or phrase.needs in features) and phrase.is_true(features)
    ]
    ranked = [(_strength(phrase, contributions), phrase) for phrase in true]
    ranked.sort(key=lambda pair: -pair[0])
    telling: dict[str, Phrase] = {}
    for strength, phrase in ranked:
        # What the model holds to mean the opposite was no reason.
        if strength > 0:
            telling.setdefault(phrase.topic, phrase)
    return list(telling.values())


def _first(ranked: Sequence[Phrase], most: int) -> list[str]:
    """The strongest phrases; of these first what weighs most by itself, which a reviewer can check on the page."""
    return [phrase.text for phrase in sorted(ranked[:most], key=lambda phrase: -phrase.weight)]


def _strength(phrase: Phrase, contributions: Mapping[str, float] | None) -> float:
    own = _OWN_SHARE * phrase.weight
    if contributions is None:
        return own
    push = sum([contributions.get(feature, 0.0) for feature in phrase.features])
    return own + (push if phrase.speaks_for else -push)


def _weighed(speaks_for: Sequence[str], against: Sequence[str], words: Wording, *, enough: bool) -> str:
    """What speaks against, but what for; where nothing speaks against, that what speaks for is not enough."""
    pro, con = _listed(speaks_for, words), _listed(against, words)
    if con:
        return f"{con}, {words.sentences['but']} {pro}" if pro else con
    return pro if enough or not pro else f"{pro}, {words.sentences['not_enough']}"


def _why(reason: str, words: Wording, language: Language, *, untuned: str) -> str:
    """Why there is no threshold."""
    if reason == UNTUNED:
        return words.sentences[untuned]
    # Reasons are written in English.
    known = words.promise(reason) or (" ".join(reason.split()) if language == "en" else "")
    return known or words.sentences["no_promise"]


def _names(names: Sequence[str], words: Wording) -> str:
    """Fields in words, own ones by their own names; of many the first few."""
    said = [words.names.get(name, name) for name in names]
    if len(said) > _MOST_NAMES + 1:
        said[_MOST_NAMES:] = [words.sentences["more"].format(count=len(said) - _MOST_NAMES)]
    return _listed(said, words)


def _listed(parts: Sequence[str], words: Wording) -> str:
    """ "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {words.sentences['and']} {parts[-1]}"


def _said(head: str, why: str) -> str:
    return f"{head}: {why}." if why else f"{head}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
