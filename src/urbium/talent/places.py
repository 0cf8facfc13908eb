"""Places: where the seats of a training stand, by what each city lacks."""

import polars as pl


def share_out(seats: int, lacking: pl.DataFrame) -> pl.DataFrame:
    """Return city and seats: whole seats in proportion to what cities lack, the largest remainders first.

    Parameters
    ----------
    seats : how many there are
    lacking : city, lacking (posts; 0 or more)

    >>> share_out(4, pl.DataFrame({"city": ["A", "B", "C"], "lacking": [5.0, 3.0, 0.0]})).rows()
    [('A', 3), ('B', 1)]
    """
    total = float(lacking["lacking"].sum())
    if not (seats and total > 0):
        return pl.DataFrame(schema={"city": pl.String, "seats": pl.Int64})
    exact = seats * pl.col("lacking") / total
    rows = lacking.with_columns(whole=exact.floor().cast(pl.Int64), rest=exact - exact.floor())
    left = seats - int(rows["whole"].sum())
    ranked = rows.sort("rest", "city", descending=[True, False]).with_row_index("place")
    return (
        ranked.with_columns(seats=pl.col("whole") + (pl.col("place") < left).cast(pl.Int64))
        .filter(pl.col("seats") > 0)
        .select("city", "seats")
        .sort("seats", "city", descending=[True, False])
    )
