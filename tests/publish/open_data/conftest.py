"""The files of a publication of a small record, written once."""

import json

import pytest

from publication_record import files_of, record_of


@pytest.fixture(scope="session")
def record():
    return record_of()


@pytest.fixture(scope="session")
def folder(record, tmp_path_factory):
    """A folder with every file of the record's publication."""
    place = tmp_path_factory.mktemp("publication")
    for name, content in files_of(record).items():
        (place / name).write_bytes(content)
    return place


@pytest.fixture(scope="session")
def read(folder):
    """Read a JSON file of the publication."""
    return lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
