"""Cards: dossiers as lists and pages name them, and what their reader can see and begin."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from urbium.access import Actor, clauses
from urbium.model.dossiers import Dossier
from urbium.pilot.steps import CREATE
from urbium.programme import Programme
from urbium.programme.cases.kinds import KINDS, Kind
from urbium.programme.cases.sight import Seen, stands
from urbium.programme.people.people import signed
from urbium.text import text

BEGUN_BY_ITSELF: Final = frozenset(
    {"account", "adoption", "comment", "setting_change", "submission", "visit"}
)
"""Kinds that no form of the desk begins: accounts are invited, comments written where they belong, figures
and changes of settings sent from their own page, looks are logged when a file is opened, results are proposed
where they are."""

PARENT_STATES: Final = {
    "application": ("open",),
    "data_request": ("published", "shared"),
    "review": ("admitted",),
    "taskbook": ("selected",),
    "report": ("in_force",),
    "grade": ("in_force", "closed"),
}
"""In which states of its parent something is begun, as the form proposes it."""


@dataclass(frozen=True, slots=True)
class Card:
    """A dossier in a list; ``changed`` is the day on which it was last changed, by the programme's clock."""

    sight: Seen
    title: str
    kind: Kind
    state: str
    city: str = ""
    changed: date | None = None

    @property
    def code(self) -> str:
        """Its code."""
        return self.sight.dossier.code

    @property
    def address(self) -> str:
        """Where its page is; that of a comment is the page that it is on."""
        of = self.sight.dossier
        if self.kind.name == "comment" and of.parent:
            return f"/desk/{KINDS[of.parent_kind].plural}/{of.parent}#comments"
        if self.kind.name == "comment" and of.content["about"]:
            return f"/cities/{of.city}/explain/{of.content['about']}#comments"
        return f"/desk/{self.kind.plural}/{self.sight.dossier.code}"

    @property
    def public_address(self) -> str:
        """Where its page is for everybody."""
        return f"/programme/{self.kind.plural}/{self.sight.dossier.code}"


def card_of(office: Programme, sight: Seen) -> Card:
    """Return a dossier as lists show it: its title, and its state in the words that its reader is told."""
    dossier = sight.dossier
    content = dossier.content
    title = str(content.get("title") or dossier.code)
    if content.get("display"):
        title = signed(str(content["display"]), str(content.get("account", dossier.code)))
    city = office.register.names().get(dossier.city, dossier.city) if dossier.city else ""
    if dossier.kind == "review":
        of = office.casework.title_above(sight) or city or dossier.code
        who = office.people.display(dossier.owner)
        title = text("{title} · {who}", title=of, who=who) if dossier.owner else of
    said = stands(dossier, sight.circles, office.settings.today())
    at = dossier.recorded_at
    changed = at and at.astimezone(office.settings.zone()).date()
    return Card(sight, title, KINDS[dossier.kind], said, city, changed)


def beginnable(actor: Actor) -> list[Kind]:
    """Return the kinds that an actor can begin."""
    return [
        kind
        for kind in KINDS.values()
        if kind.name not in BEGUN_BY_ITSELF and clauses(actor, kind.name, CREATE)
    ]


def may_begin_below(actor: Actor, kind: Kind, above: Dossier) -> bool:
    """Say whether an actor may begin a dossier of a kind that takes its city from the one it hangs on."""
    draft = Dossier(
        kind=kind.name, code="", state="", content={}, city=above.city, province=above.province,
        round=above.round, agreement=above.agreement, owner=actor.account,
    )  # fmt: skip
    return not above.city or any(one.holds(draft) for one in clauses(actor, kind.name, CREATE))


def beginnable_below(actor: Actor, row: Kind, sight: Seen) -> list[Kind]:
    """Return what the reader can begin that hangs on a dossier in its state."""
    return [
        kind
        for kind in beginnable(actor)
        if row.name in kind.parents
        and sight.dossier.state in PARENT_STATES.get(kind.name, ())
        and may_begin_below(actor, kind, sight.dossier)
    ]


def visible(actor: Actor) -> list[Kind]:
    """Return the kinds of which an actor may see some."""
    return [kind for kind in KINDS.values() if clauses(actor, kind.name, "read")]
