"""Faults of one kind are one line: how many, where the first three stand, what to do."""

import time

import pytest

from urbium.errors import InputError

HEAD = ("city_code", "variable", "period", "value", "source_id")


def lines(reading):
    return [line for line in reading.lines() if line.startswith("error")]


def test_a_missing_column_of_409_rows_is_one_fault(read):
    rows = [("340100", "hospitals", 1600 + i, 10 + i) for i in range(409)]
    reading = read(rows, head=HEAD[:4])
    (fault,) = [fault for fault in reading.faults if fault.severity == "error"]
    assert fault.message == "no column gives the source of 409 figures"
    assert "source_id" in fault.remedy
    assert "--source" in fault.remedy


def test_thousands_of_unknown_places_are_one_line_with_a_count_and_three_cells(read):
    rows = [(f"X{i % 217:03d}", "hospitals", 1700 + i // 217, 10, "ccsy") for i in range(13_975)]
    reading = read(rows, head=HEAD)
    (line,) = lines(reading)
    assert "13,975 times, first at A2, A3, A4: there is no city 'X000'" in line
    assert reading.unknown == {"city": 13_975}


def test_three_faults_of_a_kind_are_listed_singly(read):
    reading = read([("340100", "hospitals", 2010 + i, "x", "ccsy") for i in range(3)], head=HEAD)
    assert len(lines(reading)) == 3


def test_the_error_of_a_refused_file_groups_its_faults_too(read):
    reading = read([("340100", "hospitals", 1900 + i, f"x{i}", "ccsy") for i in range(100)], head=HEAD)
    with pytest.raises(InputError) as caught:
        reading.raise_if_refused()
    assert len(str(caught.value).splitlines()) == 2
    assert len(caught.value.faults) == 100


def test_more_wrong_cells_than_are_listed_are_counted_and_the_listed_ones_stay(read):
    rows = [("340100", "hospitals", "2012", "x", "ccsy")] * 45_000
    reading = read(rows, head=HEAD)
    cells = [fault.cell for fault in reading.faults if fault.rule == "type" and fault.cell]
    assert cells[:3] == ["D2", "D3", "D4"]
    assert len(cells) == 20_000
    said = "further cells that violate the rule 'type': 25,000"
    assert any(said in fault.message for fault in reading.faults)


def test_sixty_thousand_different_units_are_told_within_seconds(read):
    rows = [("340100", "hospitals", "2012", 1, f"unit{i}", "ccsy") for i in range(60_000)]
    started = time.process_time()
    reading = read(rows)
    assert time.process_time() - started < 10
    (line,) = [line for line in lines(reading) if "unit0" in line]
    assert "20,000 times, first at E2, E3, E4" in line
