"""Memory stays under 512 MB and time under seconds whatever is sent: files made to fill a reader."""

import json
import resource
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import malformed

HERE = Path(__file__).parent
ROOM = 8 << 30
"""Bytes of address space that the child may have: what goes beyond ends the child, not the machine."""

LONG = "city_code,variable,period,value,source_id\n"


def with_shared_text(bytes_of_text, cells, columns=10):
    """A workbook whose cells all name one text."""
    rows = "".join(
        f'<row r="{r}">'
        + "".join(f'<c r="{malformed.letters(c)}{r}" t="s"><v>0</v></c>' for c in range(columns))
        + "</row>"
        for r in range(1, cells // columns + 1)
    )
    members = malformed.parts(malformed.sheet_xml(rows))
    strings = f"{malformed.XML}<sst {malformed.MAIN}><si><t>{'x' * bytes_of_text}</t></si></sst>"
    links = "xl/_rels/workbook.xml.rels"
    link = f'<Relationship Id="rId99" Type="{malformed.OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    members[links] = members[links].replace("</Relationships>", f"{link}</Relationships>")
    return malformed.packed({**members, "xl/sharedStrings.xml": strings})


def of_percents(cells):
    styles = (
        f'{malformed.XML}<styleSheet {malformed.MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs>'
        "</styleSheet>"
    )
    rows = "".join(f'<row r="{r}"><c s="1"><v>0.5</v></c></row>' for r in range(1, cells + 1))
    members = malformed.parts(malformed.sheet_xml(rows))
    links = "xl/_rels/workbook.xml.rels"
    link = f'<Relationship Id="rId98" Type="{malformed.OFFICE}/styles" Target="styles.xml"/>'
    members[links] = members[links].replace("</Relationships>", f"{link}</Relationships>")
    return malformed.packed({**members, "xl/styles.xml": styles})


FILES = {
    "shared-5kB.xlsx": lambda: with_shared_text(900_000, 1_000),
    "shared-13kB.xlsx": lambda: with_shared_text(900_000, 6_000),
    "shared-middle.xlsx": lambda: with_shared_text(20, 1_500_000),
    "percents.xlsx": lambda: of_percents(900_000),
    "blank-9MB.csv": lambda: f"{LONG}340100,hospitals,2012,1,ccsy\n" + "\n" * 9_000_000,
    "blank-1MB.csv": lambda: LONG + "\n" * 700_000,
    "commas-60MB.csv": lambda: ("," * 1_999 + "\n") * 30_000,
    "units-60000.csv": lambda: (
        "city_code,variable,period,value,unit,source_id\n"
        + "".join(f"340100,hospitals,2012,1,unit{i},ccsy\n" for i in range(60_000))
    ),
    "wrong-45000.csv": lambda: LONG + "340100,hospitals,2012,x,ccsy\n" * 45_000,
    "figures-250000.csv": lambda: LONG + "340100,hospitals,2012,1,ccsy\n" * 250_000,
    "unknown-190000.csv": lambda: LONG + "".join(f"X{i},v{i},{i},1,s{i}\n" for i in range(190_000)),
}


QUICK = {"shared-5kB.xlsx", "blank-9MB.csv", "wrong-45000.csv"}
"""One of each way to fill a reader; the others take long."""


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """Return what reads a file in a process of its own, once."""

    @cache
    def read(name):
        folder = tmp_path_factory.mktemp("one")
        (folder / "files").mkdir()
        content = FILES[name]()
        (folder / "files" / name).write_bytes(content.encode() if isinstance(content, str) else content)
        done = subprocess.run(
            [sys.executable, str(HERE / "reader_process.py"), str(folder / "files"), str(folder / "p.db")],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM)),
        )
        assert done.returncode == 0, (name, done.stderr[-2000:])
        return json.loads(done.stdout)["files"][name]

    return read


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.long) for name in FILES]
)
def test_a_file_made_to_fill_a_reader_is_refused_within_512_megabytes(answer, name):
    refusal = answer(name)
    assert (refusal["kind"], refusal["has_remedy"]) == ("InputError", True), refusal["text"][:300]
    assert refusal["peak_megabytes"] < 512
    assert refusal["processor_seconds"] < 20
    assert len(refusal["text"].splitlines()) < 30


def test_wrong_cells_beyond_the_list_are_counted_and_the_first_are_named(answer):
    assert "first at D2, D3, D4" in answer("wrong-45000.csv")["text"]
