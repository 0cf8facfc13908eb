"""Reads at one instant see nothing of what others store meanwhile, and ask nothing twice."""

import pytest
import sqlalchemy as sa

from urbium.errors import ConflictError
from urbium.model.dossiers import Dossier
from urbium.store import Store


def changed(store, title, version):
    one = Dossier(kind="round", code="call", state="draft", version=version, content={"title": title})
    store.dossiers.record([one], by="ann", what="write", reason="test")


def title(store):
    return store.dossiers.one("round", "call").content["title"]


@pytest.fixture
def other(store, url):
    """Return the store as another process has it open."""
    changed(store, "first", 0)
    with Store.open(url) as opened:
        yield opened


def test_what_others_change_meanwhile_is_seen_afterwards(store, other):
    with store.at_one_instant():
        assert title(store) == "first"
        changed(other, "second", 1)
        with store.at_one_instant():
            assert title(store) == "first"
        assert len(store.dossiers.history("round", "call")) == 1
    assert title(store) == "second"


def test_a_change_of_ones_own_is_seen_at_once(store, other):
    with store.at_one_instant():
        assert title(store) == "first"
        changed(other, "second", 1)
        changed(store, "third", 2)
        assert title(store) == "third"
    assert title(other) == "third"


def test_the_same_question_is_asked_once_at_an_instant_and_anew_at_the_next(store, other):
    asked = []
    engine = store._database._engine
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with store.at_one_instant():
        first, second = (store.dossiers.one("round", "call") for _ in range(2))
        assert sum("dossier_version" in statement for statement in asked) == 1
    title(store)
    assert sum("dossier_version" in statement for statement in asked) == 2
    assert first == second
    assert first.content is not second.content, "who changes one changes the other"


def test_an_error_ends_the_instant(store, other):
    assert title(store) == "first"
    with pytest.raises(ConflictError), store.at_one_instant():
        changed(store, "of another version", 7)
    changed(other, "second", 1)
    assert title(store) == "second"
