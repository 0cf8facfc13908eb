"""Container: one zip file of which every byte is accounted for.

The file is a plain zip that any program opens, but there is only one way to write it: members in the order of
their names, fixed dates, no comments or extra fields. So the same content gives the same bytes, and a reader
can tell a container that was opened and changed from one that was not. One that was only unpacked and packed
again, by whatever program, has the same content: it is read too, and said to be packed again. What is read is
hostile until shown otherwise: sizes are counted while inflating, and names are compared, never used as paths.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from urbium.errors import Fault, InputError
from urbium.sources.formats.size_limits import (
    MAX_PACKED_BYTES,
    MAX_PART_BYTES,
    MAX_PARTS,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
)
from urbium.text import Text, coded, text

_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_LEVEL: Final = 9
_SMALL: Final = 100_000  # bytes below which growth is no danger
_VERSION: Final = 20
_UTF8: Final = 0x800
_DATE: Final = (1 << 5) | 1  # 1980-01-01, the first day a zip can name
_READABLE: Final = 0o100644 << 16
_UNIX: Final = 3 << 8
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_BEHIND: Final = (0, 12, 16)  # bytes behind a member: none, or its sizes, with or without a mark
_REMEDY: Final = text("ask the sender for the file again")


@dataclass(frozen=True, slots=True)
class Member:
    """A member as it lies in a container: its packed bytes, how they were packed, and what they unpack to."""

    packed: bytes
    method: int
    check: int
    size: int

    @classmethod
    def of(cls, content: bytes, *, is_stored: bool = False) -> "Member":
        """Pack content, or store it as it is; what would grow like a bomb when unpacked is stored too."""
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(content) + packer.flush()
        is_smaller = not is_stored and len(packed) < len(content) <= MAX_RATIO * len(packed)
        stored = packed if is_smaller else content
        return cls(stored, _DEFLATED if is_smaller else _STORED, zlib.crc32(content), len(content))


def pack(members: Mapping[str, Member]) -> bytes:
    """Return a container of members by name; the same members give the same bytes.

    Raises InputError when the members are larger than :func:`unpack` would read.

    >>> unpack(pack({"a.txt": Member.of(b"hello")}), names=["a.txt"])["a.txt"].size
    5
    """
    written = _assembled(members)
    total = sum(member.size for member in members.values())
    largest = max(members, key=lambda name: members[name].size, default="")
    if members and members[largest].size > MAX_PART_BYTES:
        problem = coded(
            "bundle.package.member_too_large",
            "{largest} is {size:,.0f} MB, but the limit is {max_part_bytes:,.0f} MB",
            largest=largest,
            size=members[largest].size / 1e6,
            max_part_bytes=MAX_PART_BYTES / 1e6,
        )
        raise InputError(problem, remedy=text("include fewer cities"))
    if len(written) > MAX_PACKED_BYTES or total > MAX_UNPACKED_BYTES:
        problem = coded(
            "bundle.package.too_large_together",
            "{total:,.0f} MB is too much for one file ({packed:,.0f} MB compressed)",
            total=total / 1e6,
            packed=len(written) / 1e6,
        )
        raise InputError(problem, remedy=text("include fewer cities"))
    return written


def unpack(raw: bytes, *, names: Collection[str]) -> dict[str, Member]:
    """Return the members of a container by name, unread; raise InputError for one that is not as written.

    Parameters
    ----------
    names : the names a container has, all of them

    Raises
    ------
    InputError : the bytes are no container, hold other members, could unpack to too much, or differ in any
        byte between the members from what :func:`pack` writes; with the member named
    """
    members = {entry.filename: _member(raw, entry) for entry in _entries(raw, names)[0]}
    _check_bytes(raw, members)
    return members


def unpack_any(raw: bytes, *, names: Collection[str]) -> tuple[dict[str, Member], bool]:
    """Return the members of a zip that holds nothing else, unread, and whether it is as :func:`pack` writes.

    A zip of another program may have dates, an order and extra fields of its own: they are left out. Raises
    InputError as :func:`unpack` does, and where bytes belong to no member.
    """
    try:
        return unpack(raw, names=names), True
    except InputError as refusal:
        members = _of_another(raw, names)
        if members is None:
            raise refusal from None
        return members, False


def _of_another(raw: bytes, names: Collection[str]) -> dict[str, Member] | None:
    """Return the members of another program's zip; None when there is more in it than they."""
    entries, end = _entries(raw, names)
    place, members = 0, {}
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        head = raw[entry.header_offset : entry.header_offset + _LOCAL.size]
        behind = entry.header_offset - place
        if len(head) < _LOCAL.size or behind not in (_BEHIND if place else _BEHIND[:1]):
            return None
        label, extra = _LOCAL.unpack(head)[-2:]
        begin = entry.header_offset + _LOCAL.size + label + extra
        members[entry.filename] = Member(
            raw[begin : begin + entry.compress_size], entry.compress_type, entry.CRC, entry.file_size
        )
        place = begin + entry.compress_size
    listed = sum(_CENTRAL.size + len(e.filename.encode()) + len(e.extra) + len(e.comment) for e in entries)
    is_all = end - place in _BEHIND and len(raw) == end + listed + _END.size
    return members if is_all and not any(entry.comment for entry in entries) else None


def _entries(raw: bytes, names: Collection[str]) -> tuple[list[zipfile.ZipInfo], int]:
    """Return what the directory lists, and where it begins; raise InputError for what is not to be opened."""
    if len(raw) > MAX_PACKED_BYTES:
        raise InputError(
            coded(
                "bundle.package.file_too_large",
                "the file is {size:,.0f} MB, but at most {max_packed_bytes:,.0f} MB can be read",
                size=len(raw) / 1e6,
                max_packed_bytes=MAX_PACKED_BYTES / 1e6,
            ),
            remedy=_REMEDY,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            entries, begin = package.infolist(), package.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError, OSError) as error:
        raise InputError(
            coded("bundle.package.no_zip", "the file is not a zip package, or it is damaged or cut short"),
            remedy=_REMEDY,
        ) from error
    _check_directory(entries, names)
    return entries, begin


def inflate(name: str, member: Member) -> bytes:
    """Return the content of a member; raise InputError when it is not what its entry says."""
    if member.method == _STORED:
        content = member.packed
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(member.packed, member.size + 1)
        except zlib.error as error:
            raise InputError(
                coded(
                    "bundle.package.cannot_unpack",
                    "the member {name!r} was changed: it cannot be unpacked",
                    name=name,
                ),
                remedy=_REMEDY,
            ) from error
        if len(content) > member.size:
            raise InputError(
                coded(
                    "bundle.package.unpacks_to_more",
                    "the member {name!r} unpacks to more than it declares (a zip bomb)",
                    name=name,
                ),
                remedy=_REMEDY,
            )
        if not inflater.eof or inflater.unused_data:
            raise InputError(
                coded(
                    "bundle.package.ends_elsewhere",
                    "the member {name!r} was changed: it does not end where it should",
                    name=name,
                ),
                remedy=_REMEDY,
            )
    if len(content) != member.size or zlib.crc32(content) != member.check:
        raise InputError(
            coded(
                "bundle.package.check_sum",
                "the member {name!r} was changed: its checksum differs",
                name=name,
            ),
            remedy=_REMEDY,
        )
    return content


def _check_directory(entries: list[zipfile.ZipInfo], expected: Collection[str]) -> None:
    """Refuse by what the directory says, with every fault."""
    if len(entries) > MAX_PARTS:
        raise InputError(
            coded(
                "bundle.package.too_many_members",
                "the package has {count:,} members, but at most {max_parts:,} can be read",
                count=len(entries),
                max_parts=MAX_PARTS,
            ),
            remedy=_REMEDY,
        )
    names = [entry.filename for entry in entries]
    problems: list[Text] = [
        text("the member {name!r} is missing", name=name) for name in expected if name not in names
    ]
    problems += [
        text("the member {name!r} appears {times} times", times=names.count(name), name=name)
        for name in sorted({*names})
        if names.count(name) > 1
    ]
    for entry in entries:
        name, size, packed = entry.filename, entry.file_size, entry.compress_size
        if name not in expected:
            problems.append(text("the member {name!r} does not belong here", name=name))
        if entry.flag_bits & 1:
            problems.append(text("the member {name!r} is encrypted", name=name))
        if entry.compress_type not in (_STORED, _DEFLATED):
            problems.append(text("the member {name!r} is compressed in a way that cannot be read", name=name))
        if size > MAX_PART_BYTES or (size > _SMALL and size > MAX_RATIO * packed):
            problems.append(
                text("the member {name!r} unpacks to {size:,.1f} MB (a zip bomb)", name=name, size=size / 1e6)
            )
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        problems.append(
            text(
                "the package unpacks to more than {max_unpacked_bytes:,.0f} MB, the most that can be read",
                max_unpacked_bytes=MAX_UNPACKED_BYTES / 1e6,
            )
        )
    if problems:
        raise InputError(
            coded("bundle.package.refused", "there is no permission to open the package"),
            remedy=_REMEDY,
            faults=[Fault("error", problem, "") for problem in problems],
        )


def _member(raw: bytes, entry: zipfile.ZipInfo) -> Member:
    start = entry.header_offset + _LOCAL.size + len(entry.filename.encode())
    packed = raw[start : start + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise InputError(
            coded(
                "bundle.package.cut_short", "the member {filename!r} is truncated", filename=entry.filename
            ),
            remedy=_REMEDY,
        )
    return Member(packed, entry.compress_type, entry.CRC, entry.file_size)


def _check_bytes(raw: bytes, members: Mapping[str, Member]) -> None:
    """Refuse a file that holds anything beside its members, or says it otherwise than they are written."""
    expected = _assembled(members)
    if raw == expected:
        return
    shared = next(
        (spot for spot, (mine, theirs) in enumerate(zip(expected, raw, strict=False)) if mine != theirs),
        min(len(raw), len(expected)),
    )
    place = 0
    for name in sorted(members):
        place += _LOCAL.size + len(name.encode()) + len(members[name].packed)
        if shared < place:
            raise InputError(
                coded(
                    "bundle.package.entry_changed", "the entry of the member {name!r} was changed", name=name
                ),
                remedy=_REMEDY,
            )
    raise InputError(
        coded(
            "bundle.package.directory_changed",
            "the package's directory, which follows the last member, was changed",
        ),
        remedy=_REMEDY,
    )


def _assembled(members: Mapping[str, Member]) -> bytes:
    """Return the one way to write these members."""
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in sorted(members):
        member, label = members[name], name.encode()
        flags = 0 if label.isascii() else _UTF8
        common = (flags, member.method, 0, _DATE, member.check, len(member.packed), member.size, len(label))
        local = _LOCAL.pack(b"PK\x03\x04", _VERSION, *common, 0) + label
        directory.append(
            _CENTRAL.pack(b"PK\x01\x02", _UNIX | _VERSION, _VERSION, *common, 0, 0, 0, 0, _READABLE, offset)
            + label
        )
        parts += [local, member.packed]
        offset += len(local) + len(member.packed)
    listed = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(listed), offset, 0)
    return b"".join((*parts, listed, end))
