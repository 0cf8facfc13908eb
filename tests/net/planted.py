"""Faults put in by hand: a net that finds none of them finds nothing.

Each is a change of one place of the source, of the kinds that strangers met, and names the law that breaks
and what finds it: a seed of generated programmes, or a walk of pages.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    """A fault: in ``file`` of the source ``old`` becomes ``new``.

    Attributes
    ----------
    name : what goes wrong
    file : below src/urbium
    old, new : what stands there, once, and what is put in its place
    law : the law that breaks
    seeds : of generated programmes that find it; where there are none, the walk of a person does
    """

    name: str
    file: str
    old: str
    new: str
    law: str
    seeds: str = ""


PLANTED = (
    Planted(
        "a page is absent where a part of what it shows is",
        "web/views/outlook.py",
        'context["did"], context["missing"]["did"] = _did(office)',
        'context["did"], context["missing"]["did"] = office.workspace.required("plan"), None',
        "a linked address is there",
        "5",
    ),
    Planted(
        "a point of a number cell parts thousands",
        "sources/table.py",
        'value=pl.coalesce("value", pl.when(is_typed).then(plan.signs.numbers(text)))',
        'value=pl.coalesce(plan.signs.numbers(pl.coalesce(text, pl.col("value").cast(pl.String))), "value")',
        "a figure is stored as it is written",
        "33",
    ),
    Planted(
        "a solution without prerequisites ends the plan with a traceback",
        "plan/inputs/build.py",
        "for s in catalogue.solutions.values() for needed in s.prerequisites]",
        "for s in catalogue.solutions.values() for needed in [s.prerequisites[0]]]",
        "no traceback",
        "144",
    ),
    Planted(
        "a result of nothing is adopted",
        "programme/base/workspace.py",
        "if not stage.counted(result):",
        "if result is None:",
        "nothing empty is adopted",
        "20",
    ),
    Planted(
        "a page shows a number that is none",
        "text/formats.py",
        "    if value is None:\n        return DASH\n    locale",
        '    if value is None:\n        return "nan"\n    locale',
        "no word of a program is shown",
        "6",
    ),
    Planted(
        "the advice names an option that is not there",
        "programme/results/doctor.py",
        "settings --rate 'RATE {currency}",
        "settings --exchange 'RATE {currency}",
        "advice can be typed",
        "1",
    ),
    Planted(
        "what was typed is lost when a step is refused",
        "web/desk/case.py",
        "return shown_case(office, actor, row.name, code, typed=data, problem=error)",
        "return shown_case(office, actor, row.name, code, problem=error)",
        "what was typed is never lost",
    ),
    Planted(
        "a fault stands at the top of the page alone",
        "web/desk/marks.py",
        'marks.setdefault(fault["at"], []).append(fault)',
        'marks.setdefault(fault["at"] + " ", []).append(fault)',
        "a fault stands at its field",
    ),
    Planted(
        "a number of 5,000 digits makes the server fail",
        "web/desk/case.py",
        'version = whole_number(data.get("version", ""))',
        'version = int(data.get("version", ""))',
        "the server never fails",
    ),
    Planted(
        "the ranking leads to no city",
        "web/templates/cities.html",
        '<a href="/cities/{{ row.city }}" translate="no">{{ city_name(row.city) }}</a>',
        "{{ city_name(row.city) }}",
        "the first pages lead there",
        "5",
    ),
    Planted(
        "a text in another encoding is read as it comes",
        "sources/formats/csv_.py",
        "content = _decoded(path, form)",
        'content = path.read_bytes().decode(form.encoding or "utf-8", "replace").encode()',
        "a name is stored as it is written",
        "35",
    ),
)
