"""The guide for analysts agrees with a real release: its queries run, its numbers are those, its codes are there."""

import re

import duckdb
import pytest

from pipelines.common.settings import GUIDE_TEXTS

GUIDE = GUIDE_TEXTS / "handleiding"
TERMS = (GUIDE / "begrippen.md").read_text(encoding="utf-8")
CITE = (GUIDE / "citeren.md").read_text(encoding="utf-8")
QUERIES = [
    pytest.param(query, id=f"{name}-{place}")
    for name in ("README.md", "citeren.md", "begrippen.md")
    for place, query in enumerate(
        re.findall(r"```sql\n(.*?)```", (GUIDE / name).read_text(encoding="utf-8"), re.DOTALL)
    )
]


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_runs_and_finds_something(release: duckdb.DuckDBPyConnection, query: str) -> None:
    assert release.execute(query).fetchall() != []


def test_every_code_in_the_figures_is_explained(release: duckdb.DuckDBPyConnection) -> None:
    columns = release.execute("""
        select tabel, kolom from dictionary
        where type = 'VARCHAR' and regexp_matches(kolom, 'reden|status') and tabel not in ('herkomst', 'kwaliteit')
    """).fetchall()
    found = {
        value
        for table, column in columns
        for (value,) in release.execute(f"select distinct {column} from {table} where {column} is not null").fetchall()
    }
    found |= {value for (value,) in release.execute("select distinct soort from dim_twijfel").fetchall()}
    found |= {value for (value,) in release.execute("select distinct soort from dim_reeksbreuk").fetchall()}
    assert {value for value in found if f"`{value}`" not in TERMS} == set()


def test_every_moment_is_explained(release: duckdb.DuckDBPyConnection) -> None:
    told = release.execute("select distinct peilmoment from dim_indicator").fetchall()
    parts = {re.sub("^(teller|noemer): ", "", part) for (moment,) in told for part in moment.split("; ")}
    assert {part for part in parts if f"| {part} |" not in TERMS} == set()


def test_the_figures_in_the_examples_are_those_of_the_release(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select indicator_id, waarde, status, tabel_id from mart_indicator_actueel
        where indicator_id in ('jeugdzorg_jongeren', 'jeugdzorg_per_1000_inwoners')
            and regio_code = 'GM0363' and jaar = 2022
        order by indicator_id
    """).fetchall()
    assert [status for _, _, status, _ in rows] == ["voorlopig", "voorlopig"]
    count, rate = (value for _, value, _, _ in rows)
    assert f"{count:,.0f} jongeren".replace(",", " ") in CITE
    assert f"{rate:.1f} jongeren".replace(".", ",") in CITE
    assert {table for *_, table in rows} == {"85335NED"}
