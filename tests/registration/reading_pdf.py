"""Reads back what stands on a drawn sheet, letter by letter, through the tables a viewer copies text with."""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass

from fontTools.ttLib import TTFont

from registration.sheet import FONTS

LIGHT = 150_000  # bytes
POINTS = 72 / 25.4  # in a millimetre
FACES = {style: TTFont(FONTS / f"NotoSans-{style}.ttf") for style in ("Regular", "Bold")}

_LITERAL = rb"\(((?:\\.|[^\\()])*)\)"
_SHOWN = re.compile(
    rb"/(?P<font>F\d+) (?P<size>[\d.]+) Tf"
    rb"|(?P<x>[\d.]+) (?P<y>[\d.]+) Td " + _LITERAL + rb" Tj"
    rb"|/(?P<kind>\w+) (?:<</MCID \d+>> BDC|BMC)",
    re.S,
)


@dataclass(frozen=True)
class Shown:
    """A piece of text: `x` and `y` in points from the lower left corner, `kind` as a screen reader is told."""

    page: int
    x: float
    y: float
    size: float
    font: str
    kind: str
    text: str


@dataclass(frozen=True)
class Sheet:
    pieces: list[Shown]
    pages: int
    pictures: int
    objects: dict[int, bytes]

    @property
    def text(self) -> str:
        """Every letter in the order it is drawn, the feet of the pages left out; each thing that is read, one line."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "Artifact")

    def kinds(self, kind: str) -> list[str]:
        return [piece.text for piece in self.pieces if piece.kind == kind]


def squeezed(text: str) -> str:
    """Without the blanks at which lines are broken."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def width(piece: Shown) -> float:
    face = FACES["Regular" if piece.font == "F1" else "Bold"]
    letters, widths = face.getBestCmap(), face["hmtx"]
    return sum(widths[letters[ord(char)]][0] for char in piece.text) * piece.size / 1000


def assert_inside(sheet: Sheet) -> None:
    margin, right, top, bottom = 18 * POINTS - 6, (210 - 18) * POINTS + 0.1, 297 * POINTS, 10 * POINTS
    for piece in sheet.pieces:
        assert margin <= piece.x, piece
        assert piece.x + width(piece) <= right, piece
        assert bottom <= piece.y <= top - piece.size, piece


def read(pdf: bytes) -> Sheet:
    objects = {int(n): body for n, body in re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, re.S)}
    resources = b"".join(body for body in objects.values() if b"/ProcSet" in body)
    fonts = {name.decode(): objects[int(n)] for name, n in re.findall(rb"/(F\d+) (\d+) 0 R", resources)}
    letters = {name: _letters(objects, font) for name, font in fonts.items()}
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\n", body)]
    pieces = []
    for number, page in enumerate(pages, 1):
        contents = re.search(rb"/Contents (\d+) 0 R", page)
        pieces += _pieces(number, stream(objects[int(contents[1])]), letters)
    pictures = sum(b"/Subtype /Image" in body for body in objects.values())
    return Sheet(pieces, len(pages), pictures, objects)


def stream(body: bytes) -> bytes:
    data = re.search(rb"stream\r?\n(.*)\nendstream", body, re.S)[1]
    return zlib.decompress(data) if b"/FlateDecode" in body.split(b"stream")[0] else data


def _letters(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    table = stream(objects[int(re.search(rb"/ToUnicode (\d+) 0 R", font)[1])])
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", table)
    assert pairs
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _pieces(page: int, drawn: bytes, letters: dict[str, dict[int, str]]) -> list[Shown]:
    font, size, kind, pieces = "", 0.0, "", []
    for found in _SHOWN.finditer(drawn):
        if found["font"]:
            font, size = found["font"].decode(), float(found["size"])
        elif found["kind"]:
            kind = found["kind"].decode()
        else:
            codes = re.sub(rb"\\(.)", lambda m: {b"r": b"\r", b"n": b"\n"}.get(m[1], m[1]), found[5], flags=re.S)
            wide = codes.decode("utf-16-be")
            text = "".join(letters[font][ord(code)] for code in wide)
            pieces.append(Shown(page, float(found["x"]), float(found["y"]), size, font, kind, text))
    return pieces
