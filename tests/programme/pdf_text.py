"""The text of a PDF, read back by its own tables of letters."""

import re
import zlib

_BARE = rb"(?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*"
"""What stands in a string: parentheses in pairs need no escape."""
_STRING = rb"\(" + _BARE + rb"\)|<[0-9A-Fa-f]*>"
_SHOWN = rb"/(f\d+) [\d.]+ Tf|\[((?:" + _STRING + rb"|[-\d. ]+)*)\]\s*TJ"


def text_of(pdf):
    """Return the text of a PDF, read by its own tables of letters, without blanks."""
    objects = {
        int(number): body for number, body in re.findall(rb"\n(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)
    }
    streams = {number: stream for number, body in objects.items() if (stream := stream_of(body))}
    tables = {}
    for number, body in objects.items():
        if (pointer := re.search(rb"/ToUnicode (\d+) 0 R", body)) is not None:
            tables[number] = letters_of(streams[int(pointer[1])])
    fonts = {
        name: tables[int(number)]
        for body in objects.values()
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", body)
        if int(number) in tables
    }
    said, table = [], {}
    for stream in streams.values():
        for font, piece in re.findall(_SHOWN, stream if b"BT" in stream else b"", re.DOTALL):
            if font:
                table = fonts.get(font, {})
            for glyphs in re.findall(rb"<([0-9A-Fa-f]+)>|\((" + _BARE + rb")\)", piece):
                codes = glyphs[0].upper() or plain_of(glyphs[1]).hex().upper().encode()
                said += [table.get(codes[at : at + 4], "?") for at in range(0, len(codes), 4)]
    return re.sub(r"\s+", "", "".join(said))


def stream_of(body):
    part = re.search(rb"stream\r?\n(.*)\r?\nendstream", body, re.DOTALL)
    if part is None:
        return b""
    return zlib.decompress(part[1]) if b"/FlateDecode" in body.split(b"stream")[0] else part[1]


def letters_of(table):
    return {
        code.upper(): bytes.fromhex(value.decode()).decode("utf-16-be")
        for code, value in re.findall(rb"<([0-9A-Fa-f]{4})> <((?:[0-9A-Fa-f]{4})+)>", table)
    }


def plain_of(piece):
    """Return a string of a PDF without its escapes."""
    short = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def letter(match):
        one = match[1]
        return bytes([int(one, 8)]) if one.isdigit() else short.get(one, one)

    return re.sub(rb"\\([0-7]{1,3}|.)", letter, piece, flags=re.DOTALL)
