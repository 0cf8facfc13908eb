"""What is wrong with a form stands at the input that it is of."""

from urbium.errors import Fault, InputError
from urbium.programme.cases.kinds import KINDS
from urbium.web.desk.forms import fields_of
from urbium.web.desk.marks import marked, problem_record

ROUND = KINDS["round"]


def record(problem, **typed):
    """Return the record of a problem with a round of which something was typed."""
    fields = fields_of("round", ROUND.content, frozenset(ROUND.circles), {}, typed)
    return problem_record(problem, ROUND, {}, fields)


def test_a_fault_of_a_cell_of_a_record_stands_at_its_input():
    fault = Fault("error", "this number is too large", "give a smaller one", cell="criteria.2.weight")
    typed = {"criteria[0].code": "aim", "criteria[4].code": "money"}
    marks = record(InputError("it holds more than it may", faults=[fault]), **typed)["at"]
    assert list(marks) == ["criteria[1].weight"]


def test_a_fault_deeper_than_any_input_stands_at_the_field():
    fault = Fault("error", "this is too long", "shorten it", cell="title.3.x")
    assert list(record(InputError("too much", faults=[fault]))["at"]) == ["title"]


def test_a_fault_of_a_code_stands_at_the_record_that_begins_with_it():
    fault = Fault("error", "this criterion counts nothing", "give it a weight", cell="money")
    typed = {"criteria[0].code": "aim", "criteria[1].code": "money"}
    assert list(record(InputError("wrong", faults=[fault]), **typed)["at"]) == ["criteria[1].code"]


def test_a_fault_of_nothing_that_was_typed_stands_in_the_list_alone():
    fault = Fault("error", "the programme has no office", "invite someone", cell="elsewhere")
    whole = record(InputError("wrong", faults=[fault]))
    assert (whole["at"], [one["message"] for one in whole["faults"]]) == ({}, [fault.message])


def test_whatever_else_is_wrong_with_a_file_stands_at_the_file():
    problem = InputError("no table was recognised")
    assert list(marked(problem, {"encoding": "encoding"}, rest="file")["at"]) == ["file"]
