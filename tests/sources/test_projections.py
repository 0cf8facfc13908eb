"""A reported figure is never of the future; projections have a status."""

from datetime import date

import pytest

from urbium.errors import InputError

HEAD = ("city_code", "variable", "period", "value", "source_id")
TODAY = date(2026, 11, 26)


def rows(*periods):
    return [("340100", "population_agglomeration", period, 5000, "wup18") for period in periods]


def errors(reading):
    return [fault for fault in reading.faults if fault.severity == "error"]


def test_projections_of_the_united_nations_to_2035_loaded_as_reported_are_refused_with_the_remedy(read):
    reading = read(rows(2015, 2020, 2025, 2030, 2035), head=HEAD, today=TODAY)
    assert [(fault.cell, fault.period) for fault in errors(reading)] == [("D5", "2030"), ("D6", "2035")]
    message, remedy = errors(reading)[0].message, errors(reading)[0].remedy
    assert message == "a figure for 2030 cannot be reported on 26 Nov 2026: the period has not begun"
    assert 'projected_from = "2030"' in remedy
    assert "--projected-from 2030" in remedy


@pytest.mark.parametrize("way", ["column", "mapping", "argument"])
def test_a_projection_that_is_called_one_is_read(read, way):
    given, head, options = rows(2015, 2035), HEAD, {"today": TODAY}
    if way == "column":
        head = (*HEAD, "status")
        given = [(*row, "projected" if row[2] > 2018 else "reported") for row in given]
    elif way == "mapping":
        table = {
            "layout": "long", "city": "city_code", "variable": "variable", "period": "period",
            "value": "value", "source": "source_id",
        }  # fmt: skip
        options["mapping"] = {"projected_from": "2019", "tables": [table]}
    else:
        options["projected_from"] = "2019"
    reading = read(given, head=head, **options)
    assert errors(reading) == []
    assert dict(reading.table.select("period", "status").iter_rows()) == {
        "2015": "reported",
        "2035": "projected",
    }


def test_the_year_that_runs_can_be_reported_and_the_next_month_cannot(read):
    reading = read(rows(2026, "2026-11", "2026-12"), head=HEAD, today=TODAY)
    assert [fault.period for fault in errors(reading)] == ["2026-12"]


def test_a_suspect_figure_of_the_future_is_refused_too(read):
    reading = read([(*rows(2035)[0], "suspect")], head=(*HEAD, "status"), today=TODAY)
    assert [fault.rule for fault in errors(reading)] == ["future"]


def test_figures_later_than_the_edition_of_their_source_are_named_once(read):
    reading = read(rows(2015, 2018, 2020, 2025), head=HEAD, today=TODAY)
    (fault,) = [fault for fault in reading.faults if fault.rule == "after-edition"]
    assert fault.severity == "warning"
    assert "2 figures for population_agglomeration (from 2020 onwards) are later than" in fault.message


def test_a_mapping_that_gives_no_period_for_projections_is_refused(read):
    table = {"city": "city_code", "period": "period", "columns": [{"column": "value", "variable": "gdp"}]}
    with pytest.raises(InputError, match="projected_from"):
        read(rows(2015), head=HEAD, mapping={"projected_from": "soon", "tables": [table]})
