"""Documents over HTTP: listed, written for whoever asks, and linked from the pages."""

from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from litestar.testing import TestClient

from urbium.access import Actor
from urbium.programme.publishing.documents import Documents
from urbium.text import language
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer


@pytest.fixture(scope="module")
def client(own):
    with TestClient(
        create_app(own, drawer=Drawer(ThreadPoolExecutor(1))), base_url="http://127.0.0.1"
    ) as client:
        yield client


class Counting(ThreadPoolExecutor):
    """Counts what it is asked to make."""

    count = 0

    def submit(self, *given, **named):
        self.count += 1
        return super().submit(*given, **named)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ([("en", "city", "A"), ("en", "city", "A")], 1),
        ([("en", "brief", ""), ("zh", "brief", ""), ("en", "brief", "")], 2),
        ([("en", "city", "A"), ("en", "design", "A")], 2),
    ],
)
def test_what_somebody_asks_for_twice_is_written_once_and_in_each_language(own, asked, written):
    pool, reader = Counting(1), Actor("olga")
    drawer, files = Drawer(pool), {}
    for spoken, kind, about in asked:
        with language(spoken):
            document = own.documents.compose(kind, about, actor=reader)
            content = drawer.made(Documents.content, document, "html")
        assert files.setdefault((spoken, kind, about), content) == content
    drawer.close()
    assert pool.count == written


def test_the_kinds_of_documents_are_listed_with_what_they_are_about(client):
    kinds = {row["kind"]: row["about"] for row in client.get("/api/documents").json()}
    assert kinds == {"design": "city", "city": "city", "project": "project", "brief": "", "yearbook": ""}


def test_a_document_is_sent_as_a_file_of_its_type(client, tmp_path):
    answer = client.get("/api/documents/city/pdf?about=Aston")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="city-A.pdf"'
    file = tmp_path / "a.pdf"
    file.write_bytes(answer.content)
    with pikepdf.open(file) as pdf:
        assert pdf.open_metadata()["dc:title"] == "Aston"


def test_a_document_for_browsers_opens_there_with_its_looks_and_runs_nothing(client):
    answer = client.get("/api/documents/city/html?about=Aston")
    assert answer.headers["content-disposition"] == 'inline; filename="city-A.html"'
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")


@pytest.mark.parametrize(
    "address",
    [
        "poem/pdf",
        "city/pdf?about=Cogshall",
        "city/pages?about=A",
        "design/pdf?about=A&outline=/etc/passwd.csv",
    ],
)
def test_what_is_not_there_is_not_found(client, address):
    answer = client.get(f"/api/documents/{address}")
    assert answer.status_code == 404
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("/cities/A", "/api/documents/design/pdf?about=A"),
        ("/cities/A", "/api/documents/city/docx?about=A"),
        ("/plan", "/api/documents/brief/pdf"),
        ("/plan/projects/A/EGOV", "/api/documents/project/html?about=A%3AEGOV"),
        ("/programme", "/api/documents/yearbook/docx"),
    ],
)
def test_pages_lead_to_documents_and_these_are_there(client, page, address):
    assert f'<a href="{address}" translate="no">' in client.get(page).text  # may wait: no "download"
    assert client.get(address).status_code == 200
