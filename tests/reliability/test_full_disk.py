"""A full disk: nothing says "written" that is not, and nothing is left half-written."""

import polars as pl
import pytest

from little_room import little_room
from urbium.catalogue import load_catalogue
from urbium.errors import NoSpaceError, UnavailableError
from urbium.plan import write_model
from urbium.publish import export_folder
from urbium.sources.report_template import template

CITIES = pl.DataFrame({"code": ["340100"], "name_en": ["Hefei"], "name_zh": ["合肥"]})


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_a_model_that_is_cut_short_is_not_written(towns, tmp_path, ending):
    whole = write_model(towns.towns_roadmap(), tmp_path / f"whole.{ending}").read_bytes()
    with little_room(4096), pytest.raises((NoSpaceError, UnavailableError)):
        write_model(towns.towns_roadmap(), tmp_path / f"m.{ending}")

    assert len(whole) > 4096
    assert [path.name for path in tmp_path.iterdir()] == [f"whole.{ending}"]


def test_a_template_without_room_is_refused_in_words(tmp_path):
    with little_room(1000), pytest.raises(NoSpaceError, match="no room"):
        template(tmp_path / "t.xlsx", load_catalogue(), cities=CITIES, variables=["gdp"], periods=["2020"])

    assert list(tmp_path.iterdir()) == []


def test_an_export_without_room_leaves_no_folder_and_can_be_written_later(tmp_path):
    tables = {"cities": CITIES, "long": pl.DataFrame({"a": ["x" * 100] * 100})}
    with little_room(2000), pytest.raises(NoSpaceError):
        export_folder(tmp_path / "out", tables=tables, results={}, sources={})
    assert list(tmp_path.iterdir()) == []
    written = export_folder(tmp_path / "out", tables=tables, results={}, sources={})

    assert [path.name for path in written] == ["cities.csv", "long.csv", "datapackage.json"]
    assert all(path.is_file() for path in written)
