"""Names of places are in the programme's first language where nothing else is said, and shown in it."""

from urbium.programme import new


def test_names_in_the_first_language_are_stored_in_it_and_shown(tmp_path):
    with new(f"sqlite:///{tmp_path / 'p.db'}", nation="GE", languages=["ka", "en"]) as programme:
        path = tmp_path / "cities.csv"
        path.write_text("code,name,level,province\nGE-TB,თბილისი,city,თბილისი\n", encoding="utf-8")
        programme.register_file(path, by="ann", reason="founding")
        assert programme.city("GE-TB").name == {"ka": "თბილისი"}
        assert programme.cities().select("name_en", "province_en").rows() == [("თბილისი", "თბილისი")]
        again = programme.check_register(path)
        assert again.changes["change"].to_list() == ["unchanged"]

        path.write_text("code,name_en\nGE-TB,Tbilisi\n", encoding="utf-8")
        programme.register_file(path, by="ann", reason="names in English")
        city = programme.city("თბილისი")
        assert (city.name, city.level) == ({"ka": "თბილისი", "en": "Tbilisi"}, "city")
        assert programme.cities()["name_en"].to_list() == ["Tbilisi"]


def test_a_name_that_stands_in_for_english_is_shown_once(tmp_path):
    with new(f"sqlite:///{tmp_path / 'p.db'}", nation="CN", languages=["zh"]) as programme:
        path = tmp_path / "cities.csv"
        path.write_text("code,name,level\n340100,合肥市,city\n", encoding="utf-8")
        programme.register_file(path, by="ann", reason="founding")
        assert programme.cities().select("name_en", "name_zh").rows() == [("合肥市", None)]
