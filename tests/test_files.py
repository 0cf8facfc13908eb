"""Files are written whole or not at all."""

import errno
import os
import re
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from little_room import little_room
from urbium import files
from urbium.errors import InputError, NoSpaceError, UnavailableError
from urbium.files import filled_whole, write_folder, write_whole
from urbium.result import check_ending, save_table

TABLE = pl.DataFrame({"city": ["A", "B"], "score": [1.5, 2.0]})


def test_a_file_takes_the_place_of_the_last_one(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")

    assert write_whole(path, b"after").read_bytes() == b"after"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.json"
    save_table(TABLE, path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="No such file"):
        save_table(TABLE, tmp_path / "no" / "a.json")

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "parquet"])
def test_a_table_is_read_as_it_was_written(ending, tmp_path):
    path = save_table(TABLE, tmp_path / f"a.{ending}")
    read = {"csv": pl.read_csv, "json": pl.read_json, "parquet": pl.read_parquet}
    if ending in read:
        assert read[ending](path).equals(TABLE)
    assert path.stat().st_size > 0


def test_another_ending_is_refused_before_anything_is_computed():
    with pytest.raises(InputError, match=r"\.foo is not a file type"):
        check_ending("plan.foo")


def test_a_full_disk_leaves_the_file_of_before_and_says_so(tmp_path):
    path = write_whole(tmp_path / "a.csv", b"before")
    with (
        little_room(1000),
        pytest.raises(NoSpaceError, match="no space left on the disk") as refusal,
    ):
        write_whole(path, b"x" * 5000)

    assert refusal.value.status == 507
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_a_full_disk_leaves_no_folder_and_no_part_of_one(tmp_path):
    with little_room(1000), pytest.raises(NoSpaceError):
        write_folder(tmp_path / "out", {"a.csv": b"1", "b.csv": b"x" * 5000})

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_folder_of_before(tmp_path):
    write_folder(tmp_path / "out", {"a.csv": b"1", "deep/b.csv": b"2"})
    (tmp_path / "out" / "mine.txt").write_text("stays")
    with little_room(1000), pytest.raises(NoSpaceError):
        write_folder(tmp_path / "out", {"a.csv": b"new", "deep/b.csv": b"x" * 5000})
    left = {path.name: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}

    assert left == {"a.csv": b"1", "b.csv": b"2", "mine.txt": b"stays"}


def test_a_folder_that_is_written_again_holds_the_new_files_and_those_of_others(tmp_path):
    write_folder(tmp_path / "out", {"a.csv": b"1"})
    (tmp_path / "out" / "mine.txt").write_bytes(b"stays")
    written = write_folder(tmp_path / "out", {"a.csv": b"new", "b.csv": b"2"})
    left = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    assert left == {"a.csv": b"new", "b.csv": b"2", "mine.txt": b"stays"}
    assert written == [tmp_path / "out" / "a.csv", tmp_path / "out" / "b.csv"]


@pytest.mark.parametrize("stopped", ["_bring_to_disk", "write_bytes"])
def test_a_folder_that_is_interrupted_is_not_there(tmp_path, monkeypatch, stopped):
    def interrupt(*_given):
        raise KeyboardInterrupt

    monkeypatch.setattr(files if stopped == "_bring_to_disk" else Path, stopped, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "out", {"a.csv": b"1", "b.csv": b"2"})

    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_at_the_last_moment_is_said_to_fail(tmp_path, monkeypatch):
    def fail(_descriptor):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnavailableError, match="writing to the disk failed: Input/output error"):
        write_whole(tmp_path / "a.csv", b"1")

    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_to_and_not_replaced(tmp_path):
    with pytest.raises(NoSpaceError, match="/dev/full"):
        write_whole("/dev/full", b"1")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"through")

    assert os.read(reader, 100) == b"through"
    os.close(reader)


def test_what_a_link_leads_to_is_written_and_keeps_its_rights(tmp_path):
    target = tmp_path / "private.csv"
    target.write_bytes(b"before")
    target.chmod(0o600)
    (tmp_path / "link.csv").symlink_to(target)
    write_whole(tmp_path / "link.csv", b"after")

    assert (tmp_path / "link.csv").is_symlink()
    assert target.read_bytes() == b"after"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_draft_that_is_not_finished_is_gone(tmp_path):
    with suppress(ValueError), filled_whole(tmp_path / "a.mps") as draft:
        draft.write_bytes(b"half")
        raise ValueError

    assert list(tmp_path.iterdir()) == []


WRITERS = {
    "files.py", "publish/bundle/signing.py", "charts/rendering.py", "programme/base/mail.py",
    "web/server/sessions.py",
}  # fmt: skip
"""The modules that write by themselves: the one that does it for all; the key, made once by a hard link; the
cache of the browser's module, without which it is made again; letters in a folder, one file each, which take
their place whole; and what the processes of a server count together, under a lock."""

WAYS = re.compile(
    r"""open\([^)]*["'][wax]b?\+?["']|\.write_text\(|\.write_bytes\(|\.write_(csv|parquet|excel)\(["'f]|mkstemp"""
)


def test_no_other_module_writes_a_file_by_itself():
    root = Path(files.__file__).parent
    modules = {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.py")}

    assert {name for name, code in modules.items() if WAYS.search(code)} <= WRITERS


def test_a_command_whose_output_finds_no_room_says_so():
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "urbium", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )

    assert ended.returncode == NoSpaceError.exit_code
    assert "no space left on the disk" in ended.stderr
    assert "Traceback" not in ended.stderr
