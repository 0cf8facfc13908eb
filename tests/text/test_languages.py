"""A language is a folder: its catalogue has the parameters of the English, and little is missing."""

import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from urbium.text import (
    ENGLISH,
    FOLDER,
    coded,
    language,
    languages,
    named,
    paragraph,
    sentences,
    text,
    translation,
)

MOST_MISSING = 0.02
MARKS = re.compile(r"</?[a-z]+[^>]*>|%\(\w+\)s")


@pytest.fixture(scope="module", params=[name for name in languages() if name != ENGLISH])
def catalogue(request):
    with (FOLDER / request.param / "LC_MESSAGES" / "urbium.po").open("rb") as file:
        return read_po(file, locale=request.param)


@pytest.fixture(scope="module")
def template():
    with (FOLDER / "urbium.pot").open("rb") as file:
        return {(one.context, one.id): one for one in read_po(file) if one.id}


def forms(message):
    """Return a message in its most general form: that of many, where there is one."""
    return message if isinstance(message, str) else message[-1]


def fields(sentence):
    """Return the parameters of a sentence, but for what a language has its own way with.

    It writes a currency after an amount, millions by its own word, the parts of a list without the "and" of
    the last, and an instant in its own order.
    """
    if "%(" in sentence:
        return set()
    parts = [part[1:] for part in Formatter().parse(sentence) if part[1]]
    return {(name, conversion, _kind(spec)) for name, spec, conversion in parts}


def _kind(spec):
    if spec.startswith("%") or spec == "date":
        return "instant"
    number = "number" if re.fullmatch(r",?(\.\d+)?[fg]", spec) else spec
    return {"money": "", "millions": "number", "commas": "list"}.get(number, number)


def test_no_sentence_is_of_another_edition(catalogue, template):
    assert {one.id for one in catalogue if one.id and (one.context, one.id) not in template} == set()


def test_hardly_a_sentence_is_missing(catalogue, template):
    said = {(one.context, one.id) for one in catalogue if one.string and not one.fuzzy}
    assert len(template.keys() - said) <= MOST_MISSING * len(template)


def test_a_translation_of_an_older_sentence_is_not_said(tmp_path, monkeypatch):
    folder = tmp_path / "eo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "urbium.po").write_text(
        '#, fuzzy\nmsgid "Cities"\nmsgstr "Old"\n\nmsgid "City"\nmsgstr "New"\n', encoding="utf-8"
    )
    monkeypatch.setattr(translation, "FOLDER", tmp_path)
    catalogue = translation._catalogue.__wrapped__("eo")

    assert catalogue("", "Cities", "", 1) == "Cities"
    assert catalogue("", "City", "", 1) == "New"


def test_a_translation_has_the_parameters_and_the_marks_of_the_english(catalogue):
    other = [
        one.id
        for one in catalogue
        if one.id
        and (
            fields(forms(one.id)) != fields(forms(one.string))
            or set(MARKS.findall(forms(one.id))) != set(MARKS.findall(forms(one.string)))
        )
    ]
    assert other == []


def test_chinese_writes_money_shares_and_several_sentences_in_its_own_way():
    cost = text("{currency} {amount:compact}", currency="CNY", amount=1.107e11)
    with language("zh"):
        assert cost.render() == "1107亿元"
        assert text("{share:.1%}", share=0.125).render() == "12.5%"
        assert sentences(["甲", "乙"]).render() == "甲；乙"
        assert paragraph(["甲。", "乙。"]).render() == "甲。乙。"


def test_a_name_inside_a_sentence_is_that_of_the_language():
    said = coded("example.pays", "{place} pays", place=named({"en": "Delft", "zh": "代尔夫特"}, "0503"))
    assert (str(said), said.render("zh")) == ("Delft pays", "代尔夫特 pays")


def test_a_name_in_quotes_is_that_of_the_language():
    said = text("did you mean {name!r}?", name=named({"en": "Delft", "zh": "代尔夫特"}))
    assert (str(said), said.render("zh")) == ("did you mean 'Delft'?", "您是否要找：“代尔夫特”？")
