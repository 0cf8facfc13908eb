"""Official Word: an official document in Chinese (GB/T 9704-2012) as .docx, in faces that offices have."""

import io
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from urbium.publish.documents import official
from urbium.publish.documents.document import Document
from urbium.publish.documents.layout import Layout
from urbium.publish.documents.official import FACES
from urbium.publish.documents.word import add_picture, add_table, describe

_TWIPS: Final = 20
_CHARSPACE: Final = 4096
_HUNDREDTHS: Final = 100
_STYLES: Final = {
    "Normal": ("body", official.BODY),
    "Title": ("title", official.TITLE),
    "Heading 1": ("first", official.BODY),
    "Heading 2": ("second", official.BODY),
}
_HEAD: Final = 48.0
"""Points of the name of the body at the head, where it fits on a line."""
_FOOT: Final = 7.0
"""From the type to the number of the page, in mm."""


def official_word(layout: Layout, document: Document) -> bytes:
    """Return an official document as a Word file."""
    file, paper = docx.Document(), layout["official"]
    _set_up(file)
    describe(file, layout, document)
    if paper["has_head"]:
        _add_head(file, paper)
    title = file.add_paragraph(layout["title"], style="Title")
    title.paragraph_format.space_after = Pt(official.LINE)
    if paper["to"]:
        _indent(file.add_paragraph(paper["to"]), 0)
    if layout["first_line"]:
        _set_in(file.add_paragraph().add_run(layout["first_line"]), "second")
    for section in layout["sections"]:
        if section["title"]:
            file.add_heading(section["title"], section["level"])
        for part in section["parts"]:
            _add(file, part)
    if paper["issuer"] and paper["signed"]:
        _add_signature(file, paper)
    for line in paper["imprint"][:1]:
        _add_imprint(file, line, paper["imprint"][1])
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def _set_up(file: Any) -> None:  # noqa: ANN401 - docx's own class
    """Set the page with its grid of letters and lines, the styles, and the numbers of pages."""
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for side, width in official.MARGINS.items():
        setattr(page, f"{side}_margin", Mm(width))
    page.footer_distance = Mm(official.MARGINS["bottom"] - _FOOT) - Pt(official.SMALL)
    for old in page._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - python-docx has no other way
        page._sectPr.remove(old)  # noqa: SLF001 - the same
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(int(official.LINE * _TWIPS)))
    grid.set(qn("w:charSpace"), str(round((official.PITCH - official.BODY) * _CHARSPACE)))
    page._sectPr.append(grid)  # noqa: SLF001 - the same
    for name, (role, size) in _STYLES.items():
        style = file.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), name == "Title", False
        style.font.color.rgb = RGBColor(0, 0, 0)
        _name(style.element.get_or_add_rPr(), role)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing = Pt(int(official.LINE * _TWIPS) / _TWIPS if name != "Title" else 35)
        _indent(style, 0 if name == "Title" else 2)
        for border in style.element.pPr.findall(qn("w:pBdr")):
            style.element.pPr.remove(border)
    normal = file.styles["Normal"]
    normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    normal.paragraph_format.widow_control = False
    for name in ("autoSpaceDE", "autoSpaceDN"):
        space = OxmlElement(f"w:{name}")
        space.set(qn("w:val"), "0")
        normal.element.pPr.insert_element_before(space, "w:adjustRightInd", "w:spacing", "w:ind", "w:jc")
    file.styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    file.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((page.footer, "right"), (page.even_page_footer, "left")):
        line = footer.paragraphs[0]
        line.alignment = getattr(WD_ALIGN_PARAGRAPH, side.upper())
        _indent(line, 0)
        line.paragraph_format.line_spacing = 1.0
        setattr(line.paragraph_format, f"{side}_indent", Pt(official.SMALL))
        for piece in ("— ", None, " —"):
            run = line.add_run(piece or "")
            run.font.size = Pt(official.SMALL)
            _set_in(run, "page")
            if piece is None:
                _number(run)


def _add_head(file: Any, paper: Layout) -> None:  # noqa: ANN401 - the same
    """Add the red name of the body, its number, and the red line below."""
    head = file.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    size = min(_HEAD, official.WIDTH / 25.4 * 72 / max(1, len(paper["issuer"])))
    head.paragraph_format.space_before = Mm(official.ABOVE_HEAD)
    head.paragraph_format.line_spacing = Pt(1.2 * size)
    _indent(head, 0)
    run = head.add_run(paper["issuer"])
    _set_in(run, "title")
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), True, RGBColor.from_string(official.RED[1:])
    number = file.add_paragraph(paper["number"])
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number.paragraph_format.space_before = Pt(2 * official.LINE)
    number.paragraph_format.space_after = Pt(2 * official.LINE)
    _indent(number, 0)
    _border(number, "bottom", official.RED[1:], 12, space=11)


def _add_signature(file: Any, paper: Layout) -> None:  # noqa: ANN401 - the same
    """Add name and day above one another, four letters from the right, with room for a seal."""
    widest = max(len(paper["issuer"]), len(paper["signed"]))
    for at, words in enumerate((paper["issuer"], paper["signed"])):
        line = file.add_paragraph(words)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.keep_with_next = at == 0
        line.paragraph_format.keep_together = True
        if at == 0:
            line.paragraph_format.space_before = Pt(2 * official.LINE)
        _indent(line, 0)
        line.paragraph_format.right_indent = Pt((4 + (widest - len(words)) / 2) * official.PITCH)


def _add_imprint(file: Any, printer: str, day: str) -> None:  # noqa: ANN401 - the same
    """Add who printed it and when, in a frame at the foot of the last page."""
    line = file.add_paragraph()
    _indent(line, 0)
    frame = OxmlElement("w:framePr")
    places = {"w": round(Mm(official.WIDTH).pt * _TWIPS), "wrap": "around", "vAnchor": "margin",
              "hAnchor": "margin", "xAlign": "left", "yAlign": "bottom"}  # fmt: skip
    for name, value in places.items():
        frame.set(qn(f"w:{name}"), str(value))
    line._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001 - the same
        frame, "w:widowControl", "w:pBdr", "w:tabs", "w:spacing", "w:ind", "w:jc"
    )
    line.paragraph_format.tab_stops.add_tab_stop(Mm(official.WIDTH), alignment=2)
    line.add_run(f"{printer}\t{day}").font.size = Pt(official.SMALL)
    for side in ("top", "bottom"):
        _border(line, side, "000000", 8)


def _add(file: Any, part: Layout) -> None:  # noqa: ANN401 - the same
    match part["kind"]:
        case "table":
            table = add_table(file, part, width=Mm(official.WIDTH), size=official.TABLE)
            for cell in (cell for row in table.rows for cell in row.cells):
                for paragraph in cell.paragraphs:
                    _off_grid(paragraph)
                    if paragraph.alignment is None:
                        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
            for row in table.rows:
                row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the same
        case "picture":
            shown = add_picture(file, part, width=Mm(0.88 * official.WIDTH))
            _off_grid(shown)
            shown.alignment = WD_ALIGN_PARAGRAPH.CENTER
        case _:
            file.add_paragraph(part["words"])
    if part["basis"] or part["kind"] == "table":  # two tables without a paragraph between them are one
        line = file.add_paragraph()
        _off_grid(line)
        line.paragraph_format.space_after = Pt(0.5 * official.LINE)
        line.add_run(part["basis"]).font.size = Pt(official.TABLE)


def _set_in(run: Any, role: str) -> None:  # noqa: ANN401 - the same
    _name(run._r.get_or_add_rPr(), role)  # noqa: SLF001 - python-docx has no other way


def _name(properties: Any, role: str) -> None:  # noqa: ANN401 - the same
    """Set every letter of a style or run in a face."""
    families = properties.get_or_add_rFonts()
    families.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        families.set(qn(f"w:{script}"), FACES[role].word)


def _indent(of: Any, letters: int) -> None:  # noqa: ANN401 - the same
    """Set the first line of a paragraph or style in by some letters."""
    of.paragraph_format.first_line_indent = Pt(letters * official.PITCH)
    indent = of.paragraph_format.element.pPr.ind if hasattr(of.paragraph_format, "element") else None
    indent = indent if indent is not None else of._element.pPr.ind  # noqa: SLF001 - the same
    indent.set(qn("w:firstLineChars"), str(_HUNDREDTHS * letters))


def _off_grid(paragraph: Any) -> None:  # noqa: ANN401 - the same
    """Take a paragraph of tables, pictures and small type off the grid of lines."""
    _indent(paragraph, 0)
    paragraph.paragraph_format.line_spacing = 1.0
    loose = OxmlElement("w:snapToGrid")
    loose.set(qn("w:val"), "0")
    paragraph._p.pPr.insert_element_before(loose, "w:spacing", "w:ind", "w:jc", "w:rPr")  # noqa: SLF001


def _border(paragraph: Any, side: str, colour: str, eighths: int, *, space: int = 1) -> None:  # noqa: ANN401
    """Draw a line above or below a paragraph, ``space`` points from it."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - the same
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
        )
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", eighths), ("space", space), ("color", colour)):
        line.set(qn(f"w:{name}"), str(value))
    borders.append(line)


def _number(run: Any) -> None:  # noqa: ANN401 - the same
    """Put the field of the page's number into a run."""
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        piece = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            piece.set(qn("w:fldCharType"), kind)
        else:
            piece.text = words
        run._r.append(piece)  # noqa: SLF001 - the same
