"""Templates write values escaped for the page, and plain into addresses."""

from urbium.web.rendering.environment import environment


def test_what_was_escaped_for_the_page_stands_plain_in_an_address():
    link = environment().from_string('{{ ["Street lamps", "Lu\'an"] | join(", ") | urlencode }}')
    assert link.render() == "Street%20lamps%2C%20Lu%27an"


def test_a_sentence_stands_plain_in_an_address_and_a_mapping_becomes_its_pairs():
    link = environment().from_string(
        '{{ _("Ask %(who)s", who="A & B") | urlencode }} {{ {"q": "a&b"} | urlencode }}'
    )
    assert link.render() == "Ask%20A%20%26%20B q=a%26b"
