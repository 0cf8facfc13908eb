"""Official documents in Chinese, measured in the files: page, letters of a line, lines of a page, faces."""

import io
from datetime import UTC, date, datetime

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from docx.shared import Length

from pdf_text import text_of
from type_on_pages import MM, lines_of, pitches
from urbium.publish.documents import fonts, official
from urbium.publish.documents.document import Document, Official, Section, Table
from urbium.publish.documents.files import content

BODY = (
    "为深入贯彻落实党中央国务院决策部署进一步发挥数据要素在城市高质量发展中的作用现就年度自评价工作通知如下"
)
ISSUER, TO = "国家智慧城市试点工作领导小组办公室", "合肥市、芜湖市人民政府："


def paper(language="zh", body=BODY * 40, sections=None, **borne):
    return Document(
        name="notice",
        title="关于报送年度自评价报告的通知",
        programme=ISSUER,
        created=datetime(2026, 5, 4, tzinfo=UTC),
        language=language,
        sections=sections
        or [
            Section("", [body]),
            Section("总体要求", [BODY]),
            Section("报送内容", [BODY], 2),
            Section("数据", [Table(["年份", "万元"], [["2026", "1,234.5"]], "来源", frozenset({1}))]),
        ],
        official=Official(
            **{"issuer": ISSUER, "number": "〔2026〕1号", "to": TO, "signed": date(2026, 5, 4), **borne}
        ),
    )


@pytest.fixture(scope="module")
def pdf():
    return content(paper(), "pdf")


@pytest.fixture(scope="module")
def word():
    return docx.Document(io.BytesIO(content(paper(), "docx")))


# The page


def test_the_type_of_a_page_is_156_by_225_mm_on_a4(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert [round(float(side) / MM) for side in file.pages[0].mediabox] == [0, 0, 210, 297]
    lines = lines_of(pdf)
    assert min(line.left for line in lines) == pytest.approx(28, abs=0.01)
    full = [line for line in lines if line.page == 2]
    assert full[0].base - 0.88 * 16 / MM == pytest.approx(37, abs=0.1)
    assert max(line.base for line in full) + 0.12 * 16 / MM <= 37 + 225


def test_a_full_page_has_22_lines_of_28_letters_of_size_3_at_an_even_distance(pdf):
    full = [line for line in lines_of(pdf) if line.page == 2]
    assert len(full) == 22
    assert {line.letters for line in full} == {28}
    assert {line.size for line in full} == {16.0}
    assert pitches(full) == pytest.approx([225 * MM / 22] * 21, abs=0.02)


def test_a_paragraph_begins_two_letters_in_and_whom_it_is_for_at_the_edge(pdf):
    first = [line for line in lines_of(pdf) if line.page == 1 and line.size == 16.0]
    to = next(at for at, line in enumerate(first) if line.letters == len(TO))
    assert first[to].left == pytest.approx(28, abs=0.01)
    assert first[to + 1].left == pytest.approx(28 + 2 * 156 / 28, abs=0.01)
    assert first[to + 1].letters == 26


# What it bears


def test_the_name_of_the_body_stands_red_35_mm_below_the_edge_of_the_type_and_its_number_follows(pdf):
    head, number, title = lines_of(pdf)[:3]
    assert head.letters == len(ISSUER)
    assert head.base - 0.88 * head.size / MM == pytest.approx(37 + 35, abs=0.5)
    assert number.letters == len("〔2026〕1号")
    assert (title.size, title.letters) == (22.0, 14)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        drawn = [
            [float(one) for one in operands]
            for operands, operator in pikepdf.parse_content_stream(file.pages[0])
            if str(operator) in {"sc", "scn", "rg"}
        ]
    assert [0xE6 / 255, 0, 0x12 / 255] in [
        [pytest.approx(one, abs=0.01) for one in colour] for colour in drawn
    ]


def test_headings_are_numbered_by_grade_and_titles_without_words_are_no_headings(pdf):
    said = text_of(pdf)
    assert "一、总体要求" in said
    assert "（一）报送内容" in said
    assert "二、数据" in said


def test_signature_and_day_stand_four_letters_from_the_right_with_room_for_a_seal(pdf):
    *above, name, day = lines_of(pdf)
    assert (name.letters, day.letters) == (len(ISSUER), len("2026年5月4日"))
    right = name.left + name.letters * 156 / 28
    assert right == pytest.approx(28 + 156 - 4 * 156 / 28, abs=0.3)
    assert name.base - above[-1].base > 14
    assert (day.base - name.base) * MM == pytest.approx(225 * MM / 22, abs=0.5)


def test_numbers_of_pages_stand_outside_below_the_type(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as file:
        feet = [b"/Artifact" in page.Contents.read_bytes() for page in file.pages]
    assert feet
    assert all(feet)


def test_the_same_document_in_another_language_bears_all_of_it_in_its_own_layout():
    said = text_of(content(paper(language="en"), "pdf"))
    assert "一、" not in said
    for words in (TO, "〔2026〕1号", ISSUER, "4 May 2026".replace(" ", "")):
        assert words in said


# Faces


@pytest.fixture
def bare(monkeypatch):
    """A machine without fonts of its own."""
    monkeypatch.setattr(fonts, "system_fonts", tuple)


def test_a_machine_without_the_faces_writes_in_the_packaged_font_and_says_so(bare):
    assert official.families()["body"] == [fonts.FONT]
    assert [line for line in official.stand_ins() if "仿宋" in line] == [
        f"仿宋_GB2312 is replaced by {fonts.FONT}"
    ]
    lines = lines_of(content(paper(), "pdf"))
    assert {line.letters for line in lines if line.page == 2} == {28}
    assert all("NotoSansCJK" in line.font for line in lines)


def test_the_nearest_face_of_the_machine_comes_first(monkeypatch):
    here = tuple(fonts.SystemFont(name, __file__, 0) for name in ("Noto Serif CJK SC", "FangSong", "Arial"))
    monkeypatch.setattr(fonts, "system_fonts", lambda: here)
    assert official.families()["body"] == ["FangSong", "Noto Serif CJK SC", fonts.FONT]
    assert official.families()["title"] == ["Noto Serif CJK SC", fonts.FONT]
    assert not [line for line in official.stand_ins() if "仿宋" in line]


def test_every_letter_of_an_official_document_has_a_shape(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for page in file.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "TJ":
                    codes = [bytes(one) for one in operands[0] if isinstance(one, pikepdf.String)]
                    assert not any(
                        one[at : at + 2] == b"\0\0" for one in codes for at in range(0, len(one), 2)
                    )


# Word


def test_a_word_file_has_the_same_type_area_grid_faces_and_sizes(word):
    page = word.sections[0]
    width = page.page_width - page.left_margin - page.right_margin
    height = page.page_height - page.top_margin - page.bottom_margin
    sides = (width, height, page.left_margin, page.top_margin)
    assert tuple(round(Length(side).mm) for side in sides) == (
        156,
        225,
        28,
        37,
    )
    grid = page._sectPr.find(qn("w:docGrid"))
    line, extra = int(grid.get(qn("w:linePitch"))), int(grid.get(qn("w:charSpace")))
    assert Length(height).pt * 20 // line == 22
    assert Length(width).pt / (16 + extra / 4096) == pytest.approx(28, abs=0.01)
    named = {
        name: (word.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")), word.styles[name].font.size.pt)
        for name in ("Normal", "Title", "Heading 1", "Heading 2")
    }
    assert named == {
        "Normal": ("仿宋_GB2312", 16), "Title": ("方正小标宋简体", 22), "Heading 1": ("黑体", 16),
        "Heading 2": ("楷体_GB2312", 16),
    }  # fmt: skip


def test_a_word_file_bears_head_number_headings_signature_and_numbers_of_pages(word):
    said = [one.text for one in word.paragraphs]
    assert said[:4] == [ISSUER, "〔2026〕1号", "关于报送年度自评价报告的通知", TO]
    assert str(word.paragraphs[0].runs[0].font.color.rgb) == "E60012"
    assert [one.text for one in word.paragraphs if one.style.name.startswith("Heading")] == [
        "一、总体要求", "（一）报送内容", "二、数据",
    ]  # fmt: skip
    assert said[-2:] == [ISSUER, "2026年5月4日"]
    assert word.settings.odd_and_even_pages_header_footer
    for foot in (word.sections[0].footer, word.sections[0].even_page_footer):
        assert foot.paragraphs[0]._p.findall(f".//{qn('w:instrText')}")[0].text == "PAGE"


def test_a_paragraph_of_a_word_file_begins_two_letters_in(word):
    normal = word.styles["Normal"].element.pPr
    assert normal.ind.get(qn("w:firstLineChars")) == "200"
    assert normal.find(qn("w:autoSpaceDE")).get(qn("w:val")) == "0"


def test_who_printed_it_stands_at_the_foot_of_the_last_page():
    file = docx.Document(io.BytesIO(content(paper(is_printed=True), "docx")))
    frame = file.paragraphs[-1]._p.pPr.find(qn("w:framePr"))
    assert frame.get(qn("w:yAlign")) == "bottom"
    lines = lines_of(content(paper(is_printed=True), "pdf"))
    assert lines[-1].size == 14.0
    assert lines[-1].base > 37 + 225 - 12


def test_an_imprint_that_begins_a_page_stands_at_its_foot():
    fills_the_first_page = [Section("", ["文" * 28 * 3, "文" * 9])]
    lines = lines_of(content(paper(is_printed=True, sections=fills_the_first_page), "pdf"))
    assert lines[-1].page == 2
    assert lines[-1].base > 37 + 225 - 12


def test_tables_of_a_word_file_stay_apart_off_the_grid_and_their_rows_whole():
    twice = [Table(["年份"], [["2026"]]), Table(["年份"], [["2027"]])]
    file = docx.Document(io.BytesIO(content(paper(body="正文。", sections=[Section("", twice)]), "docx")))
    kinds = [one.tag.rpartition("}")[2] for one in file.element.body]
    assert "tbl,tbl" not in ",".join(kinds)
    for table in file.tables:
        assert table.rows[1]._tr.trPr.find(qn("w:cantSplit")) is not None
        assert table.rows[1].cells[0].paragraphs[0]._p.pPr.find(qn("w:snapToGrid")).get(qn("w:val")) == "0"


def test_a_certificate_has_no_head_and_is_signed_on_its_one_page():
    pdf = content(paper(body="正文。", has_head=False), "pdf")
    assert {line.page for line in lines_of(pdf)} == {1}
    assert lines_of(pdf)[0].size == 22.0
    assert text_of(pdf).count(ISSUER) == 1
