"""Results are kept as JSON for good, version by version."""

import json

import pytest

from urbium.errors import InputError

PLAN = {"objective": 12.5, "gap": 0.01, "projects": ["a", "b"], "name": "合肥"}


def test_a_result_comes_back_as_it_was_kept(store):
    store.keep("plan", "base", PLAN, by="ann", reason="adopted")

    assert store.kept("plan", "base") == PLAN


def test_what_was_never_kept_is_none(store):
    assert store.kept("plan", "base") is None


def test_another_content_is_the_next_version_and_the_first_one_stays(store):
    store.keep("plan", "base", PLAN, by="ann", reason="adopted")
    store.keep("plan", "base", {"gap": 0}, by="ann", reason="revised")

    assert store.kept("plan", "base") == {"gap": 0}
    assert store.kept("plan", "base", version=1) == PLAN
    assert store.kept("plan", "base", version=3) is None


def test_the_same_content_again_is_no_change(store):
    store.keep("plan", "base", PLAN, by="ann", reason="adopted")
    store.keep("plan", "base", dict(reversed(PLAN.items())), by="bob", reason="again")

    assert store.kept("plan")["version"].to_list() == [1]


def test_kinds_are_listed_apart_with_who_and_why(store):
    store.keep("plan", "base", PLAN, by="ann", reason="adopted")
    store.keep("report", "2012", {}, by="bob", reason="published")

    table = store.kept("plan")
    assert table.select("id", "version", "recorded_by", "reason").rows() == [("base", 1, "ann", "adopted")]


@pytest.mark.parametrize("content", [{"gap": float("nan")}, {"at": object()}])
def test_what_is_not_json_is_refused(store, content):
    with pytest.raises(InputError, match="plan base: the content is not JSON"):
        store.keep("plan", "base", content, by="ann", reason="adopted")


def test_a_kept_result_is_in_the_log_by_its_sum(store):
    store.keep("plan", "base", PLAN, by="ann", reason="adopted")

    entry = json.loads(store.audit()["after"][-1])
    assert entry["document"]["sha256"] == store.kept("plan")["sha256"][0]
    store.verify()
