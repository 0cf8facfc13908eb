"""What the README, SECURITY and the manual claim is held: by a test, a program or a person.

``claims.csv`` names the page, the words as they stand there, and what holds them. A sentence that nothing
could hold is made softer instead. Figures that no other test has are held below.
"""

import csv
import re
from pathlib import Path

import polars as pl
import pytest

from urbium import errors
from urbium.programme.platform import exchange, problem_reports
from urbium.store.context import past
from urbium.store.queues.leases import PATIENCE
from urbium.web import app
from urbium.web.api import ngsi_ld, ngsi_ld_request
from urbium.web.server import kept_answers, sessions

ROOT = Path(__file__).resolve().parents[2]
with (Path(__file__).parent / "claims.csv").open(encoding="utf-8", newline="") as lines:
    CLAIMS = list(csv.DictReader(lines))
STRONG = re.compile(r"\b(never|always|nothing|no other|none|every|each|only|at most)\b|\d", re.IGNORECASE)
NO_CLAIM = re.compile(
    r"https?://\S+|\]\([^)]*\)|`[^`]*`|\d+ \|?$|PORT=\S+|Python 3\.11|in `deploy/`|Apache-2\.0|2016-2020|2035"
    r"|each of them does|each reader|every city owes"  # of whom a list speaks, and no claim
)


def page(name: str) -> str:
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


@pytest.mark.parametrize("name", sorted({claim["page"] for claim in CLAIMS}))
def test_the_words_of_every_claim_stand_on_their_page(name):
    text = page(name)
    assert [one["words"] for one in CLAIMS if one["page"] == name and one["words"] not in text] == []


def test_what_holds_a_claim_exists():
    for claim in CLAIMS:
        held = claim["held_by"]
        if held.startswith("by hand: "):
            continue
        if held.startswith("program: "):
            assert all((ROOT / name).is_file() for name in re.findall(r"bench/\w+\.\w+", held)), claim
            continue
        for test in held.split():
            path, _, name = test.partition("::")
            code = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"^def {name}\(", code, re.MULTILINE), test


def sentences(name: str) -> list[str]:
    """Return what a page says in words: no code, headings, tables or pictures."""
    text = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines = [line for line in text.splitlines() if not line.startswith(("|", "#", "!"))]
    text = " ".join(" ".join(lines).split())
    return [one for one in re.split(r"(?<=[.;:]) |(?<=\.\*\*) ", text) if one]


def test_no_sentence_of_the_readme_is_strong_and_not_held():
    held = [one["words"].casefold() for one in CLAIMS if one["page"] == "README.md"]
    said = [one.casefold() for one in sentences("README.md") if STRONG.search(NO_CLAIM.sub("", one))]
    assert [
        one
        for one in said
        if not any(one.strip("-*.;: ") in words or words in one for words in held)
    ] == []  # fmt: skip


def test_few_claims_are_held_by_hand():
    """A claim that a machine could hold is not left to somebody's word."""
    by_hand = [one["words"] for one in CLAIMS if one["held_by"].startswith("by hand")]
    assert len(by_hand) <= 4, by_hand


def test_every_paragraph_of_what_is_defended_has_a_claim_that_is_held():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## What is not yet there")[0]
    paragraphs = [" ".join(one.split()) for one in text.split("\n- ")[1:]]
    words = [one["words"] for one in CLAIMS if one["page"] == "SECURITY.md"]
    assert len(paragraphs) > 18
    assert [one[:60] for one in paragraphs if not any(claim in one for claim in words)] == []


def test_the_readme_fits_and_says_the_same_figures_in_both_languages():
    english, chinese = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
    )
    assert len(english.splitlines()) <= 120
    for figure in ("286", "41", "33", "37,537", "701", "4,410", "362%", "56", "23", "32"):
        assert figure in english, figure
        assert figure in chinese, figure


def test_two_columns_of_the_demo_are_wrong_and_one_rate_of_waste_is_362_per_cent(demo):
    suspect = demo.store.observations().filter(pl.col("status") == "suspect")
    columns = suspect["variable"].value_counts().filter(pl.col("count") > 1_000)

    assert columns.height == 2
    assert suspect.filter(pl.col("variable") == "waste_treatment_rate")["value"].max() == 362


@pytest.mark.long
def test_beds_and_doctors_alone_have_a_known_capacity_in_the_demo(demo):
    known = demo.forecast("pressure", to=2035).table.filter(pl.col("capacity").is_not_null())
    assert set(known["service"]) == {"hospital_beds", "doctors"}


def test_the_exit_codes_of_the_readme_are_those_of_the_errors():
    said = {
        "InputError": 2, "NotFoundError": 3, "ConflictError": 4, "ForbiddenError": 5, "InfeasibleError": 6,
        "UnavailableError": 7, "NoSpaceError": 8,
    }  # fmt: skip
    assert {name: getattr(errors, name).exit_code for name in said} == said


def test_limits_are_those_that_are_said():
    assert (app._MOST_ATTEMPTS, app._MOST_ATTEMPTS * sessions._TOGETHER) == (30, 300)
    assert app._MOST_ARRIVALS == 1_200
    assert (ngsi_ld_request._PER_SECOND, ngsi_ld_request._BURST) == (1_000, 2_000)
    assert (ngsi_ld._MOST_AT_ONCE, ngsi_ld_request._LARGEST) == (5_000, 8_000_000)
    assert kept_answers._ROOM == 64_000_000
    assert (kept_answers._WAITING["page"], kept_answers._WAITING["file"], kept_answers._AGAIN) == (100, 4, 5)
    assert (app._MOST_REPORTS, problem_reports._A_DAY) == (20, 300)
    assert past._LEAST_PACKED == 8
    assert exchange.LARGEST == 50 * 1024 * 1024
    letter = PATIENCE["letter"]
    hours = sum(letter.wait(tried) for tried in range(1, letter.attempts)) / 3_600_000_000
    assert letter.attempts == 8
    assert 29 < hours < 31


@pytest.mark.parametrize(
    ("module", "secret", "bits"),
    [
        ("programme/platform/problem_reports.py", "secrets.token_urlsafe(18)", 144),
        ("programme/people/people.py", "secrets.token_urlsafe(32)", 256),
        ("programme/platform/feeds.py", "secrets.token_urlsafe(32)", 256),
        ("programme/platform/exchange.py", "secrets.token_urlsafe(32)", 256),
    ],
)
def test_secrets_are_as_long_as_is_said(module, secret, bits):
    assert secret in (ROOT / "src/urbium" / module).read_text(encoding="utf-8")
    assert int(re.search(r"\d+", secret)[0]) * 8 == bits


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "bootstrap.lock"])
def test_every_locked_package_has_its_digests(name):
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text(encoding="utf-8"))
    locked = [one for one in blocks if "==" in one]
    assert locked
    assert [one.partition("\n")[0] for one in locked if "--hash=sha256:" not in one] == []


def test_on_a_clean_machine_a_skipped_test_is_a_failure():
    assert "export CI=true" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    ends = (ROOT / "tests/conftest.py").read_text(encoding="utf-8")
    assert re.search(r'os\.environ\.get\("CI"\).*stats\.get\("skipped"\):\n\s+session\.exitstatus = ', ends)
