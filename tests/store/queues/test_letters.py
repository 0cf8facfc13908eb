"""The outbox: a letter is one sender's, is tried again later and later, and is written once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from urbium.store import Letter
from urbium.store.queues.leases import PATIENCE

NOW = 1_000_000_000_000
ATTEMPTS = PATIENCE["letter"].attempts
MINUTE = 60_000_000


@pytest.fixture
def letters(store):
    store.letters.add(
        [Letter(f"l{number}", "waits", "ann", "round", "r", NOW, due=NOW + number) for number in (1, 2)]
    )
    return store.letters


def lease(letters, worker="w", now=NOW + 5, lasts=10):
    return letters.lease(worker, now=now, until=now + lasts)


def test_each_letter_goes_to_one_sender_the_one_that_is_due_first(letters):
    taken = [lease(letters, name) for name in ("a", "b", "c")]
    assert [one and (one.id, one.worker, one.state, one.attempts) for one in taken] == [
        ("l1", "a", "sending", 1),
        ("l2", "b", "sending", 1),
        None,
    ]


def test_of_two_senders_the_lost_one_notes_nothing_more(letters):
    lost = lease(letters, "a")
    lease(letters, "b", lasts=1_000)
    again = lease(letters, "c", now=NOW + 50)
    assert (again.id, again.attempts) == ("l1", 2)
    assert not letters.end(lost, "sent", now=NOW + 51)
    assert not letters.put_off(lost, now=NOW + 51, failure="late")
    assert letters.end(again, "sent", now=NOW + 52)
    assert letters.count("ann") == {"sending": 1, "sent": 1}


def test_many_senders_at_once_share_the_letters(store):
    store.letters.add([Letter(f"l{number:02}", "waits", "ann", "round", "r", NOW) for number in range(20)])

    def all_of(worker):
        taken = []
        while (letter := store.letters.lease(worker, now=NOW, until=NOW + MINUTE)) is not None:
            taken.append(letter.id)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = sorted(id_ for part in pool.map(all_of, "abcd") for id_ in part)
    assert taken == [f"l{number:02}" for number in range(20)]


def test_a_letter_is_tried_later_and_later_and_has_failed_at_last(letters):
    letters.end(lease(letters), "sent", now=NOW)
    now, waits = NOW + 5, []
    for _ in range(ATTEMPTS):
        letter = letters.lease("w", now=now, until=now + 1)
        letters.put_off(letter, now=now, failure="450 try later")
        kept = next(one for one in letters.listed("ann") if one.id == "l2")
        waits.append((kept.due - now) // MINUTE if kept.state == "waiting" else kept.state)
        now = max(kept.due, now)
    assert waits == [1, 4, 16, 64, 256, 720, 720, "failed"]
    assert (kept.attempts, kept.failure) == (ATTEMPTS, "450 try later")
    assert lease(letters, now=now + 10**15) is None


def test_a_letter_whose_senders_died_eight_times_has_failed(letters):
    letters.end(lease(letters), "sent", now=NOW)
    for number in range(ATTEMPTS):
        assert lease(letters, f"w{number}", now=NOW + 5 + number * 100).id == "l2"
    assert lease(letters, now=NOW + 10_000) is None
    assert letters.count("ann") == {"failed": 1, "sent": 1}


def test_what_has_failed_is_tried_again_from_the_beginning_when_somebody_says_so(letters):
    letters.end(lease(letters), "failed", now=NOW, failure="550 nobody")
    assert letters.retry(now=NOW + 6) == 1
    letters.end(lease(letters, now=NOW + 6), "sent", now=NOW + 7)
    assert lease(letters, now=NOW + 8).attempts == 1


def test_a_letter_of_a_name_that_is_there_is_not_written_again(letters):
    assert letters.add([Letter("l1", "other", "bea", "round", "r", NOW)]) == 0
    assert [one.what for one in letters.listed(None)] == ["waits", "waits"]


def test_letters_of_over_four_hundred_days_ago_are_dropped(letters):
    letters.add([Letter("l3", "waits", "bea", "round", "r", NOW + 401 * 24 * 60 * MINUTE)])
    assert [one.id for one in letters.listed(None)] == ["l3"]


def test_letters_that_are_written_in_a_change_that_fails_are_not_written(store):
    letter = Letter("l1", "waits", "ann", "round", "r", NOW)

    def change():
        with store.together():
            store.letters.add([letter])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert store.letters.count(None) == {}
