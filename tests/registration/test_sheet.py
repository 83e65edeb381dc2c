"""The declaration as it is drawn: no letter lost, nothing off the paper, the same bytes each time."""

from __future__ import annotations

import dataclasses
import io
import logging
import re
import struct
import unicodedata
from datetime import datetime
from typing import Any

import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from registration.sheet import FONTS, NOT_IN_FONT, TITLE, Section, SheetContent, draw, grouped
from tests.registration.reading_pdf import FACES, LIGHT, assert_inside, read, squeezed, stream, width

NOTICE = "Bản triển khai độc lập, không phải trang của BHXH Việt Nam. Không nhập dữ liệu thật."


def noisy_portrait() -> bytes:
    """As heavy as a small picture gets."""
    buffer = io.BytesIO()
    Image.effect_noise((240, 320), 80).convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def content(**changes: Any) -> SheetContent:
    name, address = changes.pop("name", "Nguyễn Văn Mẫu"), changes.pop("address", "Số 12")
    ordinary = SheetContent(
        portal_name="Cổng đăng ký BHXH số",
        notice=NOTICE,
        file_number="00001/2026/00101",
        filed_at=datetime(2026, 11, 26, 10, 5),
        office="Bảo hiểm xã hội cơ sở Ba Đình",
        follow_at="http://127.0.0.1:8000/ho-so/",
        sections=[Section("Người khai", [("Họ và tên", name), ("Nơi ở", address), ("Email", "")])],
    )
    return dataclasses.replace(ordinary, **changes)


def sides(mark: str) -> tuple[int, int]:
    glyph = FACES["Regular"]["glyf"][FACES["Regular"].getBestCmap()[ord(mark)]]
    return glyph.xMin, glyph.xMax


def test_it_says_what_was_declared_and_under_which_number() -> None:
    sheet = read(draw(content()))
    for said in ("Cổng đăng ký BHXH số", NOTICE, "Nguyễn Văn Mẫu", "Số 12", "10:05 ngày 26/11/2026", "cơ sở Ba Đình"):
        assert said in sheet.text
    assert "00001 / 2026 / 00101" in sheet.text
    assert "Email" not in sheet.text  # not answered
    assert_inside(sheet)


def test_the_number_is_the_largest_thing_on_it() -> None:
    pieces = read(draw(content())).pieces
    assert max(pieces, key=lambda piece: piece.size).text == grouped("00001/2026/00101")


def test_a_named_portal_has_no_notice() -> None:
    sheet = read(draw(content(notice="", portal_name="Cổng Thử")))
    assert "độc lập" not in sheet.text
    assert sheet.text.startswith("Cổng Thử")


ODD_NAMES = [
    "Y Ngông Niê Kđăm",
    "H' Ê̆ban Bkrông",
    "Rơ Ô̆ Hơ̆ Kpă Ksor Ư̆m",
    "R’Com H̆ N̂ K̃ m̆ ọ̆ ẵ̆",
    "Ƀăč Ñĕ Čŭ Ʀ",
    "Ngê̆" * 25,
    "Nguyễn " * 14 + "Ba",
    "Ng" + "ệ" * 98,
    "Ơ",
    "O'Brien-Đặng T.",
    "Ивánov Ωλ",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_no_name_loses_a_letter_or_leaves_the_paper(name: str) -> None:
    sheet = read(draw(content(name=name, sections=[Section("-", [("Họ và tên", name)])])))
    assert squeezed(f"Họ và tên: {name}") in squeezed(sheet.text)
    assert_inside(sheet)


LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyƀčñĕŏŭAĂÂĐEÊOÔƠUƯ' .-ạảãàáệốợữỵ"
NAMES = st.text(st.sampled_from(LETTERS + "\u0306\u0302\u0303\u0301\u0323\u030c"), min_size=1, max_size=100)


@settings(max_examples=25, deadline=None)
@given(name=NAMES, address=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=200))
def test_whatever_is_written_with_the_fonts_letters_can_be_read_again(name: str, address: str) -> None:
    sheet = read(draw(content(name=f"Y {name}", address=address, portrait=noisy_portrait())))
    assert squeezed(f"Họ và tên: Y {name}") in squeezed(sheet.text)
    known = FACES["Regular"].getBestCmap()
    printed = "".join(char if ord(char) in known else NOT_IN_FONT for char in squeezed(address))
    assert printed in squeezed(sheet.text)
    assert_inside(sheet)


def test_a_letter_that_no_font_of_ours_has_leaves_a_sign() -> None:
    assert f"Họ và tên: {NOT_IN_FONT}{NOT_IN_FONT} Ba" in read(draw(content(name="𠂤汉 Ba"))).text


@pytest.mark.parametrize("typed", ["{nb}", "(12) \\ ngõ \\r 3", "**đậm** __gạch__", "a\u00adb", "<b>1</b>"])
def test_what_means_something_to_a_printer_is_printed_as_typed(typed: str) -> None:
    assert squeezed(typed.replace("\u00ad", "")) in squeezed(
        read(draw(content(address=typed))).text.replace("\u00ad", "")
    )


def test_a_mark_stands_on_its_letter_clear_of_the_mark_that_is_there() -> None:
    rises = {}
    for letters in ("x̆", "ê̆", "Ô̆", "x̣"):
        letter, mark = unicodedata.normalize("NFC", letters)
        pieces = read(draw(content(sections=[Section("-", [("-", letters)])]))).pieces
        base = next(piece for piece in pieces if piece.text == letter)
        set_on_it = pieces[pieces.index(base) + 1]
        assert set_on_it.text == mark
        left, right = sides(mark)
        middle = set_on_it.x + (left + right) / 2 * set_on_it.size / 1000
        assert middle == pytest.approx(base.x + width(base) / 2, abs=0.1)
        rises[letters] = round(set_on_it.y - base.y, 1)
    assert rises["x̆"] == rises["x̣"] == 0  # where the font has them
    assert 0 < rises["ê̆"] < rises["Ô̆"]


@pytest.mark.parametrize("mark", ["\u0306", "\u0323"])
def test_a_heap_of_marks_stays_in_its_own_line(mark: str) -> None:
    pieces = read(draw(content(sections=[Section("-", [("-", "x" + mark * 99)])]))).pieces
    base = next(piece for piece in pieces if piece.text == "x")
    heap = [piece.y - base.y for piece in pieces if piece.text == mark]
    assert len(heap) == 99
    assert max(map(abs, heap)) <= 0.4 * base.size + 0.01


def test_it_is_light_with_a_portrait() -> None:
    drawn = draw(content(portrait=noisy_portrait()))
    assert read(drawn).pictures == 2
    assert len(drawn) <= LIGHT


def test_the_same_declaration_is_the_same_file_and_tells_nothing_of_the_machine() -> None:
    plain = draw(content())
    assert plain == draw(content())
    about = next(body for body in read(plain).objects.values() if b"/CreationDate" in body)
    assert set(re.findall(rb"/(\w+) ", about)) == {b"CreationDate", b"Title"}
    assert TITLE.encode("utf-16-be").hex().encode() in about
    assert b"/Lang (vi)" in plain
    for word in (b"/Author", b"/Creator ", b"fpdf", str(FONTS).encode()):
        assert word not in plain


def test_its_letters_reach_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    draw(content(name="汉 Ba", portrait=noisy_portrait()))
    assert caplog.records == []


def test_the_fonts_are_in_it_as_the_letters_it_uses() -> None:
    sheet = read(draw(content()))
    embedded = [stream(body) for body in sheet.objects.values() if b"/Length1" in body]
    assert len(embedded) == 2
    for font in embedded:
        assert 10 < len(TTFont(io.BytesIO(font)).getGlyphOrder()) < 150


def test_every_letter_of_vietnamese_and_its_minorities_is_in_both_fonts() -> None:
    vowels = "aăâeêioôơuưy"
    letters = {
        unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in "\u0300\u0301\u0303\u0309\u0323"
    }
    letters |= set("đƀčñĕŏŭĭ•₫“”‘’–…«»" + "\u0302\u0306\u030c")
    for face in FACES.values():
        assert {char for text in letters for char in (*text, *text.upper())} <= {chr(c) for c in face.getBestCmap()}


def test_a_screen_reader_finds_headings_and_each_answer_beside_its_question() -> None:
    drawn = draw(content(portrait=noisy_portrait()))
    sheet = read(drawn)
    assert sheet.kinds("H1") == [TITLE.upper()]
    assert sheet.kinds("H2") == ["Người khai", "Theo dõi hồ sơ"]
    said = sheet.kinds("P")
    assert said[said.index("Họ và tên: ") + 1] == "Nguyễn Văn Mẫu"
    assert all(piece.kind for piece in sheet.pieces)
    described = [bytes.fromhex(text.decode()).decode("utf-16") for text in re.findall(rb"/Alt <(\w+)>", drawn)]
    assert described == ["Ảnh chân dung của người khai", "Mã QR mở http://127.0.0.1:8000/ho-so/"]


def test_the_qr_code_leads_to_the_status_page_and_says_nothing_else() -> None:
    body = next(b for b in read(draw(content())).objects.values() if b"/CCITTFaxDecode" in b)
    size, data = int(re.search(rb"/Height (\d+)", body)[1]), stream(body)
    # A TIFF around the fax data: little-endian header, then the directory.
    tags = [(256, size), (257, size), (258, 1), (259, 4), (262, 1), (273, 110), (278, size), (279, len(data))]
    directory = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags)
    tiff = struct.pack("<2sHLH", b"II", 42, 8, len(tags)) + directory + struct.pack("<L", 0) + data
    assert tiff[110:] == data
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(tiff)).convert("L"))
    assert found.text == "http://127.0.0.1:8000/ho-so/"
