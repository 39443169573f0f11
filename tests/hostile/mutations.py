"""Sound documents with something wrong: flipped, cut, spliced, with the numbers of objects exchanged."""

from __future__ import annotations

import re
from functools import cache

from tests.hostile.chance import Chance
from tests.hostile.pictures import encoded, sheet

_OBJECT = re.compile(rb"\b(\d{1,4})(?= 0 (?:R|obj))")
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_N_INVOICES = 8
_PICTURES = (("PNG", "L"), ("JPEG", "RGB"), ("TIFF", "L"), ("WEBP", "RGB"), ("PNG", "P"), ("TIFF", "1"))


@cache
def _sound(number: int) -> bytes:
    if number < _N_INVOICES:
        from fakta_lab.synth import generate, render_pdf

        return render_pdf(generate(900 + number))
    kind, mode = _PICTURES[number - _N_INVOICES]
    options = {"compression": "tiff_lzw"} if kind == "TIFF" and mode == "L" else {}
    return encoded(sheet(mode=mode), kind, **options)


def sound(chance: Chance) -> bytes:
    """A generated invoice as PDF, or a small page as image."""
    return _sound(chance.rng.randrange(_N_INVOICES + len(_PICTURES)))


def sound_pdf(chance: Chance) -> bytes:
    """A generated invoice as PDF."""
    return _sound(chance.rng.randrange(_N_INVOICES))


def flipped(chance: Chance) -> bytes:
    """Bits turned over, from one to thousands."""
    data = bytearray(sound(chance))
    for _ in range(chance.size(1, 2000)):
        data[chance.rng.randrange(len(data))] ^= 1 << chance.rng.randrange(8)
    return bytes(data)


def cut_off(chance: Chance) -> bytes:
    """The first part, the last part, or one with a hole."""
    data = sound(chance)
    first, second = sorted(chance.rng.randrange(len(data)) for _ in range(2))
    return chance.pick(data[:first], data[second:], data[:first] + data[second:], data[:first] + b"\0" * 999)


def spliced(chance: Chance) -> bytes:
    """Pieces of two documents, or of the same one twice."""
    one, other = sound(chance), sound(chance)
    cut, start = chance.rng.randrange(len(one)), chance.rng.randrange(len(other))
    piece = other[start : start + chance.size(1, 50_000)]
    return chance.pick(one[:cut] + piece + one[cut:], one[:cut] + piece, one[:cut] + piece + one[cut + len(piece) :])


def objects_exchanged(chance: Chance) -> bytes:
    """References that name other objects."""
    data = sound_pdf(chance)
    share = chance.pick(0.02, 0.2, 1.0)
    numbers = _OBJECT.findall(data) or [b"1"]

    def other(found: re.Match[bytes]) -> bytes:
        return chance.rng.choice(numbers) if chance.rng.random() < share else found[0]

    return _OBJECT.sub(other, data)


def numbers_changed(chance: Chance) -> bytes:
    """Numbers anywhere in the file made large, negative or none."""
    share = chance.pick(0.002, 0.02, 0.2)
    odd = (b"0", b"-1", b"2147483647", b"4294967296", b"1e9", b"99999999999999999999", b"0.00001", b"nan", b"")

    def other(found: re.Match[bytes]) -> bytes:
        return chance.rng.choice(odd) if chance.rng.random() < share else found[0]

    return _NUMBER.sub(other, sound_pdf(chance))
