"""Certificates: tagged, reproducible, and read back letter by letter."""

from datetime import UTC, datetime

import pytest

from pdf_text import text_of
from urbium.errors import InputError
from urbium.publish.certificates import Certified, certificate, check_code
from urbium.publish.documents import fonts

GRADE = Certified(
    code="g1",
    version=3,
    programme="National pilots",
    pilot="Aston",
    level="three stars",
    stars=3,
    points=91.25,
    rule="trial",
    parts=[("targets", 60.0, 0.9, 54.0), ("tasks", 40.0, 0.93125, 37.25)],
    at=datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC),
)
CHECK = "ABCDE-FGHIJ-KLMNO-PQRST"
ADDRESS = f"https://pilots.example/certificates/{CHECK}"


@pytest.fixture(scope="module")
def pdf():
    return certificate(GRADE, check=CHECK, address=ADDRESS)


def test_it_is_tagged_and_names_language_title_and_standard(pdf):
    assert pdf.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/Lang", b"/MarkInfo", b"/Title", b"pdfuaid", b"/Alt", b"/TH", b"/H1"):
        assert mark in pdf, mark


def test_its_text_can_be_read_back(pdf):
    said = text_of(pdf)
    for words in ("Certificate", "Aston", "three stars", "91.25", "54.00", "93.1", CHECK, ADDRESS):
        assert words.replace(" ", "") in said, words


def test_the_same_grade_gives_the_same_bytes_and_another_version_others(pdf):
    assert certificate(GRADE, check=CHECK, address=ADDRESS) == pdf
    assert certificate(GRADE, check=CHECK, address=ADDRESS + "x") != pdf


def test_a_title_is_words_and_never_markup(pdf):
    title = '#panic("x") $1$ *bold* </w> \\'
    odd = Certified(**{name: getattr(GRADE, name) for name in GRADE.__slots__} | {"pilot": title})
    assert title.replace(" ", "") in text_of(certificate(odd, check=CHECK, address=ADDRESS))


def test_letters_that_no_font_has_are_refused_by_name(monkeypatch):
    monkeypatch.setattr(fonts, "system_fonts", tuple)
    odd = Certified(**{name: getattr(GRADE, name) for name in GRADE.__slots__} | {"pilot": "Aston \ue000"})
    with pytest.raises(InputError, match=r"U\+E000\), needed to write “Aston ") as error:
        certificate(odd, check=CHECK, address=ADDRESS)
    assert error.value.place == "g1"
    assert error.value.remedy.endswith("such as the package fonts-noto-core")


def test_a_code_changes_with_the_version_and_with_every_field():
    codes = {
        check_code(code, version, content)
        for code in ("g1", "g2")
        for version in (1, 2)
        for content in ({"stars": 3}, {"stars": 2}, {"stars": 3, "title": "Aston"})
    }
    assert len(codes) == 12
