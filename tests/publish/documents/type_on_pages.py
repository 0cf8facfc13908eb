"""Type on pages: where each letter of a PDF stands, from its own instructions."""

import io
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import pikepdf

MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Line:
    """Letters with one baseline: page, left and baseline from the top in mm, size, how many, font."""

    page: int
    left: float
    base: float
    size: float
    letters: int
    font: str


@dataclass
class Pen:
    """What the instructions of a page have set so far, and the runs of letters that were drawn."""

    height: float
    fonts: dict
    matrix: pikepdf.Matrix = field(default_factory=pikepdf.Matrix)
    placed: pikepdf.Matrix = field(default_factory=pikepdf.Matrix)
    kept: list = field(default_factory=list)
    marks: list = field(default_factory=list)
    font: str = ""
    size: float = 0.0
    runs: list = field(default_factory=list)

    def draw(self, pieces):
        count = sum(len(bytes(one)) // 2 for one in pieces if isinstance(one, pikepdf.String))
        if not any(self.marks):
            self.runs.append(
                (round(self.height - self.placed.f, 2), self.placed.e, self.size, count, self.font)
            )


def _set(pen, operands):
    pen.font, pen.size = pen.fonts[str(operands[0])], float(operands[1])


def _place(pen, operands):
    pen.placed = pikepdf.Matrix(*map(float, operands)) @ pen.matrix


def _move(pen, operands):
    pen.matrix = pikepdf.Matrix(*map(float, operands)) @ pen.matrix


def _restore(pen, _):
    pen.matrix = pen.kept.pop()


def _mark(pen, operands):
    pen.marks.append(str(operands[0]) == "/Artifact")


DOES = {
    "q": lambda pen, _: pen.kept.append(pen.matrix),
    "Q": _restore,
    "cm": _move,
    "BMC": _mark,
    "BDC": _mark,
    "EMC": lambda pen, _: pen.marks.pop(),
    "Tf": _set,
    "Tm": _place,
    "Tj": lambda pen, operands: pen.draw(operands),
    "TJ": lambda pen, operands: pen.draw(list(operands[0])),
}
"""What an instruction of a page does that says where letters stand."""


def lines_of(pdf: bytes) -> list[Line]:
    """Return the lines of type of a PDF, those of artifacts and of drawings aside."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [line for at, page in enumerate(file.pages, 1) for line in _lines(at, page)]


def _lines(at, page):
    fonts = {name: str(font.BaseFont) for name, font in page.Resources.Font.items()}
    pen = Pen(float(page.mediabox[3]), fonts)
    for operands, operator in pikepdf.parse_content_stream(page):
        if does := DOES.get(str(operator)):
            does(pen, operands)
    for base, runs in groupby(sorted(pen.runs), lambda run: run[0]):
        _, lefts, sizes, counts, names = zip(*runs, strict=True)
        yield Line(at, min(lefts) / MM, base / MM, max(sizes), sum(counts), names[0])


def pitches(lines: list[Line]) -> list[float]:
    """Return from one line to the next of a page, in points."""
    return [(b.base - a.base) * MM for a, b in pairwise(lines) if a.page == b.page]
