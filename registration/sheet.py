"""The declaration on paper: what was declared, as an A4 PDF. Pure: no database, no request, the same bytes each time.

The font is embedded as a subset and has every letter of Vietnamese, of the minorities' names and of passports. What a
letter has no composed form for (Ê Đê `ê̆`, Jarai `ơ̆`) is set mark by mark, since nothing here shapes text.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import segno
from fpdf import FPDF, ViewerPreferences
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont

TITLE = "Tờ khai đăng ký tài khoản"
FONTS = Path(__file__).parent / "fonts"
FONT = "NotoSans"
NOT_IN_FONT = "\ufffd"

INK, MUTED, LINE, GROUND = (27, 39, 51), (81, 96, 111), (213, 221, 229), (244, 247, 250)
BLUE, AMBER, AMBER_SOFT = (11, 79, 143), (138, 90, 0), (255, 246, 224)

# Millimetres.
MARGIN, FOOT, LABEL = 18, 17, 54
PORTRAIT = (30, 40)
QR, QR_BOX = 32, 36
LEADING = 1.4  # of the letters' size
# Thousandths of the letters' size: between a letter and the mark set on it, and how far a mark is moved at most:
# a letter with dozens of marks stays in its own line.
MARK_GAP, MARK_MOVES = 60, 400

_LETTERS_THEN_MARKS = re.compile("([^\u0300-\u036f]*)([\u0300-\u036f]*)")


@dataclass(frozen=True)
class Section:
    """A heading and its answers, each (label, answer); one without an answer is left out."""

    title: str
    answers: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SheetContent:
    """`filed_at` is in local time; `notice` may be empty; `portrait` is a JPEG of 3 to 4, or none."""

    portal_name: str
    notice: str
    file_number: str
    filed_at: datetime
    office: str
    follow_at: str
    sections: Sequence[Section]
    portrait: bytes | None = None


def draw(content: SheetContent) -> bytes:
    """One page, a second where the answers are too long for one."""
    paper = _Paper(content)
    _draw_head(paper, content)
    _draw_reference(paper, content)
    for section in content.sections:
        _draw_section(paper, section)
    _draw_way_to_follow(paper, content)
    return bytes(paper.output())


def grouped(file_number: str) -> str:
    """`00001 / 2026 / 00101`, to be read aloud; it may be typed like this too."""
    return " / ".join(file_number.split("/"))


class _Paper(FPDF):
    def __init__(self, content: SheetContent) -> None:
        super().__init__(format="A4")
        self._foot = f"Mã hồ sơ {grouped(content.file_number)}"
        self.c_margin = 0
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.set_title(TITLE)
        self.set_lang("vi")
        self.set_producer("")
        self.set_creation_date(content.filed_at)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        for style, name in (("", "Regular"), ("B", "Bold")):
            self.add_font(FONT, style, FONTS / f"{FONT}-{name}.ttf")
        self.add_page()

    def footer(self) -> None:
        page = f"Trang {self.page}"
        self.pen(8, MUTED)
        with self.unread():
            self.put(MARGIN, self.h - 12, self._foot)
            self.put(self.w - MARGIN - self.get_string_width(page), self.h - 12, page)

    def pen(self, size: float, colour: tuple[int, int, int] = INK, *, bold: bool = False) -> None:
        """`size` in points."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)

    @property
    def line_height(self) -> float:
        return self.font_size * LEADING

    def lines(self, text: str, width: float) -> list[str]:
        """Broken at blanks; a word wider than the line is broken too, so that nothing leaves the paper."""
        printable = self._printable(text)
        broken = self.multi_cell(width, text=printable, dry_run=True, output=MethodReturnValue.LINES)
        return cast(list[str], broken)  # what LINES asks for

    def paragraph(self, x: float, text: str, width: float, *, kind: str = "P") -> None:
        """From the current height down, which it moves."""
        with self.read_as(kind):
            self.flow(x, text, width)

    def flow(self, x: float, text: str, width: float) -> None:
        for line in self.lines(text, width):
            self.put(x, self.y + self.font_size, line)
            self.y += self.line_height

    def put(self, x: float, baseline: float, text: str) -> None:
        """One line. A mark stands over or under the middle of its letter, clear of what is already there."""
        for letters, marks in _LETTERS_THEN_MARKS.findall(self._printable(text)):
            if letters:
                self.text(x, baseline, letters)
                x += self.get_string_width(letters)
            if marks:
                self._put_marks(x, baseline, letters[-1:] or " ", marks)

    @contextmanager
    def read_as(self, kind: str) -> Iterator[None]:
        """What a screen reader takes for one thing: `P`, `H1`, `H2`. fpdf2 marks pictures only, by these same means."""
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{kind}", mcid=number)
        self._out(f"/{kind} <</MCID {number}>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def unread(self) -> Iterator[None]:
        """Lines, grounds and the foot of each page, which a screen reader passes over."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def rule(self, colour: tuple[int, int, int]) -> None:
        with self.unread():
            self.set_draw_color(*colour)
            self.line(MARGIN, self.y, self.w - MARGIN, self.y)

    def ground(self, height: float, colour: tuple[int, int, int]) -> None:
        """Behind what is put there next."""
        with self.unread():
            self.set_fill_color(*colour)
            self.rect(MARGIN, self.y, self.epw, height, style="F")

    def need(self, height: float) -> None:
        """A new page, unless this much room is left."""
        if self.y + height > self.h - FOOT:
            self.add_page()

    def _put_marks(self, after: float, baseline: float, letter: str, marks: str) -> None:
        unit = self.font_size / 1000
        _, bottom, _, top = self._box(letter)
        for mark in marks:
            left, low, right, high = self._box(mark)
            rise = 0
            if low > 0:
                rise = min(max(0, top + MARK_GAP - low), MARK_MOVES)
            elif high < 0:
                rise = max(min(0, bottom - MARK_GAP - high), -MARK_MOVES)
            top, bottom = max(top, high + rise), min(bottom, low + rise)
            x = after - self.get_string_width(letter) / 2 - unit * (left + right) / 2
            self.text(x, baseline - unit * rise, mark)

    def _box(self, char: str) -> tuple[int, int, int, int]:
        """Left, bottom, right and top of the drawn letter, in thousandths of its size."""
        font = self._ttf.ttfont
        glyph = font["glyf"][self._ttf.cmap[ord(char)]]
        if not glyph.numberOfContours:
            return 0, 0, 0, 0
        return glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax

    def _printable(self, text: str) -> str:
        known = self._ttf.cmap
        return "".join(char if ord(char) in known else NOT_IN_FONT for char in unicodedata.normalize("NFC", text))

    @property
    def _ttf(self) -> TTFFont:
        font = self.current_font
        if not isinstance(font, TTFFont):
            raise TypeError("no font chosen")
        return font


def _draw_head(paper: _Paper, content: SheetContent) -> None:
    if content.notice:
        paper.pen(9, AMBER)
        paper.y = 10
        paper.ground(len(paper.lines(content.notice, paper.epw - 8)) * paper.line_height + 3, AMBER_SOFT)
        paper.y += 1.5
        paper.paragraph(MARGIN + 4, content.notice, paper.epw - 8)
        paper.y += 6
    paper.pen(10, BLUE, bold=True)
    paper.paragraph(MARGIN, content.portal_name, paper.epw)
    paper.y += 1
    paper.rule(BLUE)
    paper.y += 6
    paper.pen(17, bold=True)
    paper.paragraph(MARGIN, TITLE.upper(), paper.epw, kind="H1")
    paper.pen(10, MUTED)
    paper.paragraph(MARGIN, "Giao dịch điện tử với cơ quan bảo hiểm xã hội, dành cho cá nhân", paper.epw)
    paper.y += 5


def _draw_reference(paper: _Paper, content: SheetContent) -> None:
    top, width = paper.y, paper.epw
    if content.portrait:
        width -= PORTRAIT[0] + 6
        frame = (paper.w - MARGIN - PORTRAIT[0], top, *PORTRAIT)
        picture = io.BytesIO(content.portrait)
        paper.image(picture, *frame, keep_aspect_ratio=True, alt_text="Ảnh chân dung của người khai")
    paper.pen(10, MUTED)
    paper.paragraph(MARGIN, "Mã hồ sơ", width)
    paper.pen(22, bold=True)
    paper.paragraph(MARGIN, grouped(content.file_number), width)
    paper.pen(10)
    paper.paragraph(MARGIN, f"Ghi nhận lúc {content.filed_at:%H:%M} ngày {content.filed_at:%d/%m/%Y}", width)
    paper.paragraph(MARGIN, f"Nơi nhận: {content.office}", width)
    paper.y = max(paper.y, top + (PORTRAIT[1] if content.portrait else 0)) + 5


def _draw_section(paper: _Paper, section: Section) -> None:
    answers = [(label, answer) for label, answer in section.answers if answer]
    if not answers:
        return
    paper.need(20)  # a heading is not left alone at the foot
    paper.pen(11, BLUE, bold=True)
    paper.paragraph(MARGIN, section.title, paper.epw, kind="H2")
    paper.y += 1
    for label, answer in answers:
        _draw_answer(paper, label, answer)
    paper.y += 3


def _draw_answer(paper: _Paper, label: str, answer: str) -> None:
    paper.pen(10)
    height = len(paper.lines(answer, paper.epw - LABEL)) * paper.line_height
    paper.need(height + 2)
    paper.rule(LINE)
    paper.y += 1
    paper.pen(10, MUTED)
    with paper.read_as("P"):
        paper.put(MARGIN, paper.y + paper.font_size, f"{label}: ")
        paper.pen(10)
        paper.flow(MARGIN + LABEL, answer, paper.epw - LABEL)
    paper.y += 1


def _draw_way_to_follow(paper: _Paper, content: SheetContent) -> None:
    paper.need(QR_BOX)
    top, left, width = paper.y, MARGIN + QR_BOX + 2, paper.epw - QR_BOX - 6
    paper.ground(QR_BOX, GROUND)
    code = io.BytesIO()
    segno.make(content.follow_at, error="m", micro=False).save(code, kind="png", scale=8, border=4)
    paper.image(code, MARGIN + 2, top + 2, QR, QR, alt_text=f"Mã QR mở {content.follow_at}")
    paper.y = top + 4
    paper.pen(11, BLUE, bold=True)
    paper.paragraph(left, "Theo dõi hồ sơ", width, kind="H2")
    paper.pen(9)
    paper.paragraph(left, f"Quét mã QR hoặc mở {content.follow_at}", width)
    paper.paragraph(left, "rồi nhập mã hồ sơ in ở trên và số điện thoại đã khai.", width)
    paper.pen(9, MUTED)
    note = (
        "Kết quả được nhắn tới số điện thoại đó. Bản in này để lưu, che bớt số giấy tờ, điện thoại và email; "
        "cơ quan nhận hồ sơ có đủ."
    )
    paper.paragraph(left, note, width)
