"""Word: a document as .docx, with styles, repeated table headings, alternative texts and its language."""

import io
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from urbium.publish.documents.document import Document
from urbium.publish.documents.layout import Layout

_LATIN, _CHINESE = "Calibri", "Microsoft YaHei"
"""Families that offices have; a reader without them is shown the nearest."""
_ACCENT: Final = RGBColor(0x0B, 0x5D, 0x7D)
_MUTED: Final = RGBColor(0x56, 0x68, 0x7A)
_TINT: Final = "EAF3F7"
_WIDTH: Final = Mm(166)
_TALLEST: Final = Mm(150)
_SIZES: Final = {"Title": 22, "Heading 1": 15, "Heading 2": 12, "Normal": 10.5}
_SMALL: Final = 9
_AFTER: Final = Pt(4)
_SHORTEST, _LONGEST = 8, 32
"""Letters by which the widths of columns are shared out: what each has, and at most counts."""


def word(layout: Layout, document: Document) -> bytes:
    """Return a document as a Word file."""
    file = docx.Document()
    _set_up(file, layout, document)
    file.add_paragraph(layout["title"], style="Title")
    if layout["first_line"]:
        file.add_paragraph(layout["first_line"], style="Intense Quote")
    for section in layout["sections"]:
        if section["title"]:
            file.add_heading(section["title"], section["level"])
        for part in section["parts"]:
            _add(file, part)
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def _set_up(file: Any, layout: Layout, document: Document) -> None:  # noqa: ANN401 - docx's own class
    """Set page, styles, language and properties."""
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(22)
    page.top_margin = page.bottom_margin = Mm(20)
    page.footer.paragraphs[0].text = f"{layout['programme']}  ·  {layout['created']}"
    for name, size in _SIZES.items():
        style = file.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), _LATIN)
        fonts.set(qn("w:eastAsia"), _CHINESE)
        if name != "Normal":
            style.font.color.rgb = _ACCENT
    spacing = file.styles["Normal"].paragraph_format
    spacing.space_after, spacing.line_spacing = _AFTER, 1.0
    describe(file, layout, document)


def describe(file: Any, layout: Layout, document: Document) -> None:  # noqa: ANN401 - docx's own class
    """Set the language and the properties of a file."""
    spoken = OxmlElement("w:lang")
    is_latin = layout["language"] not in {"zh", "ja", "ko"}
    spoken.set(qn("w:val" if is_latin else "w:eastAsia"), layout["language"])
    file.styles["Normal"].element.get_or_add_rPr().append(spoken)
    about = file.core_properties
    about.title, about.author, about.language = layout["title"], layout["programme"], layout["language"]
    about.created = about.modified = document.created.replace(tzinfo=None)
    about.comments = ""


def _add(file: Any, part: Layout) -> None:  # noqa: ANN401 - docx's own class
    match part["kind"]:
        case "table":
            add_table(file, part)
            file.add_paragraph()
        case "picture":
            add_picture(file, part)
            file.add_paragraph()
        case _:
            file.add_paragraph(part["words"])
    if part["basis"]:
        run = file.add_paragraph().add_run(part["basis"])
        run.font.size, run.font.color.rgb = Pt(_SMALL), _MUTED


def add_table(file: Any, part: Layout, *, width: int = _WIDTH, size: float = _SMALL) -> Any:  # noqa: ANN401
    """Add a table whose heading is repeated on every page and known as one; return it."""
    table = file.add_table(rows=0, cols=len(part["headings"]), style="Table Grid")
    lines = (part["headings"], *part["rows"])
    longest = [_SHORTEST + min(_LONGEST, max(map(len, cells))) for cells in zip(*lines, strict=True)]
    for column, letters in zip(table.columns, longest, strict=True):
        column.width = int(width * letters / sum(longest))
    for cells in lines:
        row = table.add_row()
        for at, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = 0
            run = paragraph.add_run(words)
            run.font.size = Pt(size)
            if at in part["numbers"]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if cells is part["headings"]:
                run.font.bold = True
                shade = OxmlElement("w:shd")
                shade.set(qn("w:val"), "clear")
                shade.set(qn("w:fill"), _TINT)
                cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx has no other way
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the same
    return table


def add_picture(file: Any, part: Layout, *, width: int = _WIDTH) -> Any:  # noqa: ANN401 - docx's own class
    """Add a chart as a picture of twice the size, with its alternative text; return its paragraph."""
    import vl_convert  # noqa: PLC0415 - loads a renderer, and only charts need it

    picture = io.BytesIO(vl_convert.svg_to_png(part["svg"], scale=2))
    shape = file.add_picture(picture, width=Mm(part["width"]) if part["width"] else width)
    if shape.height > _TALLEST:
        shape.width, shape.height = int(shape.width * _TALLEST / shape.height), _TALLEST
    shape._inline.docPr.set("descr", part["alt"])  # noqa: SLF001 - python-docx has no other way
    return file.paragraphs[-1]
