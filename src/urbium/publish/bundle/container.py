"""Container: one zip file of which every byte is accounted for.

The file is a plain zip that any program opens, but there is only one way to write it: members in the order of
their names, fixed dates, no comments or extra fields. So the same content gives the same bytes, and a reader
can tell a container that was opened and changed from one that was not. A container that is read is hostile
until shown otherwise: sizes are counted while inflating, and names are compared, never used as paths.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from urbium.errors import Fault, InputError
from urbium.sources.limits import MAX_PACKED_BYTES, MAX_PART_BYTES, MAX_PARTS, MAX_RATIO, MAX_UNPACKED_BYTES

__all__ = ["Member", "inflate", "pack", "unpack"]

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
_REMEDY: Final = "ask for the file again, from whom it comes"


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

    >>> unpack(pack({"a.txt": Member.of(b"hello")}), known=["a.txt"])["a.txt"].size
    5
    """
    written = _assembled(members)
    total = sum(member.size for member in members.values())
    largest = max(members, key=lambda name: members[name].size, default="")
    if members and members[largest].size > MAX_PART_BYTES:
        told = f"{largest} has {members[largest].size / 1e6:,.0f} MB, more than {MAX_PART_BYTES / 1e6:,.0f}"
        raise InputError(told, remedy="take fewer cities")
    if len(written) > MAX_PACKED_BYTES or total > MAX_UNPACKED_BYTES:
        told = f"{total / 1e6:,.0f} MB are too much for one file ({len(written) / 1e6:,.0f} MB packed)"
        raise InputError(told, remedy="take fewer cities")
    return written


def unpack(raw: bytes, *, known: Collection[str]) -> dict[str, Member]:
    """Return the members of a container by name, unread; raise InputError for one that is not as written.

    Parameters
    ----------
    known : the names a container has, all of them

    Raises
    ------
    InputError : the bytes are no container, hold other members, could unpack to too much, or differ in any
        byte between the members from what :func:`pack` writes; with the member named
    """
    if len(raw) > MAX_PACKED_BYTES:
        raise InputError(
            f"the file has {len(raw) / 1e6:,.0f} MB and at most {MAX_PACKED_BYTES / 1e6:,.0f} are read",
            remedy=_REMEDY,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError, OSError) as error:
        raise InputError(
            "the file is no zip package, or it is damaged or cut short", remedy=_REMEDY
        ) from error
    _check_directory(entries, known)
    members = {entry.filename: _member(raw, entry) for entry in entries}
    _check_bytes(raw, members)
    return members


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
                f"the member {name!r} was changed: it cannot be unpacked", remedy=_REMEDY
            ) from error
        if len(content) > member.size:
            raise InputError(f"the member {name!r} unpacks to more than it says (a zip bomb)", remedy=_REMEDY)
        if not inflater.eof or inflater.unused_data:
            raise InputError(f"the member {name!r} was changed: it ends elsewhere", remedy=_REMEDY)
    if len(content) != member.size or zlib.crc32(content) != member.check:
        raise InputError(f"the member {name!r} was changed: its check sum differs", remedy=_REMEDY)
    return content


def _check_directory(entries: list[zipfile.ZipInfo], known: Collection[str]) -> None:
    """Refuse by what the directory says, with every fault."""
    if len(entries) > MAX_PARTS:
        raise InputError(
            f"the package has {len(entries):,} members and at most {MAX_PARTS:,} are read", remedy=_REMEDY
        )
    names = [entry.filename for entry in entries]
    said: list[str] = [f"the member {name!r} is missing" for name in known if name not in names]
    said += [
        f"there are {names.count(name)} members {name!r}"
        for name in sorted({*names})
        if names.count(name) > 1
    ]
    for entry in entries:
        name, size, packed = entry.filename, entry.file_size, entry.compress_size
        if name not in known:
            said.append(f"the member {name!r} does not belong here")
        if entry.flag_bits & 1:
            said.append(f"the member {name!r} is encrypted")
        if entry.compress_type not in (_STORED, _DEFLATED):
            said.append(f"the member {name!r} is packed in a way that is not read")
        if size > MAX_PART_BYTES or (size > _SMALL and size > MAX_RATIO * packed):
            said.append(f"the member {name!r} unpacks to {size / 1e6:,.1f} MB (a zip bomb)")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        said.append(f"the package unpacks to more than {MAX_UNPACKED_BYTES / 1e6:,.0f} MB (a zip bomb)")
    if said:
        raise InputError(
            "the package is not to be opened",
            remedy=_REMEDY,
            faults=[Fault("error", each, "") for each in said],
        )


def _member(raw: bytes, entry: zipfile.ZipInfo) -> Member:
    start = entry.header_offset + _LOCAL.size + len(entry.filename.encode())
    packed = raw[start : start + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise InputError(f"the member {entry.filename!r} is cut short", remedy=_REMEDY)
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
            raise InputError(f"the entry of the member {name!r} was changed", remedy=_REMEDY)
    raise InputError("the directory of the package was changed after the last member", remedy=_REMEDY)


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
