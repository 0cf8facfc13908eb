"""The page of a proof hands out all that its command needs, and says what the command prints."""

import html
import io

import polars as pl

from urbium.programme import certify_file
from urbium.publish.wheel import wheel, wheel_name


def test_the_command_of_the_proof_page_prints_what_the_page_says(own, open_client, tmp_path):
    _ = own.adopted("plan").certificate  # is made beside the page, and kept
    with open_client(own) as visitor:
        page = html.unescape(visitor.get("/plan/proof").text)
        for file in ("plan.json", "starts.csv", "certificate.csv"):
            assert f'href="/downloads/{file}"' in page
            (tmp_path / file).write_bytes(visitor.get(f"/downloads/{file}").content)
    assert "<code>urbium certify plan.json</code>" in page
    for starts in (None, tmp_path / "starts.csv"):
        certificate = certify_file(tmp_path / "plan.json", starts=starts)
        assert certificate.is_valid
        assert f"<samp>{certificate.said}</samp>" in page
    table = pl.read_csv(io.BytesIO((tmp_path / "certificate.csv").read_bytes()))
    assert table.height == len(certificate.checks)


def test_the_proof_page_hands_out_the_program_that_its_command_needs(own, open_client):
    _ = own.adopted("plan").certificate
    with open_client(own) as visitor:
        page = visitor.get("/plan/proof").text
        sent = visitor.get(f"/downloads/{wheel_name()}")
        again = visitor.get(sent.request.url.path, headers={"If-None-Match": sent.headers["etag"]})

    assert f'href="/downloads/{wheel_name()}"' in page
    assert f"<code>pip install {wheel_name()}</code>" in page
    assert sent.content == wheel()
    assert again.status_code == 304
