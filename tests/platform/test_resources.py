"""Resources: completeness and freshness against rows and calendars, and what is refused."""

from datetime import date

import msgspec
import pytest

from catalogues_of import TREES
from urbium.catalogue import load_catalogue
from urbium.packaged import packaged_rows
from urbium.platform.resources import (
    DESCRIBED,
    Resource,
    asked_fields,
    completeness,
    freshness,
    resource_faults,
)


def asked(*profiles):
    return asked_fields(load_catalogue().profiles, profiles)


def test_a_resource_that_says_everything_is_complete():
    assert completeness(TREES, asked()).share == 1


def test_completeness_is_the_share_of_what_the_profile_asks():
    one = msgspec.structs.replace(TREES, keywords=[], themes=[], description="")
    result = completeness(one, asked())  # 2 mandatory and 7 recommended fields of a data set
    assert result.share == pytest.approx(6 / 9)
    assert (result.missing_mandatory, set(result.missing_recommended)) == (
        ("description",),
        {"keywords", "themes"},
    )


def test_a_profile_is_added_to_the_one_that_holds_always():
    assert completeness(TREES, asked("hvd")).missing_mandatory == ("legislation",)


@pytest.mark.parametrize(
    ("periodicity", "modified", "on", "late"),
    [
        ("DAILY", "2026-01-01", date(2026, 1, 2), 0),
        ("DAILY", "2026-01-01", date(2026, 1, 5), 3),
        ("ANNUAL", "2024-03-01", date(2025, 3, 2), 0),
        ("MONTHLY", "2026-01-31", date(2026, 3, 3), 0),
        ("MONTHLY", "2026-01-31", date(2026, 3, 4), 1),
        ("IRREG", "2026-01-01", date(2026, 3, 4), None),
        ("DAILY", "", date(2026, 3, 4), None),
        ("DAILY", "9999-12-31", date(2026, 3, 4), None),
    ],
)
def test_lateness_is_counted_from_the_frequency_and_the_day_of_the_last_change(
    periodicity, modified, on, late
):
    one = Resource(title="a", periodicity=periodicity, modified=modified)
    assert freshness(one, on).days_late == late


@pytest.mark.parametrize(
    ("field", "value"),
    [("nature", "thing"), ("access_rights", "SECRET"), ("periodicity", "sometimes"), ("modified", "soon"),
     ("landing_page", "javascript:alert(1)"), ("description", "")],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(field, value):
    faults = list(resource_faults(msgspec.structs.replace(TREES, **{field: value}), asked()))
    assert [fault.cell for fault in faults] == [field]


def test_a_whole_resource_has_no_fault():
    assert list(resource_faults(TREES, asked("exchange"))) == []


def test_a_programme_that_asks_nothing_misses_nothing():
    assert completeness(Resource(title="a"), ()).share == 1


def test_every_field_that_a_profile_may_ask_for_is_one_that_a_resource_has():
    fields = next(row["words"] for row in packaged_rows("rules/values") if row["field"] == "field")
    assert set(fields.split()) - {"temporal"} <= {*DESCRIBED, "agreement"}
