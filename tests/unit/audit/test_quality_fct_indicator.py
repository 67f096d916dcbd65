"""The contract of fct_indicator: real population figures satisfy it, and each way to break it is caught.

The build holds one indicator, inwoners, made straight from the recorded table 70072ned; it needs no dbt.
"""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.audit import AuditRequest, load_suites
from pipelines.build.checks import CheckResult
from tests.support.audited_builds import judged

PROJECT = Path(__file__).resolve().parents[3]
RECORDED = PROJECT / "warehouse" / "recording" / "statline" / "70072ned" / "UntypedDataSet.json.gz"
SUITE = PROJECT / "expectations" / "fct_indicator.yml"

FCT_INDICATOR = """
    create table fct_indicator as
    with gemeenten as (
        select trim(RegioS) as regio_code, left(Perioden, 4)::smallint as jaar,
               try_cast(trim(TotaleBevolking_1) as double) as waarde
        from read_json($recorded) where RegioS like 'GM%'
    ),
    actueel as (  -- the list of the newest year, in every year
        select codes.regio_code, jaren.jaar, gemeenten.waarde
        from (select regio_code from gemeenten where jaar = 2026 and waarde is not null) as codes
        cross join (select distinct jaar from gemeenten) as jaren
        left join gemeenten on gemeenten.regio_code = codes.regio_code and gemeenten.jaar = jaren.jaar
    ),
    land as (select 'NL' as regio_code, jaar, sum(waarde) as waarde from gemeenten group by jaar),
    alles as (
        select 'gemeente' as regio_soort, 'origineel' as indeling, * from gemeenten where waarde is not null
        union all select 'gemeente', 'actueel', * from actueel
        union all select 'land', 'origineel', * from land
        union all select 'land', 'actueel', * from land
    )
    select 'inwoners' as indicator_id, regio_soort, regio_code, jaar, indeling, waarde, null::double as teller,
           null::double as noemer, 'definitief' as status,
           if(waarde is null, 'niet_gepubliceerd', null) as reden_ontbreekt,
           null::double as schatting, false as twijfel, false as reeksbreuk, '70072ned' as tabel_id,
           timestamp '2026-01-01' as tabel_gewijzigd, null::varchar as regiocijfer, null::varchar as lidmaatschap_bron,
           null::date as lidmaatschap_datum
    from alles
"""

AMSTERDAM = "regio_code = 'GM0363' and jaar = 2022 and indeling = 'origineel'"
# Per check: the statement that breaks the build, and what the finding must show.
BREACHES = {
    "kolommen_aanwezig": ("alter table fct_indicator drop column schatting", "ontbreekt: schatting"),
    "kolomtypen": (
        "alter table fct_indicator alter jaar type integer",
        "kolom=jaar, verwacht=SMALLINT, gevonden=INTEGER",
    ),
    "niet_leeg": ("delete from fct_indicator where regio_code <> 'GM0363'", "gevonden: 20"),
    "sleutel_uniek": (
        f"insert into fct_indicator from fct_indicator where {AMSTERDAM}",
        "regio_code=GM0363, jaar=2022",
    ),
    "verplichte_kolommen_gevuld": (f"update fct_indicator set status = null where {AMSTERDAM}", "status=leeg"),
    "regio_code_past_bij_soort": (
        "update fct_indicator set regio_code = 'NL01  ' where regio_soort = 'land'",
        "regio_soort=land, regio_code=NL01",
    ),
    "jaar_mogelijk": (f"update fct_indicator set jaar = 2202 where {AMSTERDAM}", "jaar=2202"),
    "waarde_of_reden": (
        f"update fct_indicator set waarde = null where {AMSTERDAM}",
        "waarde=leeg, reden_ontbreekt=leeg",
    ),
    "waarde_eindig": (f"update fct_indicator set waarde = 'nan' where {AMSTERDAM}", "regio_code=GM0363"),
    "waarde_heeft_herkomst": (
        f"update fct_indicator set tabel_id = null where {AMSTERDAM}",
        "waarde=882633, tabel_id=leeg",
    ),
    "niet_negatief": (f"update fct_indicator set waarde = -1 where {AMSTERDAM}", "waarde=-1"),
    "percentage_hooguit_100": (
        f"update fct_indicator set waarde = 120, indicator_id = 'jeugdzorg_pct' where {AMSTERDAM}",
        "indicator_id=jeugdzorg_pct",
    ),
    "noemer_positief": (f"update fct_indicator set teller = 3, noemer = 0 where {AMSTERDAM}", "teller=3, noemer=0"),
    "schatting_alleen_bij_splitsing": (f"update fct_indicator set schatting = 8 where {AMSTERDAM}", "schatting=8"),
    "land_gelijk_in_beide_indelingen": (
        "update fct_indicator set waarde = 1 where regio_code = 'NL' and jaar = 2022 and indeling = 'actueel'",
        "origineel=17590672, actueel=1",
    ),
    "gemeenten_gelijk_in_actueel": (
        "delete from fct_indicator where regio_code = 'GM0363' and jaar = 2022 and indeling = 'actueel'",
        "jaar=2022, gemeenten=341, verwacht=342",
    ),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("goed")
    with duckdb.connect(str(folder / "monitor.duckdb")) as connection:
        connection.execute(FCT_INDICATOR, {"recorded": str(RECORDED)})
    return folder / "monitor.duckdb"


@pytest.fixture(scope="module")
def suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("expectations")
    shutil.copy(SUITE, folder)
    return folder


def by_name(results: list[CheckResult]) -> dict[str, CheckResult]:
    return {result.check.removeprefix("fct_indicator."): result for result in results}


def test_recorded_figures_satisfy_the_whole_contract(good: Path, suites: Path) -> None:
    results = judged(AuditRequest(database=good, suites=suites))
    assert [result.found for result in results if not result.passed] == []


def test_every_expectation_is_broken_once_below(suites: Path) -> None:
    (suite,) = load_suites(suites)
    assert [expectation.naam for expectation in suite.verwachtingen] == list(BREACHES)


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_caught_and_shown(good: Path, suites: Path, tmp_path: Path, name: str) -> None:
    statement, shown = BREACHES[name]
    broken = shutil.copy(good, tmp_path / "monitor.duckdb")
    with duckdb.connect(str(broken)) as connection:
        connection.execute(statement)
    result = by_name(judged(AuditRequest(database=broken, suites=suites)))[name]
    assert not result.passed
    assert shown in result.found
    assert result.severity == "kritiek"
