"""CAP: alerts against the rules of the standard, retyped from OASIS CAP 1.2 (2010), sections 3.2.1 to 3.2.4.

No copy of its schema comes along; the table below has the order of the elements, which of them must be there,
and the words that each may hold.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.platform.cap import NAMESPACE, CapAlert, atom, cap

INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[-+]\d{2}:\d{2}$")
ALERT = (
    ("identifier", True, r"[^\s,<&]+"), ("sender", True, r"[^\s,<&]+"), ("sent", True, INSTANT.pattern),
    ("status", True, "Actual|Exercise|System|Test|Draft"), ("msgType", True, "Alert|Update|Cancel|Ack|Error"),
    ("source", False, ".*"), ("scope", True, "Public|Restricted|Private"), ("restriction", False, ".*"),
    ("addresses", False, ".*"), ("code", False, ".*"), ("note", False, ".*"),
    ("references", False, r"[^\s,]+,[^\s,]+,\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[-+]\d{2}:\d{2}"),
    ("incidents", False, ".*"), ("info", False, ".*"),
)  # fmt: skip
INFO = (
    ("language", False, "[a-zA-Z-]+"),
    ("category", True, "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other"),
    ("event", True, ".+"), ("responseType", False, ".*"),
    ("urgency", True, "Immediate|Expected|Future|Past|Unknown"),
    ("severity", True, "Extreme|Severe|Moderate|Minor|Unknown"),
    ("certainty", True, "Observed|Likely|Possible|Unlikely|Unknown"), ("audience", False, ".*"),
    ("headline", False, r"(?s).{1,160}"), ("description", False, "(?s).*"), ("instruction", False, "(?s).*"),
    ("area", False, "(?s).*"),
)  # fmt: skip
AREA = (
    ("areaDesc", True, "(?s).+"),
    ("polygon", False, ".*"),
    ("circle", False, r"-?[\d.]+,-?[\d.]+ [\d.]+"),
)


def faults(element, table):
    """Return what of an element is not as the table of the standard has it."""
    names = [part.tag.removeprefix(f"{{{NAMESPACE}}}") for part in element]
    order = [name for name, _, _ in table]
    wrong = [name for name in names if name not in order]
    wrong += [name for name, is_needed, _ in table if is_needed and names.count(name) != 1]
    places = [order.index(name) for name in names if name in order]
    wrong += ["order"] if places != sorted(places) else []
    for part, name in zip(element, names, strict=True):
        words = next((words for other, _, words in table if other == name), ".*")
        if not len(part) and not re.fullmatch(words, part.text or ""):
            wrong.append(f"{name}: {part.text!r}")
    return wrong


def whole(content):
    top = ET.fromstring(content)
    assert top.tag == f"{{{NAMESPACE}}}alert"
    found = faults(top, ALERT)
    for info in top.findall(f"{{{NAMESPACE}}}info"):
        found += faults(info, INFO)
        for area in info.findall(f"{{{NAMESPACE}}}area"):
            found += faults(area, AREA)
    return found


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=300)


@settings(deadline=None, max_examples=tries(40), derandomize=True)
@given(WORDS, WORDS, WORDS, st.sampled_from(["Alert", "Cancel"]), st.integers(-12, 12))
def test_every_alert_is_as_the_standard_has_it(headline, description, area, kind, hours):
    sent = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=hours)))
    references = "urbium.example,a-1,2026-02-01T00:00:00-00:00" if kind == "Cancel" else ""
    alert = CapAlert(
        "a-1", sent, kind, "event", headline, description, area, references=references, place=(52.0, 4.4)
    )
    assert whole(cap(alert, sender="urbium.example")) == []


def test_the_rules_notice_what_is_wrong():
    alert = CapAlert("a 1", datetime(2026, 3, 1, tzinfo=UTC), "Alarm", "", "", "", "")
    assert set(whole(cap(alert, sender="x"))) >= {
        "identifier: 'a 1'",
        "msgType: 'Alarm'",
        "event",
        "areaDesc",
    }


def test_the_list_of_alerts_leads_to_each():
    alert = CapAlert("a-1", datetime(2026, 3, 1, tzinfo=UTC), "Alert", "event", "Delft: NO2", "more", "Delft")
    address = "https://u.example/alerts/feed.atom"
    top = ET.fromstring(atom([alert], title="Proef", address=address, updated=alert.sent))
    space = "{http://www.w3.org/2005/Atom}"
    (entry,) = top.findall(f"{space}entry")
    assert entry.find(f"{space}link").get("href") == "https://u.example/alerts/a-1.xml"
    assert [top.find(f"{space}{name}") is not None for name in ("id", "title", "updated")] == [True] * 3
