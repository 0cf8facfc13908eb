"""A call with complete applications, for the tests of rounds, applications and reviews."""

from typing import Any

import msgspec

from people_of import actor
from urbium.pilot.attachments import checked_attachment
from urbium.programme import Programme

PDF = b"%PDF-1.7\nthe outline\n%%EOF\n"
FORM = {
    "body": "Council", "level": "town", "people": 100_000, "leader": "The mayor", "in_plan": True,
    "plan_name": "Thirteenth plan", "outline_finished": True, "funding_channel": "budget", "begins": 2026,
    "creation_years": 3, "platform": True, "base_database": True,
}  # fmt: skip
"""Answers to the form of the reference set of rules."""
PROJECT = {
    "code": "P1", "title": "Water meters", "size": 1000.0, "unit": "meters", "cost": 5e6,
    "sources": {"CITY": 3e6, "PRIVATE": 2e6}, "private": 2e6, "revenue": "fees", "starts": 2026, "ends": 2028,
    "land": "yes", "clearances": "yes",
}  # fmt: skip
DOCUMENTS = ("outline", "plan", "financing")
RULES = "china-2012"
CRITERIA = ("outline", "plan", "financing", "organisation")


def called(programme: Programme, code: str, **more: Any) -> str:
    """Publish a call and return its code: prepared by Olga, published by Oscar."""
    content = {"title": code, "rules": RULES} | more
    programme.casework.begin(actor(programme, "olga"), "round", code, content)
    programme.casework.act(actor(programme, "oscar"), "round", code, "publish", version=1)
    return code


def complete_file(programme: Programme, title: str, **more: Any) -> dict[str, Any]:
    """Return the content of an application that lacks nothing; its file is kept in the store."""
    programme.store.dossiers.keep_attachment(PDF, "application/pdf", by="test", reason="a file")
    files = [msgspec.to_builtins(checked_attachment("file.pdf", PDF, document)) for document in DOCUMENTS]
    return {"title": title, "answers": FORM, "projects": [PROJECT], "attachments": files} | more


class Way:
    """An application that is moved on by whoever is named, from version to version."""

    def __init__(
        self, programme: Programme, round_: str, code: str, content: dict[str, Any], *,
        city: str = "0503", who: str = "carl",
    ) -> None:  # fmt: skip
        self.programme, self.code = programme, code
        programme.casework.begin(
            actor(programme, who), "application", code, content, city=city, parent=round_
        )
        self.version = 1

    def act(self, who: str, action: str, **changes: Any) -> Any:
        sight = self.programme.casework.act(
            actor(self.programme, who), "application", self.code, action, changes, version=self.version
        )
        self.version = sight.dossier.version
        return sight

    def admitted(self, officer: str = "carl", signatory: str = "sven", province: str = "pia") -> "Way":
        self.act(officer, "complete")
        self.act(signatory, "sign")
        self.act(province, "recommend", recommendation="yes", province_report="checked")
        self.act("olga", "admit")
        return self


def reviewed(programme: Programme, code: str, expert: str, score: float, remark: str = "") -> None:
    """Accept a review, score every criterion the same, and hand it in."""
    cases, who = programme.casework, actor(programme, expert)
    version = cases.act(who, "review", code, "accept", version=1).dossier.version
    scores = dict.fromkeys(CRITERIA, score)
    cases.act(who, "review", code, "change", {"scores": scores, "to_applicant": remark}, version=version)
    cases.act(who, "review", code, "hand_in", version=version + 1)


def moved(programme: Programme, who: str, round_: str, action: str, **changes: Any) -> Any:
    """Take a step with a round."""
    reader = actor(programme, who)
    version = programme.casework.opened(reader, "round", round_).dossier.version
    return programme.casework.act(reader, "round", round_, action, changes, version=version)
