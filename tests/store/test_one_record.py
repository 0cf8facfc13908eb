"""Sixteen people change one record at once: every change is seen by the next, none is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from people_of import actor, staffed
from urbium.errors import ConflictError
from urbium.programme import open_programme

WRITERS, EACH = 16, 3


@pytest.mark.long
def test_sixteen_writers_of_one_record_lose_no_update(url):
    with staffed(url) as programme:
        olga = actor(programme, "olga")
        programme.casework.begin(olga, "round", "call", {"title": "Call", "note": "0"})

        def write(_):
            """Add one to a number in the record, and again after each refusal."""
            refused = 0
            with open_programme(url) as own:
                left = EACH
                while left:
                    seen = own.casework.opened(olga, "round", "call").dossier
                    note = str(int(seen.content["note"]) + 1)
                    try:
                        own.casework.act(
                            olga, "round", "call", "change", {"note": note}, version=seen.version
                        )
                    except ConflictError:
                        refused += 1
                    else:
                        left -= 1
            return refused

        with ThreadPoolExecutor(WRITERS) as pool:
            refused = sum(pool.map(write, range(WRITERS)))
        history = programme.casework.history(olga, "round", "call")
        notes = [int(one.dossier.content["note"]) for one in history]
        assert notes == list(range(WRITERS * EACH + 1))
        assert refused, "the writers never met"
        programme.store.verify()
