"""Base data: measures against counting by hand, and lists of hashes that show no identifier."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.platform.base_data import (
    BaseReport,
    Expected,
    Link,
    base_databases,
    hashed,
    linkage,
    measured,
)

DECLARED = load_catalogue().base_data.values()
PEOPLE = base_databases(DECLARED, "eif")[0]
NAMES = st.sets(st.text("0123456789X", min_size=1, max_size=6), min_size=1, max_size=30)


@given(NAMES, NAMES)
def test_the_share_of_hashes_is_that_of_the_identifiers(first, second):
    assert linkage(hashed(first, b"k" * 16), hashed(second, b"k" * 16)) == (len(first & second), len(first))


def test_lists_that_were_hashed_with_different_keys_share_nothing():
    assert linkage(hashed(["1"], b"a" * 16), hashed(["1"], b"b" * 16)) == (0, 1)


@pytest.mark.parametrize("lines", [["110101199003070000"], [], ["A" * 64]])
def test_identifiers_themselves_are_not_taken(lines):
    with pytest.raises(InputError, match=r"1 line is not a hash;|is empty;"):
        linkage(lines, hashed(["1"], b"k" * 16))


def test_measures_are_records_over_expected_links_over_identifiers_and_days_allowed_over_days():
    report = BaseReport(
        title="x", records=90, identified=80, updated="2026-01-01",
        links=[Link(database="a", linked=60), Link(database="b", linked=40)],
    )  # fmt: skip
    rows = measured(PEOPLE, report, Expected(100, "2025"), date(2026, 3, 4))  # 62 days, 31 allowed
    assert {name: row.share for name, row in rows.items()} == {
        "completeness": 0.9, "linkage": 0.5, "freshness": 0.5,
    }  # fmt: skip


def test_every_set_names_its_source_and_says_what_is_assumed():
    for one in DECLARED:
        assert "assumption" in one.source
        assert one.days > 0
