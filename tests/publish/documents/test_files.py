"""Documents as files: read back by programs that did not write them."""

import io
import re

import docx
import html5lib
import pikepdf
import pytest
from docx.oxml.ns import qn
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from pdf_text import text_of
from urbium.errors import InputError, NotFoundError
from urbium.publish.documents import fonts
from urbium.publish.documents.document import Section, Table
from urbium.publish.documents.files import ENDINGS, content, write
from written import ALT, document

MARKUP = '<script>x</script> #panic("x") *bold* $1$ | \\ `a`'


@pytest.fixture(scope="module")
def files():
    return {ending: content(document(has_contents=True), ending) for ending in ENDINGS}


def elements(node, seen=None):
    """Yield every element of the structure of a PDF."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


def test_a_pdf_names_title_language_and_both_standards(files):
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        about = pdf.open_metadata()
        assert about["dc:title"] == "Design of Hefei 合肥市"
        assert (about["pdfuaid:part"], about["pdfaid:part"], about["pdfaid:conformance"]) == ("1", "2", "A")
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_a_pdf_is_tagged_with_headings_tables_and_the_text_of_every_chart(files):
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        tags = list(elements(pdf.Root.StructTreeRoot))
    kinds = [str(tag.S) for tag in tags]
    assert kinds.count("/Table") == 2
    assert {"/H1", "/H2"} <= set(kinds)
    assert kinds.count("/TH") == 7
    figures = [tag for tag in tags if str(tag.S) == "/Figure"]
    assert [str(tag.Alt) for tag in figures] == [ALT]


def test_a_pdf_carries_every_font_that_it_uses(files):
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        descriptors = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        ]
    assert descriptors
    assert all("/FontFile3" in one or "/FontFile2" in one for one in descriptors)


def test_a_word_file_has_headings_texts_of_charts_repeated_headings_and_its_fonts(files):
    file = docx.Document(io.BytesIO(files["docx"]))
    assert file.core_properties.title == "Design of Hefei 合肥市"
    assert file.core_properties.language == "en"
    assert [p.style.name for p in file.paragraphs if p.style.name.startswith(("Title", "Heading"))] == [
        "Title", "Heading 1", "Heading 2", "Heading 1",
    ]  # fmt: skip
    assert [shape._inline.docPr.get("descr") for shape in file.inline_shapes] == [ALT]
    for table in file.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    families = file.styles["Normal"].element.rPr.rFonts
    assert families.get(qn("w:eastAsia"))
    assert file.tables[0].rows[1].cells[1].text == "101,000"


def test_a_web_page_is_html_that_a_parser_takes_without_an_error(files):
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(files["html"].decode())
    assert page.get("lang") == "en"
    assert [len(page.findall(f".//h{level}")) for level in (1, 2, 3)] == [1, 2, 1]
    assert [image.get("alt") for image in page.findall(".//img")] == [ALT]
    assert all(cell.get("scope") == "col" for cell in page.findall(".//th"))
    assert page.find(".//title").text == "Design of Hefei 合肥市"


def test_a_web_page_asks_no_other_machine_for_anything_and_brings_chinese_letters(files):
    page = files["html"].decode()
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)
    assert re.findall(r"url\((?!data:)", page) == []
    assert "data:font/woff;base64," in page


@pytest.fixture
def install(monkeypatch):
    """Return what says which fonts this machine has: none until then."""

    def installed(*system_fonts):
        monkeypatch.setattr(fonts, "system_fonts", lambda: system_fonts)

    installed()
    return installed


@pytest.fixture(scope="module")
def runic(tmp_path_factory):
    """A font that has a blank and two runes."""
    path = tmp_path_factory.mktemp("fonts") / "runic.ttf"
    letters = {ord(" "): "space", 0x16A0: "fehu", 0x16A2: "uruz"}
    names = [".notdef", *letters.values()]
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 700), (100, 700), (100, 0)):
        pen.lineTo(corner)
    pen.closePath()
    font = FontBuilder(1000)
    font.setupGlyphOrder(names)
    font.setupCharacterMap(letters)
    font.setupGlyf(dict.fromkeys(names, pen.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Test Runic", "styleName": "Regular", "psName": "TestRunic-Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)
    return fonts.SystemFont("Test Runic", str(path), 0)


def test_a_pdf_in_georgian_needs_no_font_of_the_machine(install):
    install()
    assert "ქუთაისი" in text_of(content(document(title="Design of ქუთაისი"), "pdf"))


def test_letters_that_the_packaged_fonts_lack_come_from_a_font_of_the_machine_that_is_embedded(
    install, runic
):
    install(fonts.SystemFont("Broken", __file__, 0), runic)
    pdf = content(document(title="Design of ᚠᚢ"), "pdf")
    assert "Designofᚠᚢ" in text_of(pdf)
    assert b"TestRunic" in pdf


def test_fonts_of_the_machine_change_no_byte_of_what_the_packaged_fonts_can_write(install, runic, files):
    install(runic)
    assert content(document(has_contents=True), "pdf") == files["pdf"]


def test_a_pdf_with_letters_of_no_font_names_them_the_words_that_hold_them_and_what_to_do(install, runic):
    install(runic)
    with pytest.raises(InputError, match=r"ᚦ \(U\+16A6\), needed to write “Design of ᚠᚢᚦ”") as error:
        content(document(title="Design of ᚠᚢᚦ"), "pdf")
    assert error.value.place == "design-0503"
    assert "fonts-noto-core, or choose .docx or .html" in error.value.remedy


@pytest.mark.parametrize("ending", sorted(set(ENDINGS) - {"pdf"}))
def test_only_a_pdf_depends_on_fonts(install, ending):
    install()
    assert content(document(title="Design of ᚠᚢᚦ"), ending)


def test_letters_of_a_chart_are_looked_at_too(install):
    install()
    odd = document()
    odd.sections[1].parts[0].spec["title"] = "ᚠᚢᚦ"
    with pytest.raises(InputError, match=r"U\+16A0"):
        content(odd, "pdf")


@pytest.mark.parametrize("ending", ["pdf", "html", "md"])
def test_the_same_document_has_the_same_bytes(ending, files):
    assert content(document(has_contents=True), ending) == files[ending]


def test_what_does_not_fit_on_its_pages_is_refused():
    long = [Section("Long", ["a sentence. " * 3000])]
    with pytest.raises(InputError, match="does not fit on one page"):
        content(document(sections=long, most_pages=1), "pdf")


@pytest.mark.parametrize("ending", ENDINGS)
def test_words_are_words_and_never_markup(ending):
    odd = document(title=MARKUP, sections=[Section(MARKUP, [MARKUP, Table([MARKUP], [[MARKUP]])])])
    made = content(odd, ending)
    if ending == "html":
        page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(made.decode())
        assert page.find(".//script") is None
        assert page.find(".//h1").text == MARKUP
        assert page.find(".//td").text.strip() == MARKUP
    elif ending == "docx":
        assert docx.Document(io.BytesIO(made)).tables[0].rows[1].cells[0].text == MARKUP
    elif ending == "md":
        assert "<script>" not in made.decode().replace("\\<", "")
    else:
        with pikepdf.open(io.BytesIO(made)) as pdf:
            assert pdf.open_metadata()["dc:title"] == MARKUP


def test_a_document_in_chinese_says_so():
    made = content(document(language="zh"), "pdf")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert str(pdf.Root.Lang) == "zh"


def test_another_ending_is_no_kind_of_file(tmp_path):
    with pytest.raises(NotFoundError, match="kind of file"):
        content(document(), "pages")
    with pytest.raises(InputError, match=r"\.pages is not a document format"):
        write(document(), tmp_path / "a.pages")
