"""The unmodified ``cbsodata`` package, written for CBS's own service, reads the recording's figures."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import cbsodata
import pytest
import requests

from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording


@pytest.fixture(scope="module", autouse=True)
def _cbsodata_reads_the_recording() -> Iterator[None]:
    before = (cbsodata.options.use_https, cbsodata.options.catalog_url, cbsodata.options.requests)
    with serve_recording(RECORDING) as url:
        cbsodata.options.use_https = False
        cbsodata.options.catalog_url = url.removeprefix("http://")
        # Its default passes the proxy of the environment and so ignores NO_PROXY.
        cbsodata.options.requests = {"proxies": {"http": None}}
        yield
    cbsodata.options.use_https, cbsodata.options.catalog_url, cbsodata.options.requests = before


def recorded(table: str, entity: str) -> Any:
    return json.loads((RECORDING / table / f"{entity}.json").read_bytes())


def untyped(table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(
        gzip.decompress((RECORDING / table / "UntypedDataSet.json.gz").read_bytes())
    )
    return rows


def number(text: str) -> float | None:
    return None if text.strip() in ("", ".") else float(text)


def test_the_list_of_tables_is_the_recorded_catalogue() -> None:
    assert cbsodata.get_table_list() == recorded("catalog", "Tables")
    found = cbsodata.get_table_list(select=["Identifier", "Modified"], filters="Identifier eq '84799NED'")
    assert found == [{"Identifier": "84799NED", "Modified": "2021-03-26T02:00:00"}]


def test_info_and_metadata_are_those_recorded() -> None:
    assert cbsodata.get_info("83262NED") == recorded("83262NED", "TableInfos")[0]
    assert cbsodata.get_meta("83262NED", "DataProperties") == recorded("83262NED", "DataProperties")
    assert cbsodata.get_meta("45038NED", "Gemeenten") == recorded("45038NED", "Gemeenten")


def test_a_code_list_of_two_pages_is_read_whole() -> None:
    assert cbsodata.get_meta("84799NED", "WijkenEnBuurten") == recorded("84799NED", "WijkenEnBuurten")


@pytest.mark.parametrize(
    ("table", "topic"),
    [("45038NED", "k_2ePlaatsing_2"), ("83262NED", "WmoClienten_1"), ("70072ned", "TotaleBevolking_1")],
)
def test_all_figures_of_a_table_arrive_typed_and_untyped(table: str, topic: str) -> None:
    rows = untyped(table)
    # The package's ``typed`` is inverted: False gives TypedDataSet, True the texts of UntypedDataSet.
    numbers = cbsodata.get_data(table, typed=False)
    texts = cbsodata.get_data(table, typed=True)
    assert [row[topic] for row in numbers] == [number(row[topic]) for row in rows]
    assert [row[topic] for row in texts] == [row[topic] for row in rows]


def test_known_figures_carry_the_titles_of_their_codes() -> None:
    amsterdam = cbsodata.get_data("70072ned", filters="RegioS eq 'GM0363' and Perioden eq '2017JJ00'")
    assert [row["TotaleBevolking_1"] for row in amsterdam] == [844947]
    assert (amsterdam[0]["RegioS"], amsterdam[0]["Perioden"]) == ("Amsterdam", "2017")
    wmo = cbsodata.get_data("83262NED", filters="startswith(RegioS,'NL') and Perioden eq '2019JJ00'")
    assert 1166485 in [row["WmoClienten_1"] for row in wmo]
    spending = "Gemeenten eq 'GM0363   ' and Verslagsoort eq '2017X005' and startswith(TaakveldBalanspost,'6.3')"
    assert [row["k_2ePlaatsing_2"] for row in cbsodata.get_data("45038NED", filters=spending)] == [736344]


def test_select_and_filter_work_on_the_widest_table() -> None:
    columns = ["ID", "WijkenEnBuurten", "AantalInwoners_5"]
    rows = cbsodata.get_data("84799NED", select=columns, filters="startswith(WijkenEnBuurten,'GM')")
    expected = [row for row in untyped("84799NED") if row["WijkenEnBuurten"].startswith("GM")]
    assert len(rows) == 355
    assert [row["AantalInwoners_5"] for row in rows] == [number(row["AantalInwoners_5"]) for row in expected]
    assert all(list(row) == columns for row in rows)


def test_a_table_of_17_341_rows_comes_in_pages_with_each_row_once() -> None:
    rows = cbsodata.download_data("84799NED", select=["ID"])["TypedDataSet"]
    assert [row["ID"] for row in rows] == list(range(17_341))


def test_an_id_in_the_wrong_case_fails_as_at_cbs() -> None:
    with pytest.raises(requests.HTTPError, match=r"Downloading table '70072NED' failed. 404"):
        cbsodata.get_info("70072NED")
    assert cbsodata.get_table_list(filters="Identifier eq '70072NED'") == []
