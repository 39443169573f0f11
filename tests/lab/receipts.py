"""Made-up receipts in the form in which SROIE is published, and as truth with lines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 400, 800
# Invented shops; the last two names of the first are one company's.
COMPANIES = (
    "NORDLY BAGERI TRADING",
    "NORDLY BAGERl TRADlNG",
    "KAFFE VID ÅN LIMITED",
    "SOLBACKA BOKHANDEL LIMITED",
    "GRANVIK JÄRN & FÄRG LIMITED",
    "EKEBY FISKRÖKERI LIMITED",
)


def receipt(number: int, company: str) -> tuple[dict[str, str], list[str]]:
    """The keys and the lines of a receipt."""
    total = f"{number + 3}.50"
    lines = [
        company,
        f"{number} HAMNGATAN,",
        "12345 EXEMPELSTAD.",
        f"Date:0{number % 9 + 1}/03/2018 8:13 PM",
        f"1 BREAD {total}",
        f"TOTAL {total}",
    ]
    keys = {
        "company": company,
        "date": f"0{number % 9 + 1}/03/2018",
        "address": f"{number} HAMNGATAN, 12345 EXEMPELSTAD.",
        "total": total,
    }
    return keys, lines


def write_sroie(folder: Path, companies: Sequence[str] = COMPANIES, *, each: int = 2) -> Path:
    """A set as it is published: img, box and key, lines 40 pixels apart."""
    for name in ("img", "box", "key"):
        (folder / name).mkdir(parents=True)
    for number in range(len(companies) * each):
        keys, lines = receipt(number, companies[number % len(companies)])
        write_one(folder, f"{number:03}", keys, lines)
    return folder


def write_one(folder: Path, stem: str, keys: Mapping[str, str], lines: Sequence[str]) -> None:
    # Images of different bytes, or they would be copies of one receipt.
    Image.new("L", (WIDTH, HEIGHT), 255 - int(stem)).save(folder / "img" / f"{stem}.png")
    (folder / "box" / f"{stem}.txt").write_text("\n".join(map(box_row, range(len(lines)), lines)), encoding="utf-8")
    (folder / "key" / f"{stem}.txt").write_text(json.dumps(keys), encoding="utf-8")


def box_row(row: int, text: str) -> str:
    """The line as SROIE has it: the corners clockwise from the top left, then the text, commas and all."""
    left, top, right, bottom = 40, 40 + 40 * row, 40 + 10 * len(text), 60 + 40 * row
    return f"{left},{top},{right},{top},{right},{bottom},{left},{bottom},{text}"
