"""Choice sets: for each field of a document the options that the runtime ranks, and which of them is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView, view_pages
from fakta.fields.base import canonical
from fakta.resolve.resolver import rank
from fakta.resolve.scorer import Scorer
from fakta.session import Session
from fakta_lab.formats.values import comparable
from fakta_lab.ranking.config import RankingConfig
from fakta_lab.synth import SyntheticInvoice, generate
from fakta_lab.synth.augment import augment

# Options far down the list say nothing that the ones above do not; the right one is always kept.
_MOST_OPTIONS = 24


@dataclass(frozen=True)
class ChoiceSet:
    """The options for one field of one document.

    Attributes:
        field: name in the schema.
        options: the evidence for each.
        right: index of the right option; None where the document does not state the field or no option holds it.
    """

    field: str
    options: tuple[Mapping[str, float], ...]
    right: int | None


def choice_sets(session: Session, config: RankingConfig, seed: str) -> Iterator[ChoiceSet]:
    """The choice sets of one generated invoice, read by the session's model.

    Args:
        session: of the bundle whose scorer is fitted.
        config: shares of what is withheld.
        seed: of the invoice and of everything that is drawn.
    """
    rng = Random(seed)
    invoice = generate(seed, profile="demo" if rng.random() < config.foreign_share else "train")
    views, lexicon = _views(invoice, session, config, rng)
    schema = session.bundle.schema
    ranked = rank(views, schema, lexicon, session.bundle.labels, Scorer.by_hand(schema))
    for name, options in ranked.items():
        kind = schema.fields[name].kind
        stated = invoice.fields.get(name)
        truth = None if stated is None else comparable(stated, kind)
        right = [i for i, option in enumerate(options) if comparable(canonical(option.value), kind) == truth]
        kept = list(range(min(len(options), _MOST_OPTIONS)))
        if right and right[0] not in kept:
            kept.append(right[0])
        if kept:
            evidence = tuple(options[i].evidence for i in kept)
            yield ChoiceSet(name, evidence, kept.index(right[0]) if right else None)


def _views(
    invoice: SyntheticInvoice, session: Session, config: RankingConfig, rng: Random
) -> tuple[list[PageView], Lexicon]:
    silent = rng.random() < config.silent_share
    unknown = rng.random() if rng.random() < config.unlabelled_share else 0.0
    pages = []
    for number, synthetic in enumerate(invoice.pages, 1):
        page = (augment(synthetic, rng, strength=config.augment) if config.augment else synthetic).as_page(number)
        pages.append((page, None if silent else session.word_probabilities(page)))
    views, lexicon = view_pages(pages, Lexicon.shipped())
    known = [[[hit for hit in hits if rng.random() >= unknown] for hits in view.hits] for view in views]
    return [replace(view, hits=hits) for view, hits in zip(views, known, strict=True)], lexicon
