"""What was released never silently becomes something that the monitor does not understand: the audit refuses it."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.audit import AuditRequest
from pipelines.build.checks import CheckResult
from pipelines.common.settings import EXPECTATIONS
from tests.support.audited_builds import judged

CHECK = "fct_indicator.uitgegeven_blijft_begrepen"
# Young people with care in Amsterdam, CBS 84286NED and 85335NED; the reason is made.
TABLES = """
    create table fct_indicator as
    select 'jeugdzorg_jongeren' as indicator_id, 'gemeente' as regio_soort, regio_code, jaar, 'origineel' as indeling,
           waarde, 'definitief' as status, reden as reden_ontbreekt, 'T' || jaar as tabel_id
    from (values {rows}) as rijen (regio_code, jaar, waarde, reden);
    create table herkomst as select distinct tabel_id, 'live' as soort, 'a' as sha256 from fct_indicator;
    create table dim_indicator as
    select 'jeugdzorg_jongeren' as indicator_id, null as teller, null as noemer, true as optelbaar, 'aantal' as soort
"""
RELEASED = "('GM0363', 2018, 11495, null), ('GM0363', 2022, null, 'onbekend_of_geheim')"


def made(path: Path, rows: str) -> Path:
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES.format(rows=rows))
    return path


def guard(tmp_path: Path, rows: str) -> CheckResult:
    """What the guard says of a build with these figures, after the release of ``RELEASED``."""
    suites = tmp_path / "expectations"
    suites.mkdir()
    shutil.copy(EXPECTATIONS / "fct_indicator__vorige.yml", suites)
    build = made(tmp_path / "build" / "monitor.duckdb", rows)
    previous = made(tmp_path / "release" / "monitor.duckdb", RELEASED)
    results = judged(AuditRequest(database=build, suites=suites, previous=previous))
    return next(result for result in results if result.check == CHECK)


def test_a_figure_that_was_released_and_is_not_understood_now_is_refused(tmp_path: Path) -> None:
    result = guard(tmp_path, "('GM0363', 2018, null, 'niet_begrepen'), ('GM0363', 2022, 12345, null)")
    assert (result.passed, result.severity) == (False, "kritiek")
    assert "indicator_id=jeugdzorg_jongeren, jaar=2018" in result.found


@pytest.mark.parametrize(
    "rows",
    [
        RELEASED,
        "('GM0363', 2018, null, 'niet_gepubliceerd'), ('GM0363', 2022, null, 'onbekend_of_geheim')",
        "('GM0363', 2018, 11495, null), ('GM0363', 2022, null, 'niet_begrepen')",
        "('GM0363', 2018, 11495, null), ('GM0363', 2023, null, 'niet_begrepen')",
    ],
    ids=["nothing changed", "CBS took it back", "there was no figure", "a year that is new"],
)
def test_anything_else_is_not_for_this_guard(tmp_path: Path, rows: str) -> None:
    assert guard(tmp_path, rows).passed
