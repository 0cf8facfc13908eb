"""How titles and reasons are worded in other languages is kept with the programme."""

import re

import urbium
from urbium.programme.base.own_words import _reasons, keep_words
from urbium.text import language, marking, named


def test_words_are_kept_beside_those_that_are_kept_already(tmp_path):
    with urbium.new(tmp_path / "programme.db") as programme:
        for english, spanish in (("First round", "Primera ronda"), ("Second round", "Segunda ronda")):
            words = [named({"en": english, "es": spanish})]
            keep_words(programme.workspace, words, by="office", reason="a translation")

        said = {key: word.render("es") for key, word in programme.own_words().items()}
    assert said.items() >= {"First round": "Primera ronda", "Second round": "Segunda ronda"}.items()


def test_a_publisher_is_called_as_it_calls_itself_and_else_keeps_its_name(demo):
    publishers = [one.publisher for one in demo.sources().values()]
    words = demo.own_words()

    assert words["World Bank"].render("zh") == "世界银行"
    assert any(one not in words for one in publishers)
    assert all(one.names["zh"] for one in words.values() if one in publishers)


def test_the_reason_of_a_suspect_figure_is_said_again(demo):
    kept_out = demo.register.observations().filter(status="suspect")["reason"].unique()
    words = demo.own_words()

    said = [words[reason].render("zh") for reason in kept_out if reason in words]
    assert len(said) > 0.9 * len(kept_out)
    assert all(re.search("[\u3400-\u9fff]", one) for one in said)
    assert not any(re.match("[a-z-]+[：:]", one) for one in said), "the codes of rules are for programs"


def test_what_was_written_is_looked_for_as_it_reads_in_english(demo):
    with language("zh"), marking():
        reasons = _reasons(demo.store.faults())
    assert reasons.keys() == _reasons(demo.store.faults()).keys()
