"""One fact, one figure: what pages, documents, commands and the API say of a thing is the same everywhere."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from litestar.testing import TestClient

from urbium import programme as programmes
from urbium.cli import main
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

pytestmark = pytest.mark.long

CITY = "110000"

FACES = {
    "home page": "/",
    "plan page": "/plan",
    "plan's places": "/plan/where-and-when",
    "plan's staff": "/plan/staff",
    "plan's risks": "/plan/risks",
    "plan's proof": "/plan/proof",
    "ranking page": "/cities",
    "city page": f"/cities/{CITY}",
    "people of a city": f"/cities/{CITY}/people",
    "figures of a city": f"/cities/{CITY}/figures",
    "data page": "/data",
    "progress page": "/track",
    "API plan": "/api/plan",
    "API scores": "/api/scores",
    "API talent": "/api/talent",
    "brief": "/api/documents/brief/md",
    "city document": f"/api/documents/city/md?about={CITY}",
    "design": f"/api/documents/design/md?about={CITY}",
    "talent command": ("talent",),
    "appraise command": ("appraise",),
    "track command": ("track",),
    "explain command": ("explain", CITY),
}
"""A face by its name: the address of a page or answer, or the arguments of a command."""

HELD = r"80% bands (up to \d+ years ahead contained the outcome in \d+ to \d+ of 10 cases)"
COUNTED = r"\(running\): (the plan counts [\d,]+ posts\. .* as in the source would take [\d,]+)\."
FACTS = {
    "projects planned": {
        "home page": r"([\d,]+) projects of \d+ kinds",
        "plan page": r"Projects: ([\d,]+); cities: \d+",
        "brief": r"([\d,]+) projects of \d+ kinds",
        "API plan": r"Plan of ([\d,]+) projects",
        "API talent": r"People for the plan\'s projects, [\d-]+ \(projects: ([\d,]+);",
        "talent command": r"People for the plan\'s projects, [\d-]+ \(projects: ([\d,]+);",
        "appraise command": r"Appraisal of ([\d,]+) projects",
    },
    "cost to build them": {
        "home page": r"CNY ([\d.]+ billion) to build",
        "plan page": r"CNY ([\d.]+ billion) to build",
        "plan's places": r"Cost to build: CNY ([\d.]+ billion)",
        "brief": r"Cost to build: CNY ([\d.]+ billion)",
    },
    "share of the possible improvement": {
        "plan page": r"([\d.]+%) of the possible improvement",
        "plan's proof": r"([\d.]+%) of the possible improvement",
        "brief": r"In short .*?([\d.]+%) of the possible improvement.*? Decisions needed",
    },
    "proven gap": {
        "plan page": r"([\d.]+)% gap proven by the solver",
        "plan's proof": r"can exceed this plan's gain .+? by more than ([\d.]+)%",
        "brief": r"can exceed this plan's gain .+? by more than ([\d.]+)%",
        "API plan": r"proven (?:to be )?within ([\d.]+)%",
    },
    "cities without enough data": {
        "ranking page": r"(\d+) cities do not have enough data",
        "API scores": r"\((\d+) without enough data\)",
    },
    "most people needed, and when": {
        "plan's staff": r"Staffing peaks in (\d{4}: [\d,]+) full-time posts",
        "API talent": r"Staffing peaks in (\d{4}: [\d,]+) full-time posts",
        "talent command": r"Staffing peaks in (\d{4}: [\d,]+) full-time posts",
        "brief": r"Staffing peaks in (\d{4}: [\d,]+) full-time posts",
    },
    "posts of a centre that the money pays, and that its source counts": {
        "plan's staff": COUNTED,
        "API talent": COUNTED,
        "talent command": COUNTED,
        "brief": COUNTED,
    },
    "most people whom the plan limits": {
        "plan's staff": r"demand for them peaks in \d{4}, at ([\d,]+) full-time posts",
        "brief": r"demand for them peaks in \d{4}, at ([\d,]+) full-time posts",
        "API talent": r"Of these, ([\d,]+) are",
        "talent command": r"Of these, ([\d,]+) are",
    },
    "standards missed": {
        "home page": r"Standard not met by its deadline \(.+?\): ([\d,]+) cases",
        "plan page": r"Standard not met by its deadline \(.+?\): ([\d,]+) cases",
        "brief": r"Standard not met by its deadline \(.+?\): ([\d,]+) cases",
    },
    "score of the city": {
        "city page": r"scores ([\d.]+) out of 100",
        "city document": r"scores ([\d.]+) out of 100",
        "design": r"scores ([\d.]+) out of 100",
    },
    "rank of the city": {
        "city page": r"ranks (\d+ of \d+) cities",
        "city document": r"ranks (\d+ of \d+) cities",
        "design": r"ranks (\d+ of \d+) cities",
        "explain command": r"rank (\d+ of \d+) scored cities",
    },
    "how often bands held": {
        "people of a city": HELD,
        "city document": HELD,
        "design": HELD,
    },
    "grade of a figure of which the source says none": {
        "figures of a city": r"(not graded) \(source states no quality\)",
        "design": r"(not graded) \(source states no quality\)",
        "data page": r"treated as '(.+?)'",
    },
    "targets that cannot be judged": {
        "progress page": r"none of the (\d+) targets can be judged yet",
        "track command": r"none of the (\d+) remaining targets can be judged yet",
    },
}
"""What is said where: the pattern that draws the figure from each face that says it."""


@pytest.fixture(scope="module")
def client(demo):
    app = create_app(demo, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1") as visitor:
        yield visitor


@pytest.fixture(scope="module")
def read(client, demo, demo_file):
    """Return what reads a face as plain text, each once."""
    texts = {}

    def of_command(arguments, capsys):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", "300")
            patch.setattr(programmes, "open_programme", lambda *_args, **_more: nullcontext(demo))
            with pytest.raises(SystemExit, match="0"):
                main([*arguments, "-d", str(demo_file)])
        return capsys.readouterr().out

    def face(name, capsys):
        if name not in texts:
            where = FACES[name]
            text = client.get(where).text if isinstance(where, str) else of_command(where, capsys)
            text = re.sub(r"<(script|style|svg).*?</\1>", "", text, flags=re.DOTALL)
            texts[name] = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))
        return texts[name]

    return face


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_has_one_figure_on_every_face_that_says_it(read, capsys, fact):
    drawn = {name: re.findall(pattern, read(name, capsys)) for name, pattern in FACTS[fact].items()}

    assert all(drawn.values()), {name for name, figures in drawn.items() if not figures}
    assert len({figures[0] for figures in drawn.values()}) == 1, drawn
