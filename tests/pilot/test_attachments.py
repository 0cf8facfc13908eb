"""Files are told by their content; names lose what could harm."""

import hashlib
import io
import zipfile

import pytest

from urbium.errors import InputError
from urbium.pilot.attachments import LARGEST, checked_attachment, safe_name

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8 + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def office(part: str, *more: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in ("[Content_Types].xml", part, *more):
            package.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("plan.pdf", PDF, "application/pdf"),
        ("map.PNG", PNG, "image/png"),
        ("map.jpg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("figures.csv", "a,b\n1,ü\n".encode(), "text/csv"),
        ("letter.docx", office("word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("money.xlsx", office("xl/workbook.xml"),
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)  # fmt: skip
def test_a_file_is_accepted_with_type_size_and_hash(name, content, media_type):
    file = checked_attachment(name, content, "plan")
    assert (file.document, file.media_type, file.size) == ("plan", media_type, len(content))
    assert file.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("plan.pdf", b"<html>%PDF-"),
        ("plan.pdf", b"%PDF-1.7 cut off"),
        ("map.png", b"GIF89a"),
        ("plan.pdf.exe", b"MZ"),
        ("macro.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin")),
        ("money.xlsx", office("word/document.xml")),
        ("money.xlsx", b"PK\x03\x04broken"),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("notes.txt", b"\x00\x01"),
        ("notes.txt", "ü".encode("latin-1")),
        ("notes", b"text"),
        ("empty.txt", b""),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name, content):
    with pytest.raises(InputError) as refused:
        checked_attachment(name, content)
    assert refused.value.remedy


def test_a_large_file_is_refused_with_its_size():
    with pytest.raises(InputError, match="20,971,521 bytes"):
        checked_attachment("notes.txt", b"a" * (LARGEST + 1))


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\x\\plan.pdf", "plan.pdf"),
        ("a\r\nSet-Cookie: b.txt", "aSet-Cookie_ b.txt"),
        ("gnp.\u202efdp.txt", "gnp.fdp.txt"),
        (".htaccess", "htaccess"),
        ("NUL.txt", "_NUL.txt"),
        ("计划 书.pdf", "计划 书.pdf"),
        ("", "file"),
    ],
)
def test_names_lose_paths_and_signs_that_harm(given, safe):
    assert safe_name(given) == safe


def test_a_long_name_keeps_its_ending():
    name = safe_name("a" * 300 + ".pdf")
    assert (len(name), name[-4:]) == (120, ".pdf")
