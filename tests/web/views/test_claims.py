"""The page of what others say shows the claims that are kept, and leads to the series it was held against."""

import urbium
from urbium.model import NATION, City

HEAD = "claim_id,text,place,variable_as_named,year,value,unit,comparison,source_id\n"
STATED = "S1,Half of all people live in towns.,Georgia,urban share,2020,50,%,=,\n"


def test_the_page_says_how_to_keep_claims_and_shows_those_that_are_kept(open_client, tmp_path):
    table = tmp_path / "stated.csv"
    table.write_text(HEAD + STATED, encoding="utf-8")
    with urbium.new(tmp_path / "programme.db") as programme, open_client(programme) as client:
        nation = City("GEO", {"en": "Georgia"}, NATION)
        programme.register(cities=[nation], by="office", reason="a beginning")
        before = client.get("/about/claims")
        programme.claims.keep(table, by="office", reason="an article")
        page = client.get("/about/claims")

    assert (before.status_code, page.status_code) == (200, 200)
    assert "urbium check-claims claims.csv --keep" in before.text
    assert "Half of all people live in towns." in page.text


def test_the_article_of_the_demo_is_judged_statement_by_statement(client):
    page = client.get("/about/claims").text

    assert page.count('<th scope="row">') == 9
    assert "/cities/CHN/explain/figure?name=employment_share_agriculture&amp;period=2014" in page
    assert 'href="/about/claims"' in client.get("/data").text
