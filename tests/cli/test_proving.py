"""The head of an audit log is printed, signed, kept, and checked against."""

import json

import pytest

import urbium
from urbium.cli.serving import _is_of_this_machine
from urbium.model import City


@pytest.fixture
def database(tmp_path, monkeypatch):
    """A small programme, and a key of its own to sign with."""
    monkeypatch.setenv("URBIUM_KEY", str(tmp_path / "key" / "signing.pem"))
    path = tmp_path / "programme.db"
    with urbium.new(path) as programme:
        cities = [City("340100", {"en": "Hefei"}, "prefecture")]
        programme.register(cities=cities, by="office", reason="a beginning")
    return path


def test_the_head_is_printed_signed_kept_and_found_again(database, tmp_path, run):
    kept = tmp_path / "head.json"
    code, out, _ = run("verify", "--save", kept, "-d", database)
    document = json.loads(kept.read_text())

    assert code == 0
    assert document["hash"] in out
    assert document["signature"] in out
    assert "intact" in out
    assert run("verify", "--head", kept, "-d", database)[0] == 0
    assert run("verify", "--expect", document["hash"], "-d", database)[0] == 0
    code, _, err = run("verify", "--expect", "0" * 64, "-d", database)
    assert code == 4
    assert "the log was truncated or rewritten" in err


def test_a_kept_head_that_was_changed_or_is_of_a_stranger_is_refused(database, tmp_path, run):
    kept = tmp_path / "head.json"
    run("verify", "--save", kept, "-d", database)
    document = json.loads(kept.read_text())
    code, _, err = run("verify", "--head", kept, "--trust", "ab" * 32, "-d", database)
    assert code == 2
    assert "is not trusted" in err
    kept.write_text(json.dumps({**document, "entry": document["entry"] - 1}))
    code, _, err = run("verify", "--head", kept, "-d", database)
    assert code == 2
    assert "signature does not match" in err
    kept.write_text("[]")
    assert run("verify", "--head", kept, "-d", database)[0] == 2


def test_without_a_key_the_head_is_printed_and_not_signed(database, tmp_path, monkeypatch, run):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("URBIUM_KEY", str(tmp_path / "file" / "key.pem"))
    code, out, _ = run("verify", "-d", database)

    assert code == 0
    assert "not signed" in out


def test_a_clock_that_is_right_is_not_restarted(database, run):
    code, _, err = run("restart-clock", "--by", "ann", "--reason", "why", "-d", database)

    assert code == 4
    assert "the clock is not behind" in err


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("pc", False),
    ],
)
def test_an_address_that_others_reach_is_told_from_one_of_this_machine(host, is_own):
    assert _is_of_this_machine(host) == is_own
