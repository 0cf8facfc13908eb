"""A text is read in the encoding that is named, or refused."""

import pytest

from urbium.errors import InputError
from urbium.sources.formats.csv_ import read_csv
from urbium.sources.formats.csv_layout import CsvForm


@pytest.mark.parametrize(
    "encoding", ["a\0b", "12,5 of 3x", "long words " * 600, "base64", "zlib", "undefined"]
)
def test_what_is_not_the_name_of_an_encoding_is_refused(encoding, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_bytes(b"city,variable\nA,population\n")
    with pytest.raises(InputError, match="is not an encoding"):
        read_csv(path, CsvForm(encoding=encoding))
