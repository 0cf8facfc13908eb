"""Belonging: what a new dossier may hang on, name, and be called.

What the actor may not see is refused in the same words as what is not there. A code that begins with the
code of a city is for dossiers of that city, so that a city which names its own so cannot be found out by who
tries the same code.
"""

from urbium.access import Actor, clauses, rights
from urbium.errors import InputError
from urbium.model.dossiers import Dossier
from urbium.pilot.steps import CREATE
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.sight import names_in, visible
from urbium.store import DossierStore
from urbium.text import coded, text


def check_belonging(
    store: DossierStore, desk: Desk, actor: Actor, draft: Dossier, above: Dossier | None
) -> None:
    """Raise InputError for what a new dossier cannot belong to, or be called.

    Parameters
    ----------
    store, desk : of the programme
    actor : who begins it
    draft : the dossier as it is to be
    above : what it hangs on; None when it stands for itself
    """
    if above is not None and above.city and draft.city != above.city:
        raise InputError(
            coded(
                "programme.belonging.other_city",
                "it belongs to the city {city}, but the dossier above it belongs to a different city",
                city=draft.city,
            ),
            place=draft.kind,
            remedy=text("omit the city"),
        )
    names = {pointer: name for pointer, name in names_in(draft).items() if pointer in ("agreement", "owner")}
    shown = visible(store, actor, names.values())
    wrong = [
        name[1]
        for pointer, name in names.items()
        if name not in shown
        or store.one(*name) is None
        or (pointer == "owner" and not _has_owner(draft.kind))
    ]
    if _is_named_as_of_another_city(desk, actor, draft):
        wrong.append(draft.code)
    if wrong:
        raise InputError(
            coded(
                "programme.belonging.not_for_it",
                "{name!r} does not exist, or cannot be used for what you are creating",
                name=wrong[0],
            ),
            place=draft.kind,
            remedy=text("omit it; a code that begins with a city's code is for dossiers of that city"),
        )


def _has_owner(kind: str) -> bool:
    """Say whether dossiers of a kind are somebody's own."""
    return any(one.kind == kind and one.where == "own" for one in rights())


def _is_named_as_of_another_city(desk: Desk, actor: Actor, draft: Dossier) -> bool:
    """Say whether the code begins with that of another city than the one the actor may begin it for."""
    place = draft.code.partition("-")[0]
    is_everywhere = any(one.place == "all" for one in clauses(actor, draft.kind, CREATE))
    return bool(draft.city) and not is_everywhere and place != draft.city and desk.is_city(place)
