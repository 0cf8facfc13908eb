"""Two hundred malformed files: each is refused with words that help, little memory and no byte stored."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import malformed

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("malformed")
    for kind, variation in malformed.FILES:
        suffix, content = malformed.make(kind, variation)
        (made / f"{kind}-{variation}{suffix}").write_bytes(content)
    return made


@pytest.fixture(scope="module")
def answer(folder, tmp_path_factory):
    """Load all files in one child process, into one store."""
    store = tmp_path_factory.mktemp("store") / "programme.db"
    command = [sys.executable, str(HERE / "reader_process.py"), str(folder), str(store)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def outcomes(answer):
    return answer["files"]


def outcome(outcomes, kind, variation):
    return next(found for name, found in outcomes.items() if name.rsplit(".", 1)[0] == f"{kind}-{variation}")


@pytest.mark.long
def test_there_are_two_hundred_files(folder):
    assert len(list(folder.iterdir())) == 200


def test_no_two_files_are_the_same(folder):
    assert len(
        {(path.suffix, hashlib.sha256(path.read_bytes()).digest()) for path in folder.iterdir()}
    ) == len(malformed.FILES)


@pytest.mark.parametrize(("kind", "variation"), malformed.FILES)
def test_a_malformed_file_is_refused_with_its_reason(outcomes, kind, variation):
    found = outcome(outcomes, kind, variation)
    assert found["kind"] == "InputError", found["text"][:300]
    assert re.search(malformed.KINDS[kind][1], found["text"], re.DOTALL), found["text"][:300]
    assert found["has_remedy"], found["text"][:300]


@pytest.mark.parametrize(("kind", "variation"), malformed.FILES)
def test_a_refused_file_changes_no_byte_of_the_store(outcomes, kind, variation):
    assert outcome(outcomes, kind, variation)["is_store_unchanged"]


def test_nothing_was_stored(answer):
    assert answer["stored"] == 0


def test_reading_them_all_takes_less_than_512_megabytes(outcomes):
    assert max(found["peak_megabytes"] for found in outcomes.values()) < 512


def test_no_malformed_file_takes_five_seconds_of_a_processor(outcomes):
    assert max(found["processor_seconds"] for found in outcomes.values()) < 5


@pytest.mark.long
def test_a_lying_dimension_takes_no_memory_and_the_file_is_read(tmp_path, answer):
    """An absurd ``dimension`` alone is harmless: the extent is measured from the cells."""
    sheet = malformed.sheet_xml([malformed.HEAD, malformed.GOOD], before='<dimension ref="A1:XFD1048576"/>')
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "lying.xlsx").write_bytes(malformed.packed(malformed.parts(sheet)))
    command = [
        sys.executable,
        str(HERE / "reader_process.py"),
        str(tmp_path / "files"),
        str(tmp_path / "p.db"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=True)
    found = json.loads(done.stdout)
    assert (found["files"]["lying.xlsx"]["kind"], found["stored"]) == ("read", 1)
    assert found["files"]["lying.xlsx"]["peak_megabytes"] < 512
