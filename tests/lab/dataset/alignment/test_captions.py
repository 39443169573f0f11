"""Which place of a number is meant, learnt from the words before it."""

from __future__ import annotations

from tests.fakta.typed_page import typed_page

from fakta.documents.model import Document
from fakta.schema import Schema
from fakta_lab.dataset.alignment.align import AlignedDocument
from fakta_lab.dataset.alignment.captions import Captions
from fakta_lab.dataset.alignment.verbatim import align_verbatim

FIELDS = {"company": {"kind": "text"}, "total": {"kind": "text"}}
SCHEMA = Schema.from_dict({"name": "own", "fields": FIELDS}, source="own.yaml")


def receipt(total: str, cash: str, *, item: str = "1.00") -> tuple[Document, AlignedDocument]:
    sheet = f"""
        NORDLY BAGERI
        BREAD 1 {item}
        TOTAL {total}
        CASH RM {cash}
        NORDLY BAGERI
    """
    document = Document("receipt", "0" * 64, (typed_page(sheet),))
    return document, align_verbatim(document, {"company": "NORDLY BAGERI", "total": total}, schema=SCHEMA)


# Now and then somebody pays the exact sum, or buys one thing only.
TRAIN = [
    receipt(f"{n}.50", f"{n}.50" if n % 3 == 0 else "50.00", item=f"{n}.50" if n % 4 == 0 else "1.00")
    for n in range(2, 20)
]


def test_the_place_behind_the_telling_word_keeps_the_label_and_others_are_masked() -> None:
    document, aligned = receipt("7.00", "7.00", item="7.00")
    settled = Captions.learn(TRAIN).settle(document, aligned)
    words = [word.text for word in document.pages[0].words]
    (kept,) = [i for i, each in enumerate(settled.labels[0]) if each == "B-total"]
    assert words[kept - 1 : kept + 1] == ["TOTAL", "7.00"]
    masked = [i for i, each in enumerate(settled.labels[0]) if each == "?"]
    assert [words[i] for i in masked] == ["7.00", "7.00"]
    (total,) = [a for a in settled.alignments if a.field == "total"]
    assert (total.places, len(total.masked)) == (((0, (kept,)),), 2)


def test_a_number_in_one_place_and_words_in_several_stay_as_they_are() -> None:
    document, aligned = receipt("7.00", "20.00")
    assert Captions.learn(TRAIN).settle(document, aligned) == aligned
    assert sum(label == "B-company" for label in aligned.labels[0]) == 2


def test_nothing_is_settled_where_nothing_could_be_learnt() -> None:
    document, aligned = receipt("7.00", "7.00")
    assert Captions.learn([]).settle(document, aligned) == aligned
