"""Rounds and applications under random persons and steps, held against a dictionary that knows the rules.

The table ``WAY`` is written from what the manual says of a call, not read from the tables of the package.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from people_of import PEOPLE, actor, staffed
from rounds_of import RULES, complete_file
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.programme.people.invitations import FOUNDER

OFFICE, OFFICER, SIGNATORY, PROVINCE = "office", "officer", "signatory", "province"
BOTH = [{"role": role, "scope": "city", "code": "0503"} for role in (OFFICER, SIGNATORY)]
ROLES = {code: [(role, place)] for code, (role, _, place) in PEOPLE.items()}
ROLES["max"] = [(OFFICER, "0503"), (SIGNATORY, "0503")]
PROVINCES = {"0503": "Zuid-Holland", "0599": "Zuid-Holland", "0344": "Utrecht"}

WAY = {
    "round": {
        "change": [(OFFICE, {"draft"}, None, ())],
        "publish": [(OFFICE, {"draft"}, "open", ("create", "change"))],
        "close": [(OFFICE, {"open"}, "closed", ())],
    },
    "application": {
        "change": [(OFFICER, {"draft", "returned"}, None, ())],
        "complete": [(OFFICER, {"draft", "returned"}, "complete", ())],
        "sign": [(SIGNATORY, {"complete"}, "signed", ("complete",))],
        "reopen": [(SIGNATORY, {"complete"}, "draft", ())],
        "take_back": [(SIGNATORY, {"signed"}, "draft", ())],
        "withdraw": [(SIGNATORY, {"signed", "returned", "recommended", "admitted"}, "withdrawn", ())],
        "return": [(PROVINCE, {"signed"}, "returned", ()), (OFFICE, {"recommended"}, "returned", ())],
        "recommend": [(PROVINCE, {"signed"}, "recommended", ())],
        "admit": [(OFFICE, {"recommended"}, "admitted", ())],
    },
}
"""By kind and step: who takes it, in which states, what becomes of it, and whose doers may not."""
TYPED = {"recommend": {"recommendation": "yes", "province_report": "checked"}}
PERSON = st.sampled_from(sorted(ROLES))


@dataclass
class Row:
    """A dossier as the dictionary has it."""

    kind: str
    state: str
    title: str
    city: str = ""
    parent: str = ""
    history: list[tuple[str, str]] = field(default_factory=list)

    def has(self, who, role):
        """Say whether somebody has a role where the dossier is."""
        places = {OFFICE: "", "auditor": "", PROVINCE: PROVINCES.get(self.city)}
        return (role, places.get(role, self.city)) in ROLES[who]

    def is_seen_by(self, who):
        if self.kind == "round":
            return self.state != "draft" or self.has(who, OFFICE) or self.has(who, "auditor")
        if any(self.has(who, role) for role in (OFFICER, SIGNATORY, "auditor")):
            return True
        is_sent = self.state not in ("draft", "complete")
        return is_sent and (self.has(who, OFFICE) or self.has(who, PROVINCE))


class Dossiers(RuleBasedStateMachine):
    """Persons who begin and move rounds and applications, rightly or not."""

    programme = None
    count = 0

    def __init__(self):
        super().__init__()
        self.rows = {}

    def code(self, begin):
        type(self).count += 1
        return f"{begin}{self.count}"

    def tried(self, taken, allowed, refusals):
        """Take a step: it is refused with nothing changed, or allowed and done."""
        before = self.programme.store.head()
        try:
            taken()
        except refusals:
            assert not allowed
            assert self.programme.store.head() == before
            return False
        assert allowed
        return True

    @initialize(officers=st.sampled_from([("carl", "gus"), ("max", "gus")]))
    def a_call_is_open_and_two_cities_apply(self, officers):
        self.begin_round("olga")
        (code,) = self.rows
        self.step("oscar", code, "publish")
        for who, city in zip(officers, ("0503", "0599"), strict=True):
            self.apply(who, city, code)

    @rule(who=PERSON)
    def begin_round(self, who):
        code, content = self.code("R"), {"title": "call", "rules": RULES}
        row = Row("round", "draft", "call", history=[("create", who)])
        begin = self.programme.casework.begin
        may = row.has(who, OFFICE)
        if self.tried(lambda: begin(actor(self.programme, who), "round", code, content), may, ForbiddenError):
            self.rows[code] = row
            self.agree(code)

    @precondition(lambda self: self.open_rounds())
    @rule(who=PERSON, city=st.sampled_from(["0503", "0599"]), data=st.data())
    def begin_application(self, who, city, data):
        self.apply(who, city, data.draw(st.sampled_from(self.open_rounds())))

    def apply(self, who, city, parent):
        if any((row.parent, row.city) == (parent, city) for row in self.rows.values()):
            return
        code = self.code(f"{city}-a")
        row = Row("application", "draft", "town", city, parent, [("create", who)])

        def begin():
            content = complete_file(self.programme, "town")
            self.programme.casework.begin(
                actor(self.programme, who), "application", code, content, city=city, parent=parent
            )

        complete_file(self.programme, "town")  # keeps the files, which are the same each time
        if self.tried(begin, row.has(who, OFFICER), (ForbiddenError, InputError)):
            self.rows[code] = row
            self.agree(code)

    def open_rounds(self):
        return sorted(code for code, row in self.rows.items() if (row.kind, row.state) == ("round", "open"))

    @precondition(lambda self: self.rows)
    @rule(who=PERSON, is_stale=st.sampled_from([False] * 9 + [True]), data=st.data())
    def act(self, who, is_stale, data):
        for _ in range(4):
            self.act_once(who, is_stale, data)

    def act_once(self, who, is_stale, data):
        is_steered = data.draw(st.integers(0, 3).map(bool))  # so that many get far
        kinds = ("application",) if is_steered else tuple(WAY)
        code = data.draw(
            st.sampled_from(sorted(code for code, row in self.rows.items() if row.kind in kinds))
        )
        row = self.rows[code]
        action = data.draw(st.sampled_from(sorted(WAY[row.kind])))
        if is_steered:
            back = ("change", "reopen", "take_back")
            onward = {name: of for name, of in WAY[row.kind].items() if name not in back}
            fit = [
                (name, person)
                for name, of in onward.items()
                for role, states, *_ in of
                for person in sorted(ROLES)
                if row.state in states and row.has(person, role)
            ]
            action, who = data.draw(st.sampled_from(fit or [(action, who)]))
        self.step(who, code, action, is_stale=is_stale)

    def step(self, who, code, action, *, is_stale=False):
        row = self.rows[code]
        ways = [one for one in WAY[row.kind][action] if row.has(who, one[0]) and row.state in one[1]]
        doers = [by for step, by in row.history if ways and step in ways[0][3]]
        allowed = bool(ways) and row.is_seen_by(who) and not is_stale and who not in doers
        if allowed and row.parent and self.rows[row.parent].state != "open":
            return  # what is asked once a call is closed is another test's
        title = f"title {len(row.history)}"
        returns = [step for step, _ in [*row.history, (action, who)] if step == "return"]
        typed = TYPED | {"change": {"title": title}, "return": {"requests": ["more"] * len(returns)}}
        changes = typed.get(action, {})
        version = len(row.history) - is_stale
        refusals = (ForbiddenError, ConflictError) if row.is_seen_by(who) else NotFoundError

        def taken():
            self.programme.casework.act(
                actor(self.programme, who), row.kind, code, action, changes, version=version
            )

        if self.tried(taken, allowed, refusals):
            row.state = ways[0][2] or row.state
            row.title = changes.get("title", row.title)
            row.history.append((action, who))
            self.agree(code)

    def agree(self, code):
        """Hold a dossier, its history, and what everybody sees of it against the dictionary."""
        row, dossiers = self.rows[code], self.programme.store.dossiers
        stored, history = dossiers.one(row.kind, code), dossiers.history(row.kind, code)
        expected = (row.state, len(row.history), row.title, row.city)
        assert (stored.state, stored.version, stored.content["title"], stored.city) == expected
        assert [(one.action, one.recorded_by) for one in history] == row.history
        for who in ROLES:
            try:
                self.programme.casework.opened(actor(self.programme, who), row.kind, code)
            except NotFoundError:
                assert not row.is_seen_by(who), who
            else:
                assert row.is_seen_by(who), who


@pytest.mark.parametrize(
    "examples", [8, pytest.param(60, marks=pytest.mark.long), pytest.param(400, marks=pytest.mark.release)]
)
def test_dossiers_are_as_a_dictionary_that_knows_the_rules_has_them(examples):
    with staffed() as programme:
        programme.people.invite(FOUNDER, "max", {"display": "Max", "grants": BOTH})
        machine = type("Machine", (Dossiers,), {"programme": programme})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples, stateful_step_count=30, deadline=None, database=None,
                derandomize=examples < 100, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
        assert programme.store.verify().seq
