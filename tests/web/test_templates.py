"""Templates: what stands in each of them can be filled."""

import re

import pytest
from jinja2 import nodes

from urbium.web.rendering.environment import environment

TEMPLATES = environment()
PARAMETER = re.compile(r"%%|%\(\w+\)s")


@pytest.mark.parametrize("name", sorted(TEMPLATES.list_templates()))
def test_every_sentence_of_a_template_can_be_filled(name):
    """A per cent sign stands twice in a sentence, or filling it fails when somebody opens the page."""
    tree = TEMPLATES.parse(TEMPLATES.loader.get_source(TEMPLATES, name)[0])
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in {"_", "gettext", "ngettext"}:
            values = {given.key: "x" for given in call.kwargs} | {"num": "x"}
            for sentence in (each.value for each in call.args if isinstance(each, nodes.Const)):
                if isinstance(sentence, str):
                    assert sentence % values
                    assert "%" not in PARAMETER.sub("", sentence), "a sign that is none: % a year"


@pytest.mark.parametrize("name", sorted(TEMPLATES.list_templates()))
def test_a_time_that_is_called_utc_is_not_moved_to_another_zone(name):
    source = TEMPLATES.loader.get_source(TEMPLATES, name)[0]
    if " UTC" in source or 'heading("at")' in source:
        assert '| local).strftime("%Y-%m-%d %H' not in source
