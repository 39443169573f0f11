"""All kinds of hostile documents, and any number of them from a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import NamedTuple

from tests.hostile import drawings, mutations, pictures, structures, texts
from tests.hostile.chance import Chance

# Half of the documents are sound ones changed; the rest is made to hurt. A kind is drawn as often as it stands here.
KINDS: dict[str, tuple[int, Callable[[Chance], bytes]]] = {
    "bits flipped": (16, mutations.flipped),
    "cut off": (8, mutations.cut_off),
    "spliced": (8, mutations.spliced),
    "objects exchanged": (8, mutations.objects_exchanged),
    "numbers changed": (8, mutations.numbers_changed),
    "page size": (2, structures.page_size_bomb),
    "odd boxes": (2, structures.odd_boxes),
    "rotated": (1, structures.rotated),
    "deep page tree": (1, structures.deep_page_tree),
    "many pages": (1, structures.many_pages),
    "circular page tree": (1, structures.circular_page_tree),
    "deep nesting": (2, structures.deep_nesting),
    "states never ended": (1, structures.deep_saves),
    "flate bomb": (2, structures.flate_bomb),
    "endless stream": (2, structures.endless_stream),
    "odd tables": (2, structures.odd_tables),
    "nested forms": (1, drawings.nested_forms),
    "forms in circles": (1, drawings.forms_in_circles),
    "billion forms": (1, drawings.billion_forms),
    "tiny texts": (1, drawings.tiny_texts),
    "many strokes": (1, drawings.many_strokes),
    "patterns, shadings": (2, drawings.patterns_and_shadings),
    "type 3 in circles": (1, drawings.type3_in_circles),
    "annotations": (1, drawings.annotations),
    "form fields": (1, drawings.form_fields),
    "odd fonts": (2, drawings.odd_fonts),
    "foreign letters": (3, texts.foreign_letters),
    "invisible characters": (2, texts.invisible_characters),
    "stacked marks": (1, texts.stacked_marks),
    "endless words": (2, texts.endless_words),
    "too many candidates": (2, texts.too_many_candidates),
    "protected": (1, texts.protected),
    "hardly anything": (2, texts.hardly_anything),
    "PNG": (2, pictures.png),
    "JPEG": (2, pictures.jpeg),
    "TIFF": (3, pictures.tiff),
    "WebP": (1, pictures.webp),
}


class Hostile(NamedTuple):
    """One document: what it was made as, the seed that makes it again, and its bytes."""

    kind: str
    seed: str
    data: bytes


def make(kind: str, seed: str, *, scale: float = 1.0) -> Hostile:
    """The document of that kind and seed, the same every time."""
    return Hostile(kind, seed, KINDS[kind][1](Chance(seed, scale=scale)))


def documents(n_documents: int, *, seed: int, scale: float = 1.0) -> Iterator[Hostile]:
    """That many documents, made one by one: one of each kind first, then drawn by weight."""
    rng = Chance(seed).rng
    weights = [weight for weight, _ in KINDS.values()]
    drawn = (rng.choices([*KINDS], weights)[0] for _ in count())
    kinds = (kind for source in (KINDS, drawn) for kind in source)
    for number, kind in enumerate(islice(kinds, n_documents)):
        yield make(kind, f"{seed}/{number}", scale=scale)
