"""Great Expectations judges a build: what passes, what fails, and what could not be judged never passes."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.audit import AuditRequest, CheckResult, SuiteError
from pipelines.audit.engine import evaluate

# Total population on 1 January, CBS 70072ned; GM9999 and the last value are the mistakes.
INWONERS = """
    create table inwoners as
    from (values ('GM0363', 2021, 873338), ('GM0363', 2022, 882633), ('GM0014', 2021, 233273), ('GM0014', 2022, 234950),
                 ('GM0034', 2021, 214715), ('GM0034', 2022, 217828), ('GM1680', 2021, 25399), ('GM1680', 2022, null),
                 ('GM9999', 2022, -5)) as rijen (gm_code, jaar, waarde)
"""


@pytest.fixture
def build(tmp_path: Path) -> Path:
    return database(tmp_path / "build" / "monitor.duckdb", INWONERS)


def database(path: Path, *statements: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def check(kind: str, met: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"type": kind, "met": met or {}, "drempel": "0 fouten", "ernst": "kritiek", "reden": "Daarom."} | more


def audit(build: Path, *checks: dict[str, Any], tabel: str = "inwoners", **request: Any) -> list[CheckResult]:
    folder = build.parent.parent / "expectations"
    folder.mkdir(exist_ok=True)
    named = [{"naam": f"c{number}"} | each for number, each in enumerate(checks)]
    suite = {"tabel": tabel, "omschrijving": "Proef.", "sleutel": ["gm_code", "jaar"], "verwachtingen": named}
    (folder / f"{tabel}.yml").write_text(yaml.safe_dump(suite, allow_unicode=True), encoding="utf-8")
    return evaluate(AuditRequest(database=build, suites=folder, **request))


def violations(query: str, **more: Any) -> dict[str, Any]:
    return check("expect_table_row_count_to_equal", {"value": 0}, gegevens=query, **more)


def test_a_rule_that_holds_passes_and_says_on_how_many_rows(build: Path) -> None:
    (result,) = audit(build, check("expect_compound_columns_to_be_unique", {"column_list": ["gm_code", "jaar"]}))
    assert result == CheckResult(
        controle="inwoners.c0",
        tabel="inwoners",
        kolom="gm_code, jaar",
        ernst="kritiek",
        drempel="0 fouten",
        reden="Daarom.",
        gevonden="0 van 9 getoetste rijen wijken af",
        geslaagd=True,
    )


@pytest.mark.parametrize("ernst", ["kritiek", "waarschuwing"])
def test_a_broken_rule_fails_with_its_own_severity_and_the_rows(build: Path, ernst: str) -> None:
    (result,) = audit(
        build, check("expect_column_values_to_be_between", {"column": "waarde", "min_value": 0}, ernst=ernst)
    )
    assert (result.geslaagd, result.ernst) == (False, ernst)
    # The NULL of GM1680 is not judged: seven good values and one bad one.
    assert result.gevonden == (
        "1 van 8 getoetste rijen wijkt af (12,5 %), bijvoorbeeld: gm_code=GM9999, jaar=2022, waarde=-5"
    )


def test_mostly_lets_a_share_deviate_and_still_shows_it(build: Path) -> None:
    met = {"column": "waarde", "min_value": 0, "mostly": 0.8}
    (result,) = audit(build, check("expect_column_values_to_be_between", met))
    assert result.geslaagd
    assert "waarde=-5" in result.gevonden


def test_at_most_five_examples_are_shown(build: Path) -> None:
    (result,) = audit(build, check("expect_column_values_to_be_in_set", {"column": "jaar", "value_set": [2020]}))
    assert result.gevonden.startswith("9 van 9 getoetste rijen wijken af (100 %)")
    assert result.gevonden.count("gm_code=") == 5


def test_a_query_of_violations_shows_the_rows_it_returns(build: Path) -> None:
    query = "select gm_code, jaar, waarde from inwoners where waarde is null or waarde < 0 order by all;  "
    failed, passed = audit(
        build, violations(query, kolom="waarde"), violations("select 1 from inwoners where jaar = 2010")
    )
    assert (failed.geslaagd, failed.kolom) == (False, "waarde")
    assert failed.gevonden == (
        "2 afwijkende rijen, bijvoorbeeld: gm_code=GM1680, jaar=2022, waarde=leeg; gm_code=GM9999, jaar=2022, waarde=-5"
    )
    assert (passed.geslaagd, passed.gevonden) == (True, "0 afwijkende rijen")


def test_a_few_violations_may_be_allowed_and_are_still_shown(build: Path) -> None:
    query = "select gm_code, jaar, waarde from inwoners where waarde is null or waarde < 0 order by all"
    few = check("expect_table_row_count_to_be_between", {"max_value": 2}, gegevens=query)
    passed, failed = audit(build, few, few | {"met": {"max_value": 1}})
    assert (passed.geslaagd, failed.geslaagd) == (True, False)
    assert passed.gevonden == failed.gevonden
    assert passed.gevonden.startswith("2 afwijkende rijen, bijvoorbeeld: gm_code=GM1680, jaar=2022, waarde=leeg; ")


def test_an_aggregate_tells_what_it_found(build: Path) -> None:
    total = check("expect_column_sum_to_be_between", {"column": "waarde", "min_value": 3_000_000})
    codes = check("expect_column_distinct_values_to_contain_set", {"column": "gm_code", "value_set": ["GM0518"]})
    shape = check("expect_table_columns_to_match_set", {"column_set": ["gm_code", "status"], "exact_match": False})
    results = audit(build, total, codes, shape)
    assert [result.geslaagd for result in results] == [False, False, False]
    assert results[0].gevonden == "gevonden: 2682131"
    assert "ontbreekt: GM0518" in results[1].gevonden
    assert "ontbreekt: status" in results[2].gevonden


def test_a_column_that_must_exist_is_told_with_those_that_do(build: Path) -> None:
    present, absent = audit(build, *(check("expect_column_to_exist", {"column": name}) for name in ("jaar", "status")))
    assert (present.geslaagd, absent.geslaagd) == (True, False)
    assert absent.gevonden == "aanwezige kolommen: gm_code, jaar, waarde"


def test_frames_of_different_queries_are_not_mixed_up(build: Path) -> None:
    query = "select * from inwoners where gm_code <> 'GM9999'"
    rule = check("expect_column_values_to_be_between", {"column": "waarde", "min_value": 0})
    results = audit(build, rule, rule | {"gegevens": query}, rule)
    assert [result.geslaagd for result in results] == [False, True, False]
    assert results[1].gevonden == "0 van 7 getoetste rijen wijken af"


@pytest.mark.parametrize(
    ("wrong", "clue"),
    [
        (check("expect_column_values_to_be_tidy", {"column": "jaar"}), "expect_column_values_to_be_tidy not found"),
        (
            check("expect_column_values_to_be_between", {"column": "jaar", "minimum": 1}),
            "minimum extra fields not permitted",
        ),
        (
            check("expect_column_values_to_match_regex", {"column": "gm_code", "regex": "[0-9"}),
            "unterminated character set",
        ),
        (
            check("expect_column_values_to_be_between", {"column": "gm_code", "min_value": 1}),
            "must either be None or of the same",
        ),
        (
            check("expect_column_values_to_not_be_null", {"column": "naam"}),
            "kolom naam ontbreekt in de gegevens; wel aanwezig: gm_code",
        ),
        (violations("selecteer alles"), "de query faalt: Parser Error"),
        (
            violations("select * from observaties"),
            "de query faalt: Catalog Error: Table with name observaties does not exist",
        ),
        (violations("select 1); drop table inwoners; select (1"), "de query faalt"),
    ],
)
def test_a_check_that_cannot_run_fails_critically_and_stops_no_other(
    build: Path, wrong: dict[str, Any], clue: str
) -> None:
    good = check("expect_column_values_to_not_be_null", {"column": "gm_code"})
    before, broken, after = audit(build, good, wrong | {"ernst": "waarschuwing"}, good)
    assert (broken.geslaagd, broken.ernst) == (False, "kritiek")
    assert clue in broken.gevonden
    assert before.geslaagd
    assert after.geslaagd


def test_a_suite_on_a_table_that_does_not_exist_fails_every_check(build: Path) -> None:
    results = audit(
        build, violations("select 1 from inwoners where false", ernst="waarschuwing"), tabel="fct_indicator"
    )
    assert [(result.geslaagd, result.ernst) for result in results] == [(False, "kritiek")]
    assert results[0].gevonden == "tabel fct_indicator bestaat niet in de build; er is niets getoetst"


def test_no_rows_to_judge_is_no_pass_unless_the_yml_allows_it(build: Path) -> None:
    rule = check(
        "expect_column_values_to_not_be_null", {"column": "gm_code"}, gegevens="from inwoners where jaar = 2010"
    )
    refused, allowed = audit(build, rule | {"ernst": "waarschuwing"}, rule | {"leeg_toegestaan": True})
    assert (refused.geslaagd, refused.ernst) == (False, "kritiek")
    assert "geen enkele rij" in refused.gevonden
    assert (allowed.geslaagd, allowed.gevonden) == (True, "geen rijen; dat is hier toegestaan")


def test_the_observations_can_be_read_beside_the_build(build: Path, tmp_path: Path) -> None:
    parts = tmp_path / "observations" / "bevolking"
    parts.mkdir(parents=True)
    duckdb.sql("select 'GM0363' as regio, 882633.0 as waarde").write_parquet(str(parts / "2022.parquet"))
    duckdb.sql("select 'GM0014' as regio, 234951.0 as waarde").write_parquet(str(parts / "2022b.parquet"))
    query = """
        select gm_code, inwoners.waarde as build, observaties.waarde as bron
        from inwoners inner join observaties on regio = gm_code and jaar = 2022
        where inwoners.waarde <> observaties.waarde
    """
    views = {"observaties": [parts.parent / "**" / "*.parquet"], "tabellen": [tmp_path / "tabellen.parquet"]}
    (result,) = audit(build, violations(query), views=views)
    assert result.gevonden == "1 afwijkende rij, bijvoorbeeld: gm_code=GM0014, build=234950, bron=234951"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return database(tmp_path / "build" / "monitor.duckdb", "create table inwoners as select range as nr from range(7)")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("select nr from inwoners order by nr desc", True),
        ("select nr from inwoners order by nr limit 6", False),
        ("select if(nr = 6, 60, nr) as nr from inwoners order by nr", False),
    ],
)
def test_a_finding_is_all_of_its_rows_in_any_order_also_those_not_shown(rows: Path, other: str, same: bool) -> None:
    first, second = (
        audit(rows, violations(query, aanvaardbaar=True))[0].bevinding
        for query in ("select nr from inwoners order by nr", other)
    )
    assert first is not None
    assert (first == second) is same


def test_the_same_sum_added_in_another_order_is_the_same_finding(rows: Path) -> None:
    one, other, larger = (
        audit(rows, violations(f"select {total}::double as som", aanvaardbaar=True))[0].bevinding
        for total in ("0.1::double + 0.2::double", "0.3", "0.3000001")
    )
    assert one == other
    assert one != larger


def test_what_a_violation_rests_on_is_part_of_the_finding_and_not_shown(rows: Path) -> None:
    results = [
        audit(rows, violations(f"select 1 as nr, '{cells}' as vingerafdruk", aanvaardbaar=True))[0]
        for cells in ("ab", "cd")
    ]
    assert {result.gevonden for result in results} == {"1 afwijkende rij, bijvoorbeeld: nr=1"}
    assert results[0].bevinding != results[1].bevinding


def test_only_a_failed_check_that_may_be_accepted_identifies_what_it_found(rows: Path) -> None:
    every = "select nr from inwoners"
    queries = (f"{every} where nr > 9", every.replace("nr", "onzin"), every, every)
    checks = [violations(query, aanvaardbaar=True) for query in queries]
    *without, one, other = (result.bevinding for result in audit(rows, violations(every), *checks))
    assert without == [None, None, None]
    assert None not in (one, other)
    assert one != other, "the same rows found by another check are another finding"


VANISHED = "select gm_code from vorige.inwoners where gm_code not in (select gm_code from inwoners)"


@pytest.mark.parametrize(
    ("content", "passed", "found"),
    [
        (None, True, "geen vorige release"),
        ("create table dim_gemeente (gm_code varchar)", True, "de vorige release kent nog geen inwoners"),
        (INWONERS, True, "0 afwijkende rijen"),
        (INWONERS.replace("GM9999", "GM0518"), False, "1 afwijkende rij, bijvoorbeeld: gm_code=GM0518"),
    ],
)
def test_a_build_is_compared_with_the_previous_release_when_there_is_one(
    build: Path, tmp_path: Path, content: str | None, passed: bool, found: str
) -> None:
    previous = database(tmp_path / "release" / "monitor.duckdb", content) if content else None
    (result,) = audit(build, violations(VANISHED, alleen_met_vorige=True), previous=previous)
    assert (result.geslaagd, result.gevonden) == (passed, found)


def test_views_that_were_made_inside_the_build_can_be_read(build: Path) -> None:
    database(build, 'create view recent as select * from "monitor"."main"."inwoners" where jaar = 2022')
    rule = check("expect_column_values_to_not_be_null", {"column": "gm_code"})
    (result,) = audit(build, rule, tabel="recent")
    assert result.gevonden == "0 van 5 getoetste rijen wijken af"


def test_the_audit_leaves_build_and_folder_as_they_were(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(build.parent)
    before = build.read_bytes()
    audit(build, check("expect_column_values_to_not_be_null", {"column": "gm_code"}))
    assert build.read_bytes() == before
    assert [path.name for path in build.parent.iterdir()] == ["monitor.duckdb"]


def test_a_wrong_suite_and_a_missing_build_stop_the_audit(build: Path) -> None:
    with pytest.raises(SuiteError, match=r"inwoners\.yml:\d+: "):
        audit(build, check("expect_column_values_to_not_be_null", ernst="hoog"))
    with pytest.raises(duckdb.IOException, match="elders"):
        audit(build.with_name("elders.duckdb"), check("expect_column_values_to_not_be_null"))
