"""Figures of a recording and of CBS itself are not held against each other: the one is older, and holds a part."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.audit import AuditRequest
from pipelines.common.settings import EXPECTATIONS
from tests.support.audited_builds import judged

VANISHED = "fct_indicator.cijfer_niet_verdwenen"
# A count of one table, and a rate of it over inhabitants of another; made figures.
TABLES = """
    create table fct_indicator as
    select indicator_id, 'gemeente' as regio_soort, 'GM0363' as regio_code, 2021 as jaar, 'origineel' as indeling,
           waarde, 'definitief' as status, tabel_id,
           case when waarde is null then 'niet_gepubliceerd' end as reden_ontbreekt
    from (values ('aantal', {figure}, 'T'), ('inwoners', 100.0, 'N'), ('aantal_per_1000', {figure}, 'T')) as rijen
        (indicator_id, waarde, tabel_id);
    create table herkomst as select * from (values ('T', '{kind}', 'a'), ('N', '{inhabitants}', 'a')) as t
        (tabel_id, soort, sha256);
    create table dim_indicator as
    select indicator_id, teller, noemer, true as optelbaar, 'telling' as soort
    from (values ('aantal', null, null), ('inwoners', null, null), ('aantal_per_1000', 'aantal', 'inwoners')) as t
        (indicator_id, teller, noemer)
"""


def made(path: Path, figure: str, kind: str, inhabitants: str) -> Path:
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES.format(figure=figure, kind=kind, inhabitants=inhabitants))
    return path


@pytest.mark.parametrize(
    ("before", "now", "missed"),
    [
        (("live", "live"), ("live", "live"), {"aantal", "aantal_per_1000"}),
        (("opname", "opname"), ("opname", "opname"), {"aantal", "aantal_per_1000"}),
        (("opname", "opname"), ("live", "live"), set()),
        (("live", "opname"), ("opname", "opname"), set()),
        # A rate is of the tables of both its parts.
        (("live", "opname"), ("live", "live"), {"aantal"}),
    ],
    ids=["live", "recorded", "live after recorded", "recorded after live", "only the denominator"],
)
def test_a_figure_that_vanished_is_missed_where_both_came_from_the_same_kind_of_source(
    tmp_path: Path, before: tuple[str, str], now: tuple[str, str], missed: set[str]
) -> None:
    suites = tmp_path / "expectations"
    suites.mkdir()
    shutil.copy(EXPECTATIONS / "fct_indicator__vorige.yml", suites)
    build = made(tmp_path / "build" / "monitor.duckdb", "null::double", *now)
    previous = made(tmp_path / "release" / "monitor.duckdb", "10.0", *before)
    results = judged(AuditRequest(database=build, suites=suites, previous=previous))
    (found,) = (result for result in results if result.check == VANISHED)
    assert {name for name in ("aantal", "aantal_per_1000") if f"indicator_id={name}," in found.found} == missed
    assert found.passed == (not missed)
