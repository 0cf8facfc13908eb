"""Four eyes: who may not take a step because of who took an earlier one.

An account and whoever was shown the secret by which its password was set count as one person: who has seen
the secret could choose the password, and act in the name of the account.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from urbium.access import Clause
from urbium.errors import ForbiddenError
from urbium.model.dossiers import Dossier
from urbium.pilot.steps import Step
from urbium.store import DossierStore
from urbium.text import Text, coded, text

_EVERY_DOSSIER: Final = (Clause(frozenset(), "all", "", frozenset()),)


def prepared(store: DossierStore, taken: Step, dossier: Dossier) -> list[Dossier]:
    """Return the versions whose doers may not take a step: of the dossier, its round, or what is below it."""
    versions: list[Dossier] = []
    for name in taken.not_by:
        kind, _, action = name.rpartition(".")
        if kind in ("", "round"):
            code = dossier.round if kind else dossier.code
            history = store.history(kind or dossier.kind, code)
        else:
            where = {"round" if dossier.kind == "round" else "parent": dossier.code}
            codes = [below.code for below in store.listed(kind, _EVERY_DOSSIER, where=where)]
            history = [version for below in store.histories(kind, codes).values() for version in below]
        versions += [version for version in history if version.action == action]
    return versions


def preparing(store: DossierStore, account: str, versions: Iterable[Dossier]) -> Dossier | None:
    """Return the first of some versions that an account could have stored; None for none.

    Parameters
    ----------
    store : where accounts are kept
    account : who is to take a step
    versions : as :func:`prepared` returns them
    """
    persons = _persons(store, account)
    return next(
        (
            version
            for version in versions
            if not persons.isdisjoint(_persons(store, version.recorded_by, version.recorded_at))
        ),
        None,
    )


def check_four_eyes(store: DossierStore, taken: Step, account: str, dossier: Dossier) -> None:
    """Raise ForbiddenError where somebody else than an account must take a step; see :func:`preparing`."""
    version = preparing(store, account, prepared(store, taken, dossier))
    if version is None:
        return
    doer = version.recorded_by
    remedy: Text
    if doer == account:
        message = coded(
            "pilot.step.four_eyes",
            "someone other than the person who prepared it must take this step: {action}",
            action=taken.title,
        )
        remedy = text("ask a second person in the same role")
    else:
        both = _persons(store, account) & _persons(store, doer, version.recorded_at)
        message = (
            coded(
                "programme.four_eyes.invited",
                "because you were shown the invitation for {doer}, who prepared this, you could "
                "have acted as {doer}: {action} requires someone else",
                doer=doer,
                action=taken.title,
            )
            if account in both
            else coded(
                "programme.four_eyes.one_person",
                "{person} could have acted both as {doer}, who prepared this, and as {account}: "
                "{action} requires someone else",
                person=min(both),
                doer=doer,
                account=account,
                action=taken.title,
            )
        )
        remedy = text(
            "ask another person in the same role; an account is exempt for steps taken after it "
            "accepted an invitation that went only to the person concerned, by letter or from this "
            "machine's operator"
        )
    raise ForbiddenError(message, place=f"{version.kind} {version.code}", remedy=remedy)


def check_begun(store: DossierStore, taken: Step, account: str) -> None:
    """Raise ForbiddenError where a step that needs a second person is to be taken by one who never began."""
    stored = store.one("account", account) if taken.not_by else None
    if stored is not None and stored.state == "invited":
        raise ForbiddenError(
            coded(
                "programme.four_eyes.not_begun",
                "{action} requires a second person, and {account} counts as one only after "
                "accepting the invitation",
                account=account,
                action=taken.title,
            ),
            place=f"{taken.kind}: {taken.action}",
            remedy=text(
                "have the person choose a password first; to print a new invitation, run urbium "
                "account invite {account} --again",
                account=account,
            ),
        )


def _persons(store: DossierStore, account: str, at: datetime | None = None) -> frozenset[str]:
    """Return who could have acted as an account at an instant, now when it is left out."""
    stored = store.one("account", account, as_known_on=at)
    shown_to = "" if stored is None else str(stored.content.get("shown_to", ""))
    return frozenset({account, shown_to} - {""})
