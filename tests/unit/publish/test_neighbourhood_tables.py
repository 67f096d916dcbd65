"""The tables of wijken of a municipality, on made figures that no real year may have."""

from types import SimpleNamespace
from typing import Any

import duckdb

from pipelines.publish.pages.neighbourhoods import Neighbourhoods
from pipelines.releases.reader import ReleaseReader
from tests.support.site_pages import cells, words

MADE = """
    create table dim_wijk as
    select * from (values
        ('WK000100', 2024, 'Buitengebied'), ('WK000101', 2024, 'Buitengebied'), ('WK000102', 2024, 'Centrum')
    ) as rows (regio_code, jaar, naam);
    create table fct_indicator_wijk as
    select 'GM0001' as gm_code, 'wijk' as regio_soort, 'inwoners' as indicator_id, 2024 as jaar, '1ABC' as tabel_id, *
    from (values
        ('WK000100', 100.0, null, 'voorlopig'), ('WK000101', 20.0, null, 'definitief'),
        ('WK000102', null, 'onbekend_of_geheim', 'definitief')
    ) as rows (regio_code, waarde, reden_ontbreekt, status);
    create table mart_wijk_dekking as
    select 'GM0001' as gm_code, 'wijk' as regio_soort, 2024 as jaar, 'inwoners' as indicator_id, null as aandeel_pct,
        'te_weinig_ontbrekend' as reden_geen_aandeel
"""


def test_two_wijken_of_one_name_are_two_rows() -> None:
    with duckdb.connect() as connection:
        connection.execute(MADE)
        shown = SimpleNamespace(id="inwoners", name="Inwoners", decimals=0)
        material: Any = SimpleNamespace(release=ReleaseReader(connection), indicators={"inwoners": shown})
        tables = Neighbourhoods(material)
        (table,) = tables.of("GM0001")
        assert tables.of("GM0002") == []
    rows = [(name, [words(cell) for cell in cells(row)]) for name, row in table.rows]
    assert rows == [("Buitengebied", ["100 v"]), ("Buitengebied", ["20"]), ("Centrum", ["."])]
    assert [words(cell) for cell in cells(table.shares)] == ["niet te zeggen"]
