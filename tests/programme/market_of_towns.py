"""A market of two made-up towns: a plan in which the bank pays the centre of Bourne, and an agreement."""

from urbium.model import City
from urbium.model.dossiers import Dossier
from urbium.plan import Settings
from urbium.programme import Programme, new
from urbium.programme.people.invitations import FOUNDER

CITY, AGREEMENT, PROJECT = "B", "deal", "B:IOC"
PEOPLE = {
    "office": ("office", "all", ""),
    "city": ("officer", "city", CITY),
    "other": ("officer", "city", "A"),
    "partner": ("partner", "agreement", AGREEMENT),
}
MANDATE = {
    "title": "A fund (made up)",
    "country": "NLD",
    "currency": "GBP",
    "ticket_least": 1.0,
    "ticket_most": 90.0,
    "budget": 200.0,
    "sectors": ["IOC"],
}


def trial(towns, url: str = ":memory:") -> Programme:
    """Return a programme of the two towns, with one person a role."""
    programme = new(url, nation="GBR", currency="GBP", name="Trial")
    programme.register(
        cities=[
            City(code, {"en": name}, "municipality", province={"en": "Avon"})
            for code, name in (("A", "Aston"), ("B", "Bourne"))
        ],
        by="test",
        reason="towns",
    )
    for code, (role, scope, where) in PEOPLE.items():
        grant = {"role": role, "scope": scope, "code": where}
        programme.people.invite(FOUNDER, code, {"display": code, "grants": [grant]})
    road = towns.towns_roadmap(with_people=False)
    road = road.replace(settings=Settings(price_year="2020", currency="GBP"))
    plan = towns.towns_plan(with_people=False, roadmap=road)
    programme.adopt(plan, by="test", reason="a plan", accept_unproven=True)
    deal = Dossier(kind="agreement", code=AGREEMENT, state="signed", content={"title": "Deal"})
    programme.store.dossiers.record([deal], by="test", what="agreement: record", reason="a deal")
    return programme


def act(programme, who, kind, code, action, **changes):
    """Take a step with the newest version of a dossier."""
    actor = programme.people.named(who)
    version = programme.store.dossiers.one(kind, code).version
    return programme.casework.act(actor, kind, code, action, changes, version=version)
