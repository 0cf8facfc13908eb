"""Codes of SDMX: of the letters that SDMX takes, and another for every other name."""

import re

from hypothesis import given
from hypothesis import strategies as st

from urbium.publish.open_data.sdmx import code_of

NAMES = st.text(
    alphabet=st.one_of(st.sampled_from("$_@-%AB0 \n\u00ab"), st.characters(codec="utf-8")), max_size=8
)


@given(NAMES)
def test_a_code_is_an_identifier_of_sdmx(name):
    assert re.fullmatch(r"[A-Za-z0-9_@$\-]+", code_of(name))


def decoded(code):
    """Read a code back: what stands between two signs of dollar is a number, nothing is the sign itself."""
    if code == "$":
        return ""
    parts = code.split("$")
    return "".join(
        part if at % 2 == 0 else chr(int(part, 16)) if part else "$" for at, part in enumerate(parts)
    )


@given(NAMES)
def test_a_code_says_which_name_it_is_of(name):
    assert decoded(code_of(name)) == name
