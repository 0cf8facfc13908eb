"""Seats of training stand where people are lacking."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from urbium.talent.places import share_out


@given(st.integers(0, 500), st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_all_seats_are_given_and_no_city_is_a_seat_from_its_share(seats, millionths):
    lacking = [posts / 1e6 for posts in millionths]
    table = pl.DataFrame({"city": [f"C{at}" for at in range(len(lacking))], "lacking": lacking})
    shared = dict(share_out(seats, table).iter_rows())
    total = sum(lacking)

    assert sum(shared.values()) == (seats if total > 0 else 0)
    assert all(
        abs(shared.get(f"C{at}", 0) - seats * posts / total) < 1 + 1e-6
        for at, posts in enumerate(lacking)
        if total > 0
    )
