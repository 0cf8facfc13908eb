"""Which inflow of a solution may enter a cash flow: worked out by hand from the rows of the shared table."""

from dataclasses import replace

import pytest

from urbium.catalogue import load_catalogue
from urbium.catalogue.bookings import RECEIVERS, bookings, grade_of
from urbium.model import Basis, Cash, Evidence, InflowKind, Outcome

CATALOGUE = load_catalogue()
DERIVED, GRADES = grade_of(Evidence.DERIVED), len(Evidence)


def booked_of(*rows, least=DERIVED):
    """Return the booking of street lights when they have these rows and no others."""
    return bookings(replace(CATALOGUE, inflows={row.id: row for row in rows}), least)["LED_SL"]


def test_eleven_solutions_bring_money_and_forty_five_are_cost_only():
    rows = {booking.inflow.id for booking in bookings(CATALOGUE, DERIVED).values() if booking.inflow}

    assert rows == {
        "AMI_E.3", "AMI_W.1", "BIKESHARE.1", "CONGPRICE.7", "IOC.3", "LED_SL.2", "NRW.4", "PARKING.4",
        "PAYT.1", "SMART_IRRIG.1", "TSP.2",
    }  # fmt: skip
    assert len(CATALOGUE.solutions) == 56


def test_what_is_booked_is_cash_of_the_city_or_the_operator_and_well_founded():
    booked = [booking.inflow for booking in bookings(CATALOGUE, DERIVED).values() if booking.inflow]

    assert {row.cash for row in booked} == {Cash.CASH}
    assert {row.receiver for row in booked} <= set(RECEIVERS)
    assert {row.evidence for row in booked} <= {Evidence.PUBLISHED, Evidence.DERIVED}
    assert not {row.kind for row in booked} & {InflowKind.SOCIAL_BENEFIT, InflowKind.GRANT_OR_CARBON}
    assert not [row.id for row in booked if row.barred]


def test_every_cost_only_solution_says_why():
    silent = [
        booking.solution
        for booking in bookings(CATALOGUE, DERIVED).values()
        if (booking.inflow is None) != bool(booking.reason)
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("solution", "reason"),
    [
        ("DATA_PLATFORM", "a search found no inflow"),
        ("GREEN", "not cash"),
        ("EHR", "the money goes to others"),
        ("DR_PRICE", "the money goes to users"),
        ("SPEEDCAM", "is an amount per unit (GBP/camera/yr), but the number of units here is unknown"),
        ("CYBERSEC", "whose frequency is unknown"),
        ("CADASTRE", "of an unknown amount"),
        ("PRESSURE", "an upper bound that does not transfer"),
        ("EVCHARGE", "better evidence is required"),
        ("CIVIC311", "an amount for a single place"),
    ],
)
def test_the_reason_names_what_stands_against_the_row_that_came_farthest(solution, reason):
    assert reason in str(bookings(CATALOGUE, DERIVED)[solution].reason)


def test_an_assumption_is_booked_where_no_better_evidence_is_asked_for():
    assert bookings(CATALOGUE, GRADES)["EVCHARGE"].inflow.id == "EVCHARGE.2"


def test_money_that_came_goes_before_money_that_was_promised():
    realised, promised = CATALOGUE.inflows["LED_SL.2"], CATALOGUE.inflows["LED_SL.3"]
    swapped = replace(realised, outcome=Outcome.PROMISED), replace(promised, outcome=Outcome.REALISED)

    assert booked_of(realised, promised).inflow == realised
    assert booked_of(*swapped).inflow == swapped[1]


def test_of_two_bases_the_one_that_needs_no_rate_of_exchange_goes_first():
    share = CATALOGUE.inflows["LED_SL.2"]
    head = replace(share, id="head", basis=Basis.PER_HEAD, currency="USD", price_year=2012)

    assert booked_of(head, share).inflow == share


def test_a_payback_in_no_time_is_refused():
    assert "of zero or less" in str(booked_of(replace(CATALOGUE.inflows["LED_SL.3"], low=0.0)).reason)


def test_a_solution_without_rows_says_so():
    assert str(booked_of().reason) == "no inflow is declared"
