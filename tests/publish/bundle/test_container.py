import io
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest

from urbium.errors import InputError
from urbium.publish.bundle import container
from urbium.publish.bundle.container import Member, inflate, pack, unpack

TEXT = b"hello " * 100
NAMES = ["a.txt", "b.txt"]


def packed(**content):
    return pack({f"{name}.txt": Member.of(each) for name, each in content.items()})


@pytest.fixture
def whole():
    return packed(a=TEXT, b=b"tiny")


def test_what_is_packed_unpacks_to_the_same(whole):
    members = unpack(whole, names=NAMES)

    assert {name: inflate(name, each) for name, each in members.items()} == {"a.txt": TEXT, "b.txt": b"tiny"}


def test_any_zip_program_opens_it(whole, tmp_path):
    (tmp_path / "x.zip").write_bytes(whole)

    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        assert package.testzip() is None
        assert package.read("a.txt") == TEXT
    done = subprocess.run(
        [sys.executable, "-m", "zipfile", "-t", str(tmp_path / "x.zip")],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0


def test_members_stand_in_the_order_of_their_names_with_one_date():
    raw = pack({name: Member.of(b"x") for name in ("b.txt", "a.txt")})

    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        assert package.namelist() == ["a.txt", "b.txt"]
        assert {each.date_time for each in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_order_in_which_members_are_given_changes_no_byte():
    one, two = Member.of(TEXT), Member.of(b"x")

    assert pack({"a": one, "b": two}) == pack({"b": two, "a": one})


def test_what_grows_like_a_bomb_is_stored_as_it_is():
    assert Member.of(b"0" * 1_000_000).method == zipfile.ZIP_STORED
    assert Member.of(TEXT).method == zipfile.ZIP_DEFLATED
    assert Member.of(TEXT, is_stored=True).method == zipfile.ZIP_STORED


def test_a_byte_changed_anywhere_is_noticed(whole):
    unnoticed = []
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        try:
            members = unpack(bytes(changed), names=NAMES)
            same = [inflate(name, members[name]) for name in NAMES] == [TEXT, b"tiny"]
            if not same or members["a.txt"].packed == Member.of(TEXT).packed:
                unnoticed.append(place)
        except InputError:
            continue
    assert unnoticed == []


def test_a_changed_entry_names_its_member(whole):
    changed = bytearray(whole)
    changed[whole.rindex(b"PK\x03\x04") + 10] ^= 1  # the time of the last member

    with pytest.raises(InputError, match=r"entry of the member 'b.txt' was changed"):
        unpack(bytes(changed), names=NAMES)


@pytest.mark.parametrize("extra", [b"x", b"\0" * 30])
def test_bytes_after_the_end_are_refused(whole, extra):
    with pytest.raises(InputError, match=r"was changed|not a zip package"):
        unpack(whole + extra, names=NAMES)


def test_bytes_before_the_start_are_refused(whole):
    with pytest.raises(InputError, match="was changed"):
        unpack(b"#!/bin/sh\n" + whole, names=NAMES)


def test_a_comment_is_refused(whole):
    into = io.BytesIO(whole)
    with zipfile.ZipFile(into, "a") as package:
        package.comment = b"hidden"

    with pytest.raises(InputError, match="was changed"):
        unpack(into.getvalue(), names=NAMES)


def written(*members, method=zipfile.ZIP_DEFLATED):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as package:
        for name, content in members:
            package.writestr(name, content)
    return into.getvalue()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not a zip package"),
        (b"PK", "not a zip package"),
        (b"PK\x05\x06" + b"\0" * 17, "not a zip package"),
        (written(("a.txt", b"x")), "member 'b.txt' is missing"),
        (written(("a.txt", b"x"), ("b.txt", b"x"), ("c.txt", b"x")), "'c.txt' does not belong here"),
        (written(("a.txt", b"x"), ("b.txt", b"x"), ("../../x", b"x")), r"'../../x' does not belong here"),
        (written(("a.txt", b"x"), ("b.txt", b"x"), ("/etc/x", b"x")), "'/etc/x' does not belong here"),
        (written(("a.txt", b"x"), ("b.txt", b"x"), ("A.txt", b"x")), "'A.txt' does not belong here"),
        (written(("a.txt", b"0" * 2_000_000), ("b.txt", b"x")), "unpacks to 2.0 MB .a zip bomb."),
        (written(("a.txt", b"x"), ("b.txt", b"x"), method=zipfile.ZIP_BZIP2), "a way that cannot be read"),
        (written(("a.txt", b"x"), ("b.txt", b"x")), "entry of the member 'a.txt' was changed"),
    ],
)
def test_a_foreign_package_is_refused_with_what_is_wrong(raw, words):
    with pytest.raises(InputError, match=words):
        unpack(raw, names=NAMES)


def test_two_members_of_one_name_are_refused(recwarn):
    raw = written(("a.txt", b"x"), ("b.txt", b"x"), ("bb.txt", b"y")).replace(b"bb.txt", b"a.txt\0")

    with pytest.raises(InputError, match=r"the member 'a.txt' appears 2 times"):
        unpack(raw, names=NAMES)


def test_an_encrypted_member_is_refused(whole):
    changed = bytearray(whole)
    for start in (whole.index(b"PK\x01\x02") + 8, whole.index(b"PK\x03\x04") + 6):
        changed[start] |= 1

    with pytest.raises(InputError, match=r"member 'a.txt' is encrypted"):
        unpack(bytes(changed), names=NAMES)


def test_more_members_than_are_read_are_refused(monkeypatch, whole):
    monkeypatch.setattr(container, "MAX_PARTS", 1)

    with pytest.raises(InputError, match="2 members, but at most 1 can be read"):
        unpack(whole, names=NAMES)


def test_a_larger_file_than_is_read_is_refused_unopened(monkeypatch, whole):
    monkeypatch.setattr(container, "MAX_PACKED_BYTES", len(whole) - 1)

    with pytest.raises(InputError, match="MB, but at most"):
        unpack(whole, names=NAMES)


def test_a_larger_sum_than_is_read_is_refused(monkeypatch, whole):
    monkeypatch.setattr(container, "MAX_UNPACKED_BYTES", 603)

    with pytest.raises(InputError, match="package unpacks to more than"):
        unpack(whole, names=NAMES)


@pytest.mark.parametrize("limit", ["MAX_PART_BYTES", "MAX_PACKED_BYTES", "MAX_UNPACKED_BYTES"])
def test_what_could_not_be_read_is_not_written(monkeypatch, limit):
    monkeypatch.setattr(container, limit, 100)

    with pytest.raises(InputError) as error:
        packed(a=TEXT)
    assert error.value.remedy == "include fewer cities"


def member(content, size=None, check=None):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return Member(
        packer.compress(content) + packer.flush(),
        zipfile.ZIP_DEFLATED,
        zlib.crc32(content) if check is None else check,
        len(content) if size is None else size,
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (member(TEXT, size=10), "unpacks to more than it declares"),
        (member(TEXT, size=601), "checksum differs"),
        (member(TEXT, check=1), "checksum differs"),
        (Member(b"\xff\xff", 8, 0, 5), "cannot be unpacked"),
        (Member(member(TEXT).packed[:-3], 8, zlib.crc32(TEXT), 600), "it does not end where it should"),
        (Member(member(TEXT).packed + b"x", 8, zlib.crc32(TEXT), 600), "it does not end where it should"),
        (Member(b"tiny", 0, zlib.crc32(b"tiny"), 5), "checksum differs"),
        (Member(b"tinY", 0, zlib.crc32(b"tiny"), 4), "checksum differs"),
    ],
)
def test_a_member_that_is_not_what_its_entry_says_is_refused(given, words):
    with pytest.raises(InputError, match=f"member 'a.txt'.*{words}"):
        inflate("a.txt", given)


def test_a_directory_that_points_elsewhere_is_refused(whole):
    end = whole.rindex(b"PK\x05\x06")
    changed = whole[: end + 16] + struct.pack("<I", 0) + whole[end + 20 :]

    with pytest.raises(InputError):
        unpack(changed, names=NAMES)
