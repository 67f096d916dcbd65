"""Great Expectations judges a build: what passes, what fails, and what could not be judged never passes."""

import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from tqdm import tqdm

from pipelines.audit import AuditRequest, SuiteError
from pipelines.build.checks import CheckResult
from tests.support.audited_builds import judged

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
    return judged(AuditRequest(database=build, suites=folder, **request))


def violations(query: str, **more: Any) -> dict[str, Any]:
    return check("expect_table_row_count_to_equal", {"value": 0}, gegevens=query, **more)


def test_a_rule_that_holds_passes_and_says_on_how_many_rows(build: Path) -> None:
    (result,) = audit(build, check("expect_compound_columns_to_be_unique", {"column_list": ["gm_code", "jaar"]}))
    assert result == CheckResult(
        check="inwoners.c0",
        table="inwoners",
        column="gm_code, jaar",
        severity="kritiek",
        threshold="0 fouten",
        reason="Daarom.",
        found="0 van 9 getoetste rijen wijken af",
        passed=True,
    )


@pytest.mark.parametrize("ernst", ["kritiek", "waarschuwing"])
def test_a_broken_rule_fails_with_its_own_severity_and_the_rows(build: Path, ernst: str) -> None:
    (result,) = audit(
        build, check("expect_column_values_to_be_between", {"column": "waarde", "min_value": 0}, ernst=ernst)
    )
    assert (result.passed, result.severity) == (False, ernst)
    # The NULL of GM1680 is not judged: seven good values and one bad one.
    assert result.found == (
        "1 van 8 getoetste rijen wijkt af (12,5 %), bijvoorbeeld: gm_code=GM9999, jaar=2022, waarde=-5"
    )


def test_mostly_lets_a_share_deviate_and_still_shows_it(build: Path) -> None:
    met = {"column": "waarde", "min_value": 0, "mostly": 0.8}
    (result,) = audit(build, check("expect_column_values_to_be_between", met))
    assert result.passed
    assert "waarde=-5" in result.found


def test_at_most_five_examples_are_shown(build: Path) -> None:
    (result,) = audit(build, check("expect_column_values_to_be_in_set", {"column": "jaar", "value_set": [2020]}))
    assert result.found.startswith("9 van 9 getoetste rijen wijken af (100 %)")
    assert result.found.count("gm_code=") == 5


def test_a_query_of_violations_shows_the_rows_it_returns(build: Path) -> None:
    query = "select gm_code, jaar, waarde from inwoners where waarde is null or waarde < 0 order by all;  "
    failed, passed = audit(
        build, violations(query, kolom="waarde"), violations("select 1 from inwoners where jaar = 2010")
    )
    assert (failed.passed, failed.column) == (False, "waarde")
    assert failed.found == (
        "2 afwijkende rijen, bijvoorbeeld: gm_code=GM1680, jaar=2022, waarde=leeg; gm_code=GM9999, jaar=2022, waarde=-5"
    )
    assert (passed.passed, passed.found) == (True, "0 afwijkende rijen")


def test_a_few_violations_may_be_allowed_and_are_still_shown(build: Path) -> None:
    query = "select gm_code, jaar, waarde from inwoners where waarde is null or waarde < 0 order by all"
    few = check("expect_table_row_count_to_be_between", {"max_value": 2}, gegevens=query)
    passed, failed = audit(build, few, few | {"met": {"max_value": 1}})
    assert (passed.passed, failed.passed) == (True, False)
    assert passed.found == failed.found
    assert passed.found.startswith("2 afwijkende rijen, bijvoorbeeld: gm_code=GM1680, jaar=2022, waarde=leeg; ")


def test_an_aggregate_tells_what_it_found(build: Path) -> None:
    total = check("expect_column_sum_to_be_between", {"column": "waarde", "min_value": 3_000_000})
    codes = check("expect_column_distinct_values_to_contain_set", {"column": "gm_code", "value_set": ["GM0518"]})
    shape = check("expect_table_columns_to_match_set", {"column_set": ["gm_code", "status"], "exact_match": False})
    results = audit(build, total, codes, shape)
    assert [result.passed for result in results] == [False, False, False]
    assert results[0].found == "gevonden: 2682131"
    assert "ontbreekt: GM0518" in results[1].found
    assert "ontbreekt: status" in results[2].found


def test_a_column_that_must_exist_is_told_with_those_that_do(build: Path) -> None:
    present, absent = audit(build, *(check("expect_column_to_exist", {"column": name}) for name in ("jaar", "status")))
    assert (present.passed, absent.passed) == (True, False)
    assert absent.found == "aanwezige kolommen: gm_code, jaar, waarde"


def test_frames_of_different_queries_are_not_mixed_up(build: Path) -> None:
    query = "select * from inwoners where gm_code <> 'GM9999'"
    rule = check("expect_column_values_to_be_between", {"column": "waarde", "min_value": 0})
    results = audit(build, rule, rule | {"gegevens": query}, rule)
    assert [result.passed for result in results] == [False, True, False]
    assert results[1].found == "0 van 7 getoetste rijen wijken af"


CANNOT = "de verwachting kan niet worden getoetst: "
# What cannot be carried out, what the check says in Dutch (the whole of it), and what the engine says to the log.
BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown expectation": (
        check("expect_column_values_to_be_tidy", {"column": "jaar"}),
        f"{CANNOT}Great Expectations kent geen expect_column_values_to_be_tidy",
        "expect_column_values_to_be_tidy not found",
    ),
    "an unknown argument": (
        check("expect_column_values_to_be_between", {"column": "jaar", "minimum": 1}),
        f"{CANNOT}de argumenten van expect_column_values_to_be_between kloppen niet (minimum)",
        "extra fields not permitted",
    ),
    "arguments that lack": (
        check("expect_compound_columns_to_be_unique"),
        f"{CANNOT}de argumenten van expect_compound_columns_to_be_unique kloppen niet (column_list)",
        "field required",
    ),
    "a pattern that is none": (
        check("expect_column_values_to_match_regex", {"column": "gm_code", "regex": "[0-9"}),
        f"{CANNOT}expect_column_values_to_match_regex breekt af op de gegevens van kolom gm_code",
        "unterminated character set",
    ),
    "a bound of another type": (
        check("expect_column_values_to_be_between", {"column": "gm_code", "min_value": 1}),
        f"{CANNOT}expect_column_values_to_be_between breekt af op de gegevens van kolom gm_code",
        "must either be None or of the same",
    ),
    "a column that is not there": (
        check("expect_column_values_to_not_be_null", {"column": "naam"}),
        "kolom naam ontbreekt in de gegevens; wel aanwezig: gm_code, jaar, waarde",
        "",
    ),
    "no SQL": (violations("selecteer alles"), "de query faalt: dit is geen geldige SQL", "Parser Error"),
    "a second statement": (
        violations("select 1); drop table inwoners; select (1"),
        "de query faalt: dit is geen geldige SQL",
        "Parser Error",
    ),
    "an unknown table": (
        violations("select * from observaties"),
        "de query faalt: tabel observaties bestaat niet",
        "Table with name observaties does not exist",
    ),
    "an unknown table in front of a column": (
        violations("select regio.naam from inwoners"),
        "de query faalt: tabel regio bestaat niet",
        'Referenced table "regio" not found',
    ),
    "an unknown column": (
        violations("select gm_naam from inwoners"),
        "de query faalt: kolom gm_naam bestaat niet",
        'Referenced column "gm_naam" not found',
    ),
    "an unknown column of a table": (
        violations("select inwoners.gm_naam from inwoners"),
        "de query faalt: kolom gm_naam bestaat niet",
        'does not have a column named "gm_naam"',
    ),
    "an unknown function": (
        violations("select rond(waarde) from inwoners"),
        "de query faalt: functie rond bestaat niet",
        "Function with name rond does not exist",
    ),
    "names that do not fit": (
        violations("select gm_code, sum(waarde) from inwoners"),
        "de query faalt: een naam of type past niet bij de tabellen",
        "must appear in the GROUP BY clause",
    ),
    "a value of another type": (
        violations("select gm_code::integer from inwoners"),
        "de query faalt: een waarde past niet in het type waarin zij wordt omgezet",
        "Could not convert string",
    ),
    "a result that does not fit": (
        violations("select 127::tinyint + 1::tinyint from inwoners"),
        "de query faalt: een uitkomst is groter dan haar type toelaat",
        "Overflow in addition",
    ),
    "a file that is not there": (
        violations("from read_csv('elders.csv')"),
        "de query faalt: een bestand is niet te lezen",
        "elders.csv",
    ),
    "anything else": (
        violations("select error('zomaar') from inwoners"),
        "de query faalt: de gegevens zijn niet op te halen",
        "zomaar",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_check_that_cannot_run_fails_critically_says_so_in_dutch_and_stops_no_other(
    build: Path, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The engine's own English words are for the log of the run, not for the table `kwaliteit`."""
    wrong, found, said = BROKEN[case]
    good = check("expect_column_values_to_not_be_null", {"column": "gm_code"})
    before, broken, after = audit(build, good, wrong | {"ernst": "waarschuwing"}, good)
    assert (broken.passed, broken.severity, broken.found) == (False, "kritiek", found)
    assert before.passed
    assert after.passed
    told = [record.getMessage() for record in caplog.records if record.name == "pipelines.audit.engine"]
    assert bool(told) is bool(said)
    for sentence in told:
        assert sentence.startswith("Check inwoners.c1 could not be carried out: ")
        assert said in sentence


def test_a_suite_on_a_table_that_does_not_exist_fails_every_check(build: Path) -> None:
    results = audit(
        build, violations("select 1 from inwoners where false", ernst="waarschuwing"), tabel="fct_indicator"
    )
    assert [(result.passed, result.severity) for result in results] == [(False, "kritiek")]
    assert results[0].found == "tabel fct_indicator bestaat niet in de build; er is niets getoetst"


def test_no_rows_to_judge_is_no_pass_unless_the_yml_allows_it(build: Path) -> None:
    rule = check(
        "expect_column_values_to_not_be_null", {"column": "gm_code"}, gegevens="from inwoners where jaar = 2010"
    )
    refused, allowed = audit(build, rule | {"ernst": "waarschuwing"}, rule | {"leeg_toegestaan": True})
    assert (refused.passed, refused.severity) == (False, "kritiek")
    assert "geen enkele rij" in refused.found
    assert (allowed.passed, allowed.found) == (True, "geen rijen; dat is hier toegestaan")


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
    views = {"observaties": [parts.parent], "tabellen": [tmp_path / "tabellen.parquet"]}
    (result,) = audit(build, violations(query), views=views)
    assert result.found == "1 afwijkende rij, bijvoorbeeld: gm_code=GM0014, build=234950, bron=234951"


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
        audit(rows, violations(query, aanvaardbaar=True))[0].finding
        for query in ("select nr from inwoners order by nr", other)
    )
    assert first is not None
    assert (first == second) is same


def test_the_same_sum_added_in_another_order_is_the_same_finding(rows: Path) -> None:
    one, other, larger = (
        audit(rows, violations(f"select {total}::double as som", aanvaardbaar=True))[0].finding
        for total in ("0.1::double + 0.2::double", "0.3", "0.3000001")
    )
    assert one == other
    assert one != larger


def test_what_a_violation_rests_on_is_part_of_the_finding_and_not_shown(rows: Path) -> None:
    results = [
        audit(rows, violations(f"select 1 as nr, '{cells}' as vingerafdruk", aanvaardbaar=True))[0]
        for cells in ("ab", "cd")
    ]
    assert {result.found for result in results} == {"1 afwijkende rij, bijvoorbeeld: nr=1"}
    assert results[0].finding != results[1].finding


def test_only_a_failed_check_that_may_be_accepted_identifies_what_it_found(rows: Path) -> None:
    every = "select nr from inwoners"
    queries = (f"{every} where nr > 9", every.replace("nr", "onzin"), every, every)
    checks = [violations(query, aanvaardbaar=True) for query in queries]
    *without, one, other = (result.finding for result in audit(rows, violations(every), *checks))
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
    assert (result.passed, result.found) == (passed, found)


def test_views_that_were_made_inside_the_build_can_be_read(build: Path) -> None:
    database(build, 'create view recent as select * from "monitor"."main"."inwoners" where jaar = 2022')
    rule = check("expect_column_values_to_not_be_null", {"column": "gm_code"})
    (result,) = audit(build, rule, tabel="recent")
    assert result.found == "0 van 5 getoetste rijen wijken af"


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


def test_judging_takes_no_lock_between_processes(build: Path) -> None:
    """It would stay behind in the system, and be told as leaked, when the worker is killed at the end of its work."""
    (result,) = audit(build, check("expect_column_values_to_not_be_null", {"column": "gm_code"}))
    assert result.passed
    assert isinstance(tqdm.get_lock(), type(threading.RLock()))


FIGURES = """
    create table fct_indicator as
    select indicator_id, 'gemeente' as regio_soort, regio_code, jaar, 'origineel' as indeling, waarde
    from (values {rows}) as rijen (indicator_id, regio_code, jaar, waarde)
"""
SOURCES = "create table herkomst as select 'T' as tabel_id, 'live' as soort, 'a' as sha256"
TOO_LOW = "select indicator_id, jaar, min(waarde) as laagste from fct_indicator group by all having min(waarde) < 10"


def released_before(tmp_path: Path, rows: str, *, warned: bool = False, sha256: str = "a") -> Path:
    """A previous release with these figures, published with or without the warning of the check."""
    judged = f"'fct_indicator.c0' as controle, {not warned} as geslaagd, 'waarschuwing' as ernst"
    return database(
        tmp_path / "release" / "monitor.duckdb",
        FIGURES.format(rows=rows),
        f"create table herkomst as select 'T' as tabel_id, 'live' as soort, '{sha256}' as sha256",
        f"create table kwaliteit as select {judged}",
    )


def severity(tmp_path: Path, rows: str, previous: Path | None, query: str = TOO_LOW) -> str:
    """Of a critical check with `nieuw_waarschuwt` that fails on these figures."""
    made = database(tmp_path / "build" / "monitor.duckdb", FIGURES.format(rows=rows), SOURCES)
    (result,) = audit(made, violations(query, nieuw_waarschuwt=True), tabel="fct_indicator", previous=previous)
    assert not result.passed
    return result.severity


OLD, NEW = "('clienten', 'GM0363', 2024, {})", "('clienten', 'GM0363', 2025, {})"


def test_what_was_never_released_only_warns(tmp_path: Path) -> None:
    rows = f"{OLD.format(20)}, {NEW.format(5)}"
    assert severity(tmp_path, rows, None) == "waarschuwing"
    (tmp_path / "build" / "monitor.duckdb").unlink()
    assert severity(tmp_path, rows, released_before(tmp_path, OLD.format(20))) == "waarschuwing"


def test_one_figure_that_was_released_makes_it_critical(tmp_path: Path) -> None:
    assert (
        severity(tmp_path, f"{OLD.format(5)}, {NEW.format(5)}", released_before(tmp_path, OLD.format(20))) == "kritiek"
    )


def test_rows_that_say_not_what_they_are_about_count_as_released(tmp_path: Path) -> None:
    query = "select regio_code from fct_indicator"
    assert severity(tmp_path, OLD.format(5), None, query) == "kritiek"


def test_what_was_published_with_the_warning_goes_on_warning(tmp_path: Path) -> None:
    """Else the night after a release that warned could release nothing, whatever was new."""
    previous = released_before(tmp_path, f"{OLD.format(20)}, {NEW.format(5)}", warned=True)
    assert severity(tmp_path, f"{OLD.format(20)}, {NEW.format(6)}", previous) == "waarschuwing"


def test_what_was_sound_then_is_critical_though_another_figure_was_warned_of(tmp_path: Path) -> None:
    previous = released_before(tmp_path, f"{OLD.format(20)}, {NEW.format(5)}", warned=True)
    assert severity(tmp_path, f"{OLD.format(5)}, {NEW.format(5)}", previous) == "kritiek"


def test_what_was_wrong_then_and_passed_as_sound_is_critical(tmp_path: Path) -> None:
    """A check that is new, or stricter, judges old figures as it was written."""
    assert severity(tmp_path, NEW.format(5), released_before(tmp_path, NEW.format(5))) == "kritiek"


@pytest.mark.parametrize(("sha256", "expected"), [("a", "waarschuwing"), ("b", "kritiek")])
def test_a_table_that_was_published_with_the_warning_warns_until_it_changes(
    tmp_path: Path, sha256: str, expected: str
) -> None:
    rows, query = OLD.format(20), "select tabel_id from herkomst semi join observaties using (tabel_id)"
    parts = tmp_path / "observaties"
    parts.mkdir()
    duckdb.sql("select 'T' as tabel_id").write_parquet(str(parts / "deel.parquet"))
    made = database(tmp_path / "build" / "monitor.duckdb", FIGURES.format(rows=rows), SOURCES)
    (result,) = audit(
        made,
        violations(query, nieuw_waarschuwt=True),
        tabel="fct_indicator",
        previous=released_before(tmp_path, rows, warned=True, sha256=sha256),
        views={"observaties": [parts]},
    )
    assert (result.passed, result.severity) == (False, expected)
