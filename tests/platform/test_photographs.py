"""Photographs of strangers: a picture comes out, and nothing else that was in the file."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from urbium.errors import InputError
from urbium.platform.photographs import LARGEST, plain_photograph

SECRET = b"cnr-secret"


def picture(kind="JPEG", size=(60, 40), colour="red", **more):
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, kind, **more)
    return made.getvalue()


def opened(content):
    return Image.open(io.BytesIO(plain_photograph(content)))


def with_place():
    """A photograph that says where it was taken, by whom, and that it is to be turned."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it right
    exif[0x013B] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 0.0, 0.0), 3: "E", 4: (4.0, 21.0, 0.0)})
    return picture(exif=exif, comment=SECRET)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_becomes_a_jpeg_that_shows_the_same(kind):
    made = opened(picture(kind))
    red, green, blue = made.convert("RGB").getpixel((30, 20))
    assert (made.format, made.size) == ("JPEG", (60, 40))
    assert red > 240
    assert max(green, blue) < 20


def test_where_and_by_whom_it_was_taken_is_gone_and_it_stands_upright():
    sent = with_place()
    assert SECRET in sent
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    made = plain_photograph(sent)
    assert SECRET not in made
    assert not Image.open(io.BytesIO(made)).getexif()
    assert Image.open(io.BytesIO(made)).size == (40, 60)


def test_a_large_photograph_is_made_smaller_in_its_proportions():
    assert opened(picture(size=(4000, 2000))).size == (1600, 800)


def test_what_is_clear_becomes_white():
    made = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(made, "PNG")
    assert opened(made.getvalue()).getpixel((5, 5)) == (255, 255, 255)


def test_a_file_that_is_two_files_comes_out_as_one():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("page.html", f"<script>{SECRET.decode()}</script>")
    for sent in (picture() + packed.getvalue(), picture("PNG") + b"<script>" + SECRET + b"</script>"):
        made = plain_photograph(sent)
        assert SECRET not in made
        assert not zipfile.is_zipfile(io.BytesIO(made))


def bomb(width, height):
    """A PNG of few bytes that says it has so many pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 8000), (60_000, 60_000)])
@pytest.mark.filterwarnings("default")
def test_a_small_file_of_very_many_pixels_is_refused_before_it_is_unpacked(size):
    with pytest.raises(InputError):
        plain_photograph(bomb(*size))


@pytest.mark.parametrize(
    "sent",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xff\xd8\xff<svg onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 50,
        b"%PDF-1.7%%EOF",
        b"RIFF\x10\0\0\0WAVEfmt ",
        picture()[:200],
        picture("PNG")[:40],
        b"\x89PNG\r\n\x1a\n",
        b"",
        b"\xff\xd8\xff" + b"\0" * LARGEST,
    ],
    ids=[
        "svg",
        "svg as jpeg",
        "gif",
        "pdf",
        "sound",
        "half a jpeg",
        "half a png",
        "only a head",
        "nothing",
        "large",
    ],
)
def test_what_is_not_a_photograph_is_refused(sent):
    with pytest.raises(InputError) as refused:
        plain_photograph(sent)
    assert refused.value.field == "photograph"
