"""A Word file is opened by another office than that which it is made for: LibreOffice writes it as PDF."""

import os
import shutil
import subprocess

import pikepdf
import pytest

from urbium.publish.documents.files import content
from written import document

pytestmark = pytest.mark.long


def test_libreoffice_opens_a_word_file_with_its_chart_and_its_chinese_title(tmp_path):
    office = shutil.which("soffice")
    if office is None and not os.environ.get("CI"):
        pytest.skip("LibreOffice is not installed (sh .ci/install libreoffice-writer-nogui)")
    assert office, "CI must install LibreOffice"
    file = tmp_path / "design.docx"
    file.write_bytes(content(document(), "docx"))
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(file)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    with pikepdf.open(tmp_path / "design.pdf") as pdf:
        assert pdf.docinfo["/Title"] == "Design of Hefei 合肥市"
        images = [one for page in pdf.pages for one in page.get_images().values()]
    assert images
