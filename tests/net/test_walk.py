"""The pages of four nations walked as each of their people: every link, every form as it is and spoiled.

In every run: the officer of a Dutch town. The office there, those of the whole life of a pilot in Britain,
the office of a generated programme of Mexico, all people of all, the demo's too, each field spoiled in seven
ways, and the packaged examples take long.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import life_of
import people_of
from drawn_programmes import Drawn
from laws import broken
from office_walk import walk_of
from site_visit import client_of
from urbium.examples.countries import open_example
from urbium.programme import Programme, open_programme
from urbium.programme.cases.kinds import KINDS
from urbium.programme.people.invitations import FOUNDER
from walker import Walker

PUBLIC = ""
DEMO = ("office", "office-2", "province", "city", "signatory", "expert", "expert-2", "partner", "auditor")


class Direct:
    """Tells the life of a pilot by the calls that pages and commands make."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.kinds = {kind.plural: kind.name for kind in KINDS.values()}

    def begin(self, who: str, plural: str, code: str, content: dict[str, Any], **place: str) -> Any:
        actor = self.programme.people.named(who)
        return self.programme.casework.begin(
            actor, self.kinds[plural], code, content, **place
        ).dossier.content

    def act(self, who: str, plural: str, code: str, action: str, **changes: Any) -> Any:
        actor, kind = self.programme.people.named(who), self.kinds[plural]
        version = self.programme.casework.opened(actor, kind, code).dossier.version
        return self.programme.casework.act(
            actor, kind, code, action, changes, version=version
        ).dossier.content


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Say nothing of requests; errors of the server are the walker's to tell."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(before)


def dutch(folder: Path) -> Programme:
    return people_of.staffed(str(folder / "dutch.db"))


def british(folder: Path, towns: ModuleType) -> Programme:
    programme = life_of.with_plan(towns, str(folder / "british.db"), others=2)
    life_of.live(Direct(programme), programme, others=2, places=2)
    return programme


def mexican(folder: Path) -> Programme:
    """Return a programme that was generated, with an outlook, a plan and an office of its own."""
    drawn = Drawn(nation="MEX", names="accents", cities=3, catalogue="roles only", is_visited=False)
    walk = walk_of(drawn, folder)
    assert "plan" in walk.adopted, broken(walk.breaches)
    programme = open_programme(walk.store)
    grant = {"role": "office", "scope": "all", "code": ""}
    programme.people.invite(FOUNDER, "olga", {"display": "Olga", "grants": [grant]})
    return programme


def walked(programme: Programme, people: tuple[str, ...], **how: int) -> list[str]:
    """Walk as these people, and return what is broken."""
    with client_of(programme, is_demo=True) as client:
        walker = Walker(client, **how)
        for person in people:
            walker.walk_as(person)
        assert walker.sent["post"]
        return broken(walker.breaches)


QUICK = {"each": 1, "sorts": 1}


@pytest.mark.parametrize("person", ["carl", pytest.param("olga", marks=pytest.mark.long)])  # most pages
def test_pages_and_forms_of_dutch_towns_keep_the_laws(person, tmp_path):
    with dutch(tmp_path) as programme:
        assert walked(programme, (person,), **QUICK) == []


@pytest.mark.long
def test_pages_and_forms_of_a_british_pilot_keep_the_laws(tmp_path, towns):
    with british(tmp_path, towns) as programme:
        assert walked(programme, ("sven", "pia"), **QUICK) == []


@pytest.mark.long
def test_pages_and_forms_of_a_generated_mexican_programme_keep_the_laws(tmp_path):
    with mexican(tmp_path) as programme:
        assert walked(programme, (PUBLIC, "olga"), **QUICK) == []


@pytest.mark.release
@pytest.mark.parametrize("person", [PUBLIC, *people_of.PEOPLE])
def test_everybody_of_dutch_towns_keeps_the_laws(person, tmp_path):
    with dutch(tmp_path) as programme:
        assert walked(programme, (person,), each=3) == []


@pytest.mark.release
@pytest.mark.parametrize("person", [PUBLIC, *life_of.PEOPLE])
def test_everybody_of_a_british_pilot_keeps_the_laws(person, tmp_path, towns):
    with british(tmp_path, towns) as programme:
        assert walked(programme, (person,), each=3) == []


@pytest.mark.release
@pytest.mark.parametrize("person", [PUBLIC, *DEMO])
def test_everybody_of_the_demo_keeps_the_laws(person, demo_copy):
    with open_programme(demo_copy) as programme:
        assert walked(programme, (person,)) == []


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], Path]:
    """Return what copies an example, built once."""
    folder = tmp_path_factory.mktemp("examples")

    def copied(name: str, to: Path) -> Path:
        whole = folder / f"{name}.db"
        if not whole.exists():
            open_example(name, whole).close()
        return Path(shutil.copy(whole, to / whole.name))

    return copied


@pytest.mark.release
@pytest.mark.parametrize("name", ["mexico", "europe"])
def test_the_public_and_the_office_of_an_example_keep_the_laws(name, example, tmp_path):
    with open_programme(example(name, tmp_path)) as programme:
        grant = {"role": "office", "scope": "all", "code": ""}
        programme.people.invite(FOUNDER, "olga", {"display": "Olga", "grants": [grant]})
        assert walked(programme, (PUBLIC, "olga")) == []
