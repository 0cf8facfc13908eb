"""In Chinese at most two in a hundred of the words of a document are English."""

import pytest

from english_words import MOST, share_of
from urbium.text import language

DOCUMENTS = (
    ("design", "340100"), ("city", "340100"), ("brief", ""), ("yearbook", ""), ("city", "110000"),
    ("design", "440300"),
)  # fmt: skip


STILL = {"design": 0.37, "city": 0.27, "brief": 0.15, "yearbook": 0.19}
"""Documents that hold more English than is wanted, and what they held when this was written: it only falls.

Notes inside a kept plan, names of outcomes and occupations, and what sources call themselves.
"""


@pytest.mark.release
@pytest.mark.parametrize(("kind", "about"), DOCUMENTS)
def test_a_chinese_document_is_chinese(demo, kind, about):
    with language("zh"):
        written = demo.documents.content(demo.documents.compose(kind, about), "md").decode()
    share, words = share_of(f"{kind} {about}", written)
    assert share <= STILL.get(kind, MOST), words
