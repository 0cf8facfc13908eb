"""What a programme wrote in one language is said as it is worded in the reader's."""

import pytest

from urbium.text import language, named, say, text
from urbium.text.own_words import own_words

TITLES = {"First round": named({"en": "First round", "zh": "第一批"})}


@pytest.mark.parametrize(("tongue", "said"), [("zh", "第一批"), ("en", "First round"), ("es", "First round")])
def test_a_title_is_said_in_the_language_that_it_is_worded_in(tongue, said):
    with own_words(lambda: TITLES), language(tongue):
        assert (say("First round"), text("{title}", title="First round").render()) == (said, said)


def test_words_in_a_list_are_said_too_and_others_stay():
    with own_words(lambda: TITLES), language("zh"):
        assert text("{names:list}", names=["First round", "Hefei"]).render() == "第一批和Hefei"


def test_outside_the_block_and_for_a_marked_word_nothing_is_looked_for():
    with language("zh"):
        assert say("First round") == "First round"


def test_the_words_are_looked_for_once_and_only_when_one_is_said():
    asked = []
    with own_words(lambda: asked.append(1) or TITLES), language("zh"):
        assert not asked
        assert [say("First round"), say("x")] == ["第一批", "x"]
    assert asked == [1]
