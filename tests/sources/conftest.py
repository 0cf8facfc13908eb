"""A small programme to read against: the packaged catalogue, four cities of two provinces, ready tables."""

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from urbium.catalogue import DATA, load_catalogue
from urbium.sources import read_file

HEAD = ("city_code", "variable", "period", "value", "unit", "source_id")


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def demo_cities():
    return pl.read_csv(DATA / "demo" / "cities.csv", schema_overrides={"code": pl.String})


@pytest.fixture(scope="session")
def demo_table():
    texts = {"city_code": pl.String, "period": pl.String, "value": pl.Float64}
    return pl.read_csv(DATA / "demo" / "observations.csv", schema_overrides=texts)


@pytest.fixture
def small_cities():
    return pl.DataFrame(
        {
            "code": ["340100", "340200", "360900", "230700", "CHN"],
            "name_en": ["Hefei", "Wuhu", "Yichun", "Yichun", "China"],
            "name_zh": ["合肥市", "芜湖市", "宜春市", "伊春市", "中国"],
            "province_en": ["Anhui", "Anhui", "Jiangxi", "Heilongjiang", None],
        }
    )


@pytest.fixture
def read(tmp_path, catalogue, small_cities):
    """Return a function that writes rows to a file and reads it."""

    def write_and_read(rows, *, head=HEAD, suffix=".csv", **options):
        path = tmp_path / f"cities-2026{suffix}"
        (write_csv if suffix == ".csv" else write_xlsx)(path, [head, *rows])
        return read_file(path, **{"catalogue": catalogue, "cities": small_cities} | options)

    return write_and_read


@pytest.fixture
def read_years(read):
    """Return a function that reads a yearly series of one variable of Hefei, from 2004 on."""

    def write_and_read(variable, values, unit="", **options):
        rows = [("340100", variable, 2004 + i, value, unit, "ccsy") for i, value in enumerate(values)]
        return read(rows, **options)

    return write_and_read


def write_csv(path: Path, rows) -> Path:
    lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_xlsx(path: Path, rows, sheet="Water") -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        page = workbook.add_worksheet(sheet)
        for i, row in enumerate(rows):
            page.write_row(i, 0, row)
    return path
