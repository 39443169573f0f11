from itertools import product

import pytest

from fakta.candidates.misspelt import Misspelt, one_error_apart

PHRASES = ("fakturanummer", "förfallodatum", "invoicenumber", "attbetala", "betalningsvillkor", "orderdate")


def errors(phrase: str) -> set[str]:
    """Everything of nine letters or more that one error makes of a phrase."""
    splits = [(phrase[:i], phrase[i:]) for i in range(len(phrase) + 1)]
    made = {left + right[1:] for left, right in splits if right}
    made |= {left + letter + right for (left, right), letter in product(splits, "aeå")}
    made |= {left + letter + right[1:] for (left, right), letter in product(splits, "aeå") if right}
    made |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    return {text for text in made if len(text) >= 9}


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_phrase_is_found_by_every_single_error(phrase: str) -> None:
    index = Misspelt(PHRASES, shortest=9)
    assert {text for text in errors(phrase) if index.find(text) != phrase} == set()


def test_two_errors_are_too_many() -> None:
    index = Misspelt(PHRASES, shortest=9)
    for text in ("fakturnumer", "xakturanummex", "fakturanummer2b", "", "order"):
        assert index.find(text) is None


def test_short_phrases_are_left_out() -> None:
    assert Misspelt(["betala"], shortest=9).find("betala") is None


def test_of_several_phrases_the_first_is_found() -> None:
    assert Misspelt(["orderdatum", "orderdatun"], shortest=9).find("orderdatux") == "orderdatum"
    assert Misspelt(["orderdatun", "orderdatum"], shortest=9).find("orderdatux") == "orderdatun"


def test_one_error_apart_is_sharing_a_form_with_a_letter_less() -> None:
    def shortened(text: str) -> set[str]:
        return {text[:i] + text[i + 1 :] for i in range(len(text))}

    words = ["".join(letters) for length in range(1, 5) for letters in product("ab", repeat=length)]
    for first, second in product(words, repeat=2):
        match len(first) - len(second):
            case 0:
                expected = bool(shortened(first) & shortened(second))
            case 1:
                expected = second in shortened(first)
            case -1:
                expected = first in shortened(second)
            case _:
                expected = False
        assert one_error_apart(first, second) == expected, (first, second)
