"""Errors say what, where and what now, in every face."""

import pytest

from urbium.errors import (
    ConflictError,
    Fault,
    ForbiddenError,
    InfeasibleError,
    InputError,
    NoSpaceError,
    NotFoundError,
    UnavailableError,
    fault_lines,
)
from urbium.text import text

FAULT = Fault(
    "error", '"12,3" is not a number', "write 12.3", rule="number", sheet="Water", cell="C14", value="12,3"
)


def test_an_error_names_place_and_remedy_in_one_line():
    error = InputError("the file is empty", place="cities.csv", remedy="give at least one row")

    assert str(error) == "cities.csv: the file is empty; give at least one row"


def test_an_error_lists_every_fault_below_its_message():
    error = InputError("2 faults", faults=[FAULT, FAULT])

    assert str(error).count('Water!C14: "12,3" is not a number; write 12.3') == 2


def test_a_fault_as_a_record_has_the_published_keys_in_order():
    assert list(FAULT.record()) == (
        [
            "severity",
            "sheet",
            "cell",
            "city",
            "variable",
            "period",
            "value",
            "rule",
            "message",
            "remedy",
            "code",
        ]
    )


def test_problem_details_carry_status_code_place_and_faults():
    problem = InputError("2 faults", place="a.csv", faults=[FAULT]).problem()

    assert problem["status"] == 422
    assert problem["type"] == "urn:urbium:wrong-input"
    assert problem["place"] == "a.csv"
    assert problem["faults"] == [FAULT.record()]


@pytest.mark.parametrize(
    ("error", "exit_code", "status"),
    [
        (InputError, 2, 422),
        (NotFoundError, 3, 404),
        (ConflictError, 4, 409),
        (ForbiddenError, 5, 403),
        (InfeasibleError, 6, 422),
        (UnavailableError, 7, 503),
        (NoSpaceError, 8, 507),
    ],
)
def test_each_class_has_its_own_exit_code_and_status(error, exit_code, status):
    assert (error.exit_code, error.status) == (exit_code, status)


def test_an_unknown_name_suggests_the_nearest():
    error = NotFoundError.named("variable", "hospitl_beds", ["hospital_beds", "hospitals", "pupils"])

    assert "did you mean 'hospital_beds'?" in str(error)


def test_faults_of_one_sentence_are_one_line_though_it_has_no_code():
    faults = [
        Fault("error", text("there is no {name}", name=name), "name one", rule="name") for name in range(50)
    ]

    assert len(list(fault_lines(faults))) == 1
