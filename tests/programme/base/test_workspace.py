"""Workspace: what is made or refused is kept until something of it changes."""

import pytest

import urbium
from urbium.errors import NotFoundError, UnavailableError
from urbium.model import City, Source
from urbium.store import FileStamp


@pytest.fixture
def programme(tmp_path):
    with urbium.new(tmp_path / "kept.db") as made:
        made.register(cities=[City("A", {"en": "Aston"}, "prefecture")], by="ada", reason="a beginning")
        made.register(sources=[Source("ccsy", "Yearbook", "Statistics")], by="ada", reason="a beginning")
        yield made


def upload(programme, figures):
    """Store figures as a file brings them."""
    table = figures.drop("recorded_at", "recorded_by")
    programme.store.record(table, by="ada", reason="an upload", file=FileStamp("figures.xlsx", "00" * 32))


class Counting:
    """Makes something, or refuses it, and counts how often it was asked."""

    def __init__(self, result=None, refusal=None):
        self.result, self.refusal, self.count = result, refusal, 0

    def __call__(self):
        self.count += 1
        if self.refusal is not None:
            raise self.refusal
        return self.result


def refused(programme, make, name="households"):
    with pytest.raises(type(make.refusal)) as caught:
        programme.once(name, make)
    return caught.value


def test_a_refusal_is_kept_and_said_again(programme):
    make = Counting(refusal=NotFoundError("no sizes of households", place="role", remedy="load them"))
    first, second = refused(programme, make), refused(programme, make)

    assert make.count == 1
    assert (second.message, second.place, second.remedy) == (first.message, "role", "load them")
    assert second is not first


def test_a_kept_refusal_holds_no_frame_of_what_was_computed(programme):
    make = Counting(refusal=NotFoundError("no sizes of households"))
    refused(programme, make)
    kept = programme.workspace._results["households"].refusal

    assert kept.__traceback__ is None
    assert kept.__context__ is None


def test_a_refusal_is_dropped_when_something_changes(programme, observe):
    make = Counting(refusal=NotFoundError("no sizes of households"))
    refused(programme, make)
    upload(programme, observe(("A", "households", 2020, 5.0)))

    make.refusal, make.result = None, "sizes"
    assert programme.once("households", make) == "sizes"


def test_that_there_is_nothing_is_kept(programme):
    make = Counting(None)

    assert programme.once("nothing", make) is None
    assert programme.once("nothing", make) is None
    assert make.count == 1


def test_that_the_store_did_not_answer_is_not_kept(programme):
    make = Counting(refusal=UnavailableError("the store is not responding"))
    refused(programme, make)
    refused(programme, make)

    assert make.count == 2


def test_of_refusals_that_readers_ask_for_at_will_only_the_newest_are_kept(programme):
    for number in range(300):
        refused(programme, Counting(refusal=NotFoundError("no such plan")), name=f"kept plan {number}")
    newest = Counting("not requested")

    assert len(programme.workspace._results) < 250
    with pytest.raises(NotFoundError):
        programme.once("kept plan 299", newest)
    assert newest.count == 0


def test_new_figures_drop_what_reads_them_and_leave_what_was_adopted(programme, observe):
    current, adopted = Counting("figures"), Counting("outlook")
    programme.once("figures", current)
    programme.once("outlook", adopted, is_pinned=True)
    upload(programme, observe(("A", "people", 2020, 5.0)))
    programme.once("figures", current)
    programme.once("outlook", adopted, is_pinned=True)

    assert (current.count, adopted.count) == (2, 1)


def test_a_change_of_the_register_drops_what_was_adopted_too(programme):
    adopted = Counting("outlook")
    programme.once("outlook", adopted, is_pinned=True)
    programme.register(cities=[City("B", {"en": "Bourne"}, "prefecture")], by="ada", reason="one more")
    programme.once("outlook", adopted, is_pinned=True)

    assert adopted.count == 2


def test_what_is_made_of_dossiers_is_made_again_for_another_change(programme):
    make = Counting("lessons")
    for newest in (1, 1, 2):
        programme.once("lessons", make, of=newest)

    assert make.count == 2


def test_an_upload_computes_no_adopted_result_again(demo_copy, observe):
    with urbium.open(demo_copy) as programme:
        before, city = programme.adopted("scores"), programme.cities()["code"][0]
        variable, source = programme.catalogue.variables["gdp"], next(iter(programme.sources()))
        upload(programme, observe((city, "gdp", 1999, 5.0), source=source, unit=variable.unit))

        assert programme.adopted("scores") is before
