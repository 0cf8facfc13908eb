"""A release says one number everywhere, its migrations make the schema, and it hands out what is listed."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

import release
from urbium import __version__
from urbium.store import Store
from urbium.store.schema import VERSION_TABLE, statements

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tree(tmp_path):
    """A copy of what a new number changes."""
    for name in {place for place, _ in release.PLACES}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_every_place_says_the_number_of_the_package():
    assert set(release.numbers().values()) == {__version__}


def test_no_other_file_names_urbium_with_its_number():
    named = subprocess.run(
        ["git", "grep", "-lE", f"urbium[-:=]+{__version__}", "--", ":!*.lock", ":!tests", ":!bench"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert set(named.splitlines()) <= {place for place, _ in release.PLACES}


def test_a_new_number_is_written_to_every_place_with_its_day(tree):
    release.raise_number("9.8.7", "2030-01-31", tree)

    assert set(release.numbers(tree).values()) == {"9.8.7"}
    assert (
        (tree / "CHANGELOG.md")
        .read_text(encoding="utf-8")
        .startswith("# Changelog\n\n## 9.8.7 (2030-01-31)\n")
    )


def test_what_is_no_number_changes_nothing(tree):
    with pytest.raises(SystemExit, match="write it as"):
        release.raise_number("1.0", "2030-01-31", tree)
    assert set(release.numbers(tree).values()) == {__version__}


def shape(address):
    """Return the columns of each table, and what other names there are."""
    engine = sa.create_engine(f"sqlite:///{address}")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("select type, name from sqlite_master").all()
        columns = {
            name: sorted(tuple(one)[1:4] for one in connection.exec_driver_sql(f"pragma table_info({name})"))
            for kind, name in rows
            if kind == "table" and name != VERSION_TABLE
        }
    engine.dispose()
    return columns, sorted(name for kind, name in rows if kind != "table" and VERSION_TABLE not in name)


def test_what_the_migrations_make_is_the_schema(tmp_path):
    Store.open(tmp_path / "made.db", create=True).close()
    declared = sa.create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    with declared.begin() as connection:
        for statement in statements("sqlite"):
            connection.exec_driver_sql(statement)
    declared.dispose()

    assert shape(tmp_path / "made.db") == shape(tmp_path / "declared.db")


def test_the_notes_are_the_newest_section_alone():
    log = "# Changelog\n\n## 2.0.0 (2030-01-31)\n- New.\n\n## 1.0.0 (2029-01-31)\n- Old.\n"
    assert release.notes(log) == "- New.\n"


@pytest.mark.long
def test_a_release_is_the_same_bytes_again_and_its_digests_hold(tmp_path):
    kept = []
    for _ in range(2):
        folder = release.build(trial=True)
        assert {one.name.partition("-")[0] for one in folder.iterdir()} == {
            "NOTES.md", "SHA256SUMS", "sbom.json", "urbium"
        }  # fmt: skip
        rows = [row.split("  ") for row in (folder / "SHA256SUMS").read_text().splitlines()]
        assert len(rows) == 4
        assert all(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for digest, name in rows
        )
        kept.append(rows)
    assert kept[0] == kept[1]
