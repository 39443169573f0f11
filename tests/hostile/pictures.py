"""Images that promise more than they hold, or hold more than they seem to."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from PIL import Image, ImageDraw, PngImagePlugin
from tests.hostile.chance import Chance

_SIDES = (0, 1, 2, 9_999, 10_001, 30_000, 65_535, 2**31 - 1, 2**32 - 1)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def sheet(size: tuple[int, int] = (300, 420), mode: str = "L") -> Image.Image:
    """A small page with some lines on it."""
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    for at, line in enumerate(("Faktura 1042", "2026-04-15", "Att betala 12 450,00 kr")):
        pen.text((20, 20 + 30 * at), line, fill=0)
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def _blank(side: tuple[int, int], kind: str) -> bytes:
    return encoded(Image.new("1" if kind != "JPEG" else "L", side, 1), kind)


def png(chance: Chance) -> bytes:
    """Headers of any size, compressed texts and profiles, chunks of no length, animations, real bombs."""
    kind = chance.pick("header", "real", "text", "profile", "chunks", "animated", "long")
    if kind == "real":
        return _blank(chance.pick((9_900, 9_900), (15_000, 15_000)), "PNG")
    if kind == "long":
        return _blank(chance.pick((1, 9_000_000), (3_000_000, 2), (30, 200_000)), "PNG")
    if kind == "text":
        about = PngImagePlugin.PngInfo()
        about.add_text("Comment", "x" * chance.size(10, 60_000_000), zip=True)
        return encoded(sheet(), "PNG", pnginfo=about)
    if kind == "profile":
        return encoded(sheet(), "PNG", icc_profile=b"\0" * chance.size(10, 60_000_000))
    if kind == "animated":
        frames = [sheet((9, 9)) for _ in range(chance.size(2, 300))]
        return encoded(sheet((9, 9), "RGBA"), "PNG", save_all=True, append_images=frames)
    good = encoded(sheet(), "PNG")
    if kind == "chunks":
        return (
            good[:33]
            + _chunk(chance.pick(b"tEXt", b"zzZz", b"IDAT", b"PLTE"), b"") * chance.size(10, 200_000)
            + good[33:]
        )
    header = struct.pack(
        ">IIBBBBB", chance.pick(*_SIDES), chance.pick(*_SIDES), chance.pick(1, 8, 16, 77), chance.pick(0, 2, 3, 6, 9),
        0, 0, chance.pick(0, 1),
    )  # fmt: skip
    return good[:8] + _chunk(b"IHDR", header) + good[33:]


def jpeg(chance: Chance) -> bytes:
    """Sizes in the header, a hundred scans, notes about the camera that are none."""
    progressive = chance.pick(True, False)
    good = bytearray(encoded(sheet(mode=chance.pick("L", "RGB", "CMYK")), "JPEG", progressive=progressive))
    at = good.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    match chance.pick("header", "scans", "exif", "real", "sampling"):
        case "header":
            good[at + 5 : at + 9] = struct.pack(">HH", chance.pick(0, 1, 9_999, 65_535), chance.pick(0, 1, 65_535))
        case "sampling":
            good[at + 11] = chance.pick(0x00, 0x14, 0x44, 0xFF)
        case "scans":
            scan = bytes(good[good.index(b"\xff\xda") : -2])
            return bytes(good[:-2]) + scan * chance.size(10, 5000) + b"\xff\xd9"
        case "exif":
            note = b"Exif\0\0" + chance.pick(b"II*\0", b"MM\0*") + chance.noise(chance.size(4, 60_000))
            return bytes(good[:2]) + b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note + bytes(good[2:])
        case "real":
            return _blank(chance.pick((9_900, 9_900), (20_000, 20_000), (1, 60_000)), "JPEG")
    return bytes(good)


def _entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack("<HHII", tag, kind, count, value)


def tiff(chance: Chance) -> bytes:
    """Directories in circles, strips that lie elsewhere, thousands of pages, numbers that are none."""
    kind = chance.pick("circle", "many", "lies", "lies", "modes", "packed")
    if kind == "many":
        count = chance.size(2, 3000)
        return encoded(sheet((8, 8), "1"), "TIFF", save_all=True, append_images=[sheet((8, 8), "1")] * count)
    if kind == "packed":
        packing = chance.pick("tiff_lzw", "tiff_deflate", "group4", "packbits", "jpeg")
        good = bytearray(encoded(sheet(mode="1" if packing == "group4" else "L"), "TIFF", compression=packing))
        for _ in range(chance.size(1, 50)):
            good[chance.rng.randrange(8, len(good))] = chance.rng.randrange(256)
        return bytes(good)
    if kind == "modes":
        image = Image.new("F", (60, 60), chance.pick(float("nan"), float("inf"), -1e30, 0.5))
        return encoded(image.convert(chance.pick("F", "I", "L", "LA")), "TIFF")
    if kind == "circle":
        good = encoded(sheet((8, 8), "1"), "TIFF")
        at = struct.unpack_from("<I", good, 4)[0]
        end = at + 2 + 12 * struct.unpack_from("<H", good, at)[0]
        return good[:end] + struct.pack("<I", chance.pick(at, 4, end, 2**31)) + good[end + 4 :]
    entries = [
        _entry(256, 4, 1, chance.pick(*_SIDES)),
        _entry(257, 4, 1, chance.pick(*_SIDES)),
        _entry(258, 3, 1, chance.pick(1, 8, 16, 64, 0)),
        _entry(259, 3, 1, chance.pick(1, 2, 4, 5, 7, 8, 32773, 34712, 9)),
        _entry(262, 3, 1, chance.pick(0, 1, 2, 3, 6, 99)),
        _entry(273, 4, chance.pick(1, 1, 10**6), chance.pick(8, 2**31, 200)),
        _entry(277, 3, 1, chance.pick(1, 3, 65_535)),
        _entry(278, 4, 1, chance.pick(1, 10, 2**32 - 1, 0)),
        _entry(279, 4, chance.pick(1, 1, 10**6), chance.pick(100, 2**31, 0)),
        _entry(chance.rng.randrange(65_536), chance.rng.randrange(20), chance.size(1, 2**31), chance.size(1, 2**31)),
    ]
    head = b"II*\0" + struct.pack("<IH", 8, len(entries))
    return head + b"".join(entries) + struct.pack("<I", chance.pick(0, 8)) + chance.noise(300)


def webp(chance: Chance) -> bytes:
    """Sizes in the header, animations, pieces of wrong length."""
    good = bytearray(encoded(sheet(mode="RGB"), "WEBP", lossless=chance.pick(True, False)))
    match chance.pick("header", "length", "animated", "large"):
        case "header":
            for at in range(20, 31):
                good[at] = chance.pick(good[at], 0xFF, 0x00, 0x3F)
        case "length":
            at = chance.pick(4, 16)
            good[at : at + 4] = struct.pack("<I", chance.pick(0, 1, 2**31, 2**32 - 1))
        case "animated":
            return encoded(sheet((9, 9), "RGB"), "WEBP", save_all=True, append_images=[sheet((9, 9), "RGB")] * 50)
        case "large":
            return encoded(Image.new("RGB", (chance.size(100, 16_000), chance.size(100, 4000))), "WEBP", method=0)
    return bytes(good)
