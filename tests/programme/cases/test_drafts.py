"""Drafts: what is typed is its writer's alone, and never laid over what somebody else has stored."""

import pytest

from people_of import actor, staffed
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.store.drafts import Draft


@pytest.fixture
def programme():
    with staffed() as programme:
        content = {"title": "Call", "conditions": ["C1"]}
        programme.casework.begin(actor(programme, "olga"), "round", "call", {"title": "Call"} | content)
        yield programme


def newest(programme):
    return programme.casework.opened(actor(programme, "olga"), "round", "call").dossier


def test_what_is_typed_is_kept_for_who_typed_it_and_nothing_is_stored(programme):
    olga, oscar = actor(programme, "olga"), actor(programme, "oscar")
    entries = programme.store.audit().height
    programme.drafts.keep(olga, "round", "call", {"title": "", "opens": "not a day"}, version=1)
    assert programme.drafts.of(olga, newest(programme)).fields == {"title": "", "opens": "not a day"}
    assert programme.drafts.of(oscar, newest(programme)) is None
    assert (newest(programme).version, programme.store.audit().height) == (1, entries)
    programme.drafts.drop(olga, "round", "call")
    assert programme.drafts.of(olga, newest(programme)) is None


def test_what_somebody_else_has_stored_since_is_not_overwritten(programme):
    olga, oscar = actor(programme, "olga"), actor(programme, "oscar")
    programme.drafts.keep(olga, "round", "call", {"title": "Mine"}, version=1)
    programme.casework.act(oscar, "round", "call", "change", {"title": "Theirs"}, version=1)
    with pytest.raises(ConflictError, match="someone else has changed it"):
        programme.drafts.keep(olga, "round", "call", {"title": "Mine, longer"}, version=1)
    draft = programme.drafts.of(olga, newest(programme))
    assert (draft.fields["title"], programme.drafts.is_current(draft, newest(programme))) == ("Mine", False)


def test_a_step_of_the_writer_leaves_what_was_typed_current(programme):
    olga = actor(programme, "olga")
    programme.drafts.keep(olga, "round", "call", {"title": "Mine"}, version=1)
    programme.casework.act(olga, "round", "call", "change", {"note": "by a program"}, version=1)
    assert programme.drafts.is_current(programme.drafts.of(olga, newest(programme)), newest(programme))


def test_nobody_keeps_a_draft_of_what_is_not_theirs_to_change(programme):
    with pytest.raises(NotFoundError):
        programme.drafts.keep(actor(programme, "carl"), "round", "call", {}, version=1)
    with pytest.raises(ForbiddenError):
        programme.drafts.keep(actor(programme, "ada"), "round", "call", {}, version=1)
    with pytest.raises(InputError):
        programme.drafts.keep(actor(programme, "olga"), "round", "call", {"title": "x" * 500_001}, version=1)


def test_a_draft_of_over_90_days_ago_goes_with_the_next_one(programme):
    store, day = programme.store.drafts, 24 * 3600 * 1_000_000
    store.keep(Draft("olga", "round", "old", 1, {}, day))
    store.keep(Draft("olga", "round", "new", 1, {}, 92 * day))
    assert [store.one("olga", "round", code) is None for code in ("old", "new")] == [True, False]
