"""In Chinese at most two in a hundred of the words of a document are English.

Publishers without a Chinese name are called by their own.
"""

import pytest

from english_words import MOST, share_of, without_publishers
from urbium.text import language

DOCUMENTS = (
    ("design", "340100"), ("city", "340100"), ("brief", ""), ("yearbook", ""), ("city", "110000"),
    ("design", "440300"),
)  # fmt: skip


@pytest.mark.release
@pytest.mark.parametrize(("kind", "about"), DOCUMENTS)
def test_a_chinese_document_is_chinese(demo, kind, about):
    with language("zh"):
        written = demo.documents.content(demo.documents.compose(kind, about), "md").decode()
    said = without_publishers(written.replace("\\_", "_"), demo)
    share, words = share_of(f"{kind} {about}", said)
    assert share <= MOST, words
