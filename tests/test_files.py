"""Files are written whole or not at all."""

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.files import write_whole
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
    with pytest.raises(OSError, match="No such file"):
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
    with pytest.raises(InputError, match=r"\.foo is not a kind of file"):
        check_ending("plan.foo")
