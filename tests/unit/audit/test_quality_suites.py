"""A suite is read exactly, or refused with the file, the line and what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.audit import SuiteError, load_suites

GOOD = """\
tabel: dim_gemeente
omschrijving: De gemeenten.
sleutel: [gm_code]
verwachtingen:
  - naam: code_vorm
    type: expect_column_values_to_match_regex
    met: {column: gm_code, regex: "^GM[0-9]{4}$"}
    drempel: 0 afwijkende codes
    ernst: kritiek
    reden: Een code met spaties koppelt niet.
  - naam: naam_gevuld
    type: expect_column_values_to_not_be_null
    met: {column: naam}
    drempel: 0 lege namen
    ernst: waarschuwing
    reden: De code volstaat om te koppelen.
"""


def write(folder: Path, text: str, name: str = "dim_gemeente.yml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(SuiteError) as caught:
        load_suites(folder)
    return str(caught.value)


def test_a_suite_is_read_with_its_defaults(tmp_path: Path) -> None:
    (suite,) = load_suites(write(tmp_path, GOOD))
    first, second = suite.verwachtingen
    assert suite.query(first) == "select * from dim_gemeente"
    assert (first.naam, first.ernst, first.subject) == ("code_vorm", "kritiek", "gm_code")
    assert (second.naam, second.ernst, second.alleen_met_vorige) == ("naam_gevuld", "waarschuwing", False)


def test_suites_come_in_order_of_file_name(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("dim_gemeente", "dim_regio"), "dim_regio.yml")
    assert [suite.tabel for suite in load_suites(write(tmp_path, GOOD))] == ["dim_gemeente", "dim_regio"]


@pytest.mark.parametrize(
    ("old", "new", "line", "clue"),
    [
        ("ernst: kritiek", "ernst: hoog", 9, "'kritiek' or 'waarschuwing', found 'hoog'"),
        ("    drempel: 0 lege namen\n", "", 11, "verwachtingen.1.drempel: field required"),
        ("drempel: 0 lege namen", "drempel: 0", 14, "valid string, found 0"),
        ("    reden: De code volstaat om te koppelen.", "    raden: De code.", 16, "verwachtingen.1.raden: extra"),
        ("type: expect_column_values_to_not_be_null", "type: not_null", 12, "verwachtingen.1.type"),
        ("naam: naam_gevuld", "naam: code_vorm", 11, "names two expectations"),
        ("met: {column: naam}", "met: {column: naam, severity: info}", 13, "write it as 'ernst'"),
        ("met: {column: naam}", "met: {column: naam, row_condition: jaar > 2020}", 13, "a where clause"),
        ("met: {column: naam}", "met: {column: [naam]}", 13, "the name of one column"),
        ("ernst: waarschuwing", "ernst: waarschuwing\n    ernst: kritiek", 16, "'ernst' stands here twice"),
        ("tabel: dim_gemeente", "tabel: dim_gemeenten", 1, "call it dim_gemeenten.yml"),
        ("omschrijving: De gemeenten.", "omschrijving: [De", 3, "not valid YAML"),
        (
            "ernst: waarschuwing",
            "ernst: waarschuwing\n    gegevens: select naam from vorige.dim_gemeente",
            11,
            "alleen_met_vorige: true",
        ),
        ("ernst: waarschuwing", "ernst: waarschuwing\n    alleen_met_vorige: true", 11, "only such a query"),
        ("ernst: kritiek", "ernst: kritiek\n    aanvaardbaar: true", 10, "whose query returns the violations"),
        ("ernst: kritiek", "ernst: kritiek\n    nieuw_waarschuwt: true", 10, "it can be seen that all are new"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, clue: str) -> None:
    assert old in GOOD
    message = refusal(write(tmp_path, GOOD.replace(old, new)))
    assert f"dim_gemeente.yml:{line}: " in message
    assert clue in message


def test_a_comment_about_vorige_is_not_a_query_on_it(tmp_path: Path) -> None:
    query = (
        "ernst: waarschuwing\n    gegevens: |\n      select naam -- see vorige.dim_gemeente\n      from dim_gemeente"
    )
    (suite,) = load_suites(write(tmp_path, GOOD.replace("ernst: waarschuwing", query)))
    assert suite.previous_tables(suite.verwachtingen[1]) == []


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("ernst: kritiek", "ernst: hoog").replace("drempel: 0 lege namen", "drempel: 0"))
    message = refusal(write(tmp_path, "tabel: dim_regio\n", "dim_regio.yml"))
    assert len(message.splitlines()) == 4
    assert "dim_regio.yml:1: omschrijving: field required." in message


def test_a_table_may_have_several_files(tmp_path: Path) -> None:
    other = GOOD.replace("naam: code_vorm", "naam: code_lengte").replace("naam: naam_gevuld", "naam: naam_kort")
    write(tmp_path, other, "dim_gemeente__vorm.yml")
    assert [suite.tabel for suite in load_suites(write(tmp_path, GOOD))] == ["dim_gemeente", "dim_gemeente"]


def test_a_check_stands_in_one_file_only(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("naam: code_vorm", "naam: code_lengte"), "dim_gemeente__vorm.yml")
    message = refusal(write(tmp_path, GOOD))
    assert "check 'dim_gemeente.naam_gevuld' stands in 2 files (dim_gemeente*.yml)" in message
    assert "code_vorm" not in message


FORM = """\
tabellen:
  mart_breed_jeugd: {domein: jeugd}
  mart_breed_wmo: {domein: wmo}
omschrijving: De brede tabel van {domein}.
sleutel: [gm_code]
verwachtingen:
  - naam: gelijk_aan_feiten
    type: expect_table_row_count_to_equal
    met: {value: 0}
    gegevens: |
      select {'a': 1} from {tabel} anti join fct_indicator using (gm_code) where domein = '{domein}'
    kolom: "{domein}_pct"
    drempel: 0 rijen die niet in {tabel} horen
    ernst: kritiek
    reden: Twee tabellen mogen nooit twee antwoorden op een vraag geven.
  - naam: vorm
    type: expect_column_values_to_match_regex
    met: {column: "{domein}", regex: "^[{domein}]{2}$"}
    drempel: 0 andere
    ernst: waarschuwing
    reden: Zo is het overal.
"""


def test_tables_of_one_form_share_a_file_and_each_has_its_suite(tmp_path: Path) -> None:
    jeugd, wmo = load_suites(write(tmp_path, FORM, "mart_breed__domein.yml"))
    assert (jeugd.tabel, wmo.tabel) == ("mart_breed_jeugd", "mart_breed_wmo")
    assert wmo.omschrijving == "De brede tabel van wmo."
    equal, form = wmo.verwachtingen
    assert wmo.check(equal) == "mart_breed_wmo.gelijk_aan_feiten"
    assert equal.gegevens == (
        "select {'a': 1} from mart_breed_wmo anti join fct_indicator using (gm_code) where domein = 'wmo'"
    )
    assert (equal.kolom, equal.drempel) == ("wmo_pct", "0 rijen die niet in mart_breed_wmo horen")
    assert form.met == {"column": "wmo", "regex": "^[wmo]{2}$"}
    assert jeugd.verwachtingen[1].met == {"column": "jeugd", "regex": "^[jeugd]{2}$"}


@pytest.mark.parametrize(
    ("old", "new", "line", "clue"),
    [
        ("tabellen:\n", "tabel: mart_breed\ntabellen:\n", 2, "one of the two"),
        (FORM[: FORM.index("omschrijving")], "", 1, "give 'tabel', or 'tabellen'"),
        ("mart_breed_wmo:", "fct_wmo:", 3, "a table is 'fct_wmo'; call it as the names of its tables begin"),
        ("mart_breed_wmo: {domein: wmo}", "mart_breed_wmo: {}", 3, "says nothing for {domein}"),
        ("{domein: wmo}", "{domein: wmo, jaar: '2020'}", 3, "no text or query has {jaar}; leave it out"),
        ("van {domein}.", "van {domijn}.", 2, "says nothing for {domijn}, which the texts leave open"),
        ("mart_breed_wmo:", "mart_breed_jeugd:", 3, "'mart_breed_jeugd' stands here twice"),
        ("{domein: wmo}", "{domein: 3}", 3, "valid string, found 3"),
        ("from {tabel}", "from vorige.{tabel}", 7, "alleen_met_vorige: true"),
    ],
)
def test_a_mistake_in_a_file_for_several_tables_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, clue: str
) -> None:
    assert old in FORM
    message = refusal(write(tmp_path, FORM.replace(old, new), "mart_breed__domein.yml"))
    assert f"mart_breed__domein.yml:{line}: " in message
    assert clue in message


def test_a_check_of_a_file_for_several_tables_clashes_with_that_of_another(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("dim_gemeente", "mart_breed_wmo").replace("code_vorm", "vorm"), "mart_breed_wmo.yml")
    message = refusal(write(tmp_path, FORM, "mart_breed__domein.yml"))
    assert "check 'mart_breed_wmo.vorm' stands in 2 files" in message


def test_no_suites_is_an_error_and_not_an_empty_audit(tmp_path: Path) -> None:
    assert "no suites found" in refusal(tmp_path)


def test_a_suite_under_another_ending_is_not_ignored(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "dim_regio.yaml")
    assert "dim_regio.yaml: a suite ends in .yml" in refusal(write(tmp_path, GOOD))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "dim_gemeente.yml:1: expected a mapping" in refusal(write(tmp_path, ""))


def test_importing_the_package_does_not_load_great_expectations() -> None:
    heavy = "{'great_expectations', 'pandas', 'pipelines.audit.engine', 'dagster'}"
    code = f"import sys, pipelines.audit as q; q.AuditWorker(); print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["map/dim_regio.yml", "dim_regio.YML"])
def test_a_suite_that_would_be_passed_over_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "map").mkdir()
    (tmp_path / name).write_text(GOOD, encoding="utf-8")
    assert f"{name}: a suite ends in .yml" in refusal(write(tmp_path, GOOD))
