"""The recording server answers as CBS's OData v3 services do, in process and without a network."""

import asyncio
import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from pipelines.common.settings import RECORDING
from pipelines.recording.app import create_app

HOST = "http://127.0.0.1"
FEED = "/ODataFeed/odata"
API = "/ODataApi/odata"
HAGUE_2019 = "RegioS eq 'GM0518' and Perioden eq '2019JJ00' and KenmerkenVanPersonen eq 'T009002'"


class InProcess(httpx.BaseTransport):
    """Hands requests to an app without a socket."""

    def __init__(self, app: Starlette) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def answer() -> httpx.Response:
            response = await self._transport.handle_async_request(request)
            body = b"".join([part async for part in response.aiter_raw()])
            return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))

        return asyncio.run(answer())


def browse(app: Starlette) -> httpx.Client:
    return httpx.Client(transport=InProcess(app), base_url=HOST)


@pytest.fixture(scope="module")
def statline() -> Iterator[httpx.Client]:
    with browse(create_app(RECORDING)) as client:
        yield client


def get(client: httpx.Client, path: str, **options: str) -> Any:
    answer = client.get(path, params={"$format": "json"} | {f"${name}": text for name, text in options.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(client: httpx.Client, path: str, **options: str) -> tuple[int, str]:
    answer = client.get(path, params={"$format": "json"} | {f"${name}": text for name, text in options.items()})
    return answer.status_code, answer.json()["odata.error"]["message"]["value"]


def recorded(table: str, entity: str) -> Any:
    return json.loads((RECORDING / table / f"{entity}.json").read_bytes())


def test_the_service_root_lists_the_fixed_entities_and_the_dimensions_with_addresses(
    statline: httpx.Client,
) -> None:
    root = get(statline, f"{FEED}/45038NED")
    assert next(iter(root)) == "odata.metadata"
    assert root["odata.metadata"] == f"{HOST}/ODataFeed/OData/45038NED/$metadata"
    assert [entity["name"] for entity in root["value"]] == [
        *("TableInfos", "UntypedDataSet", "TypedDataSet", "DataProperties", "CategoryGroups"),
        *("TaakveldBalanspost", "Categorie", "Gemeenten", "Verslagsoort"),
    ]
    assert root["value"][7]["url"] == f"{HOST}/ODataFeed/odata/45038NED/Gemeenten"


@pytest.mark.parametrize("entity", ["TableInfos", "DataProperties", "CategoryGroups", "RegioS", "Perioden"])
def test_metadata_comes_as_recorded(statline: httpx.Client, entity: str) -> None:
    answer = get(statline, f"{FEED}/83262NED/{entity}")
    assert answer["odata.metadata"] == f"{HOST}/ODataFeed/OData/83262NED/$metadata#Cbs.OData.WebAPI.{entity}"
    assert answer["value"] == recorded("83262NED", entity)


@pytest.mark.parametrize(
    "address",
    [
        "/ODataFeed/odata/70072ned/UntypedDataSet?$format=json&$top=1",
        "/ODataFeed/OData/70072ned/UntypedDataSet/?%24format=json&%24top=1",
        "//odatafeed//odata/70072ned//UntypedDataSet?$format=json&$top=1",
        "/ODataApi/OData/70072ned/UntypedDataSet?$top=1",
    ],
)
def test_all_ways_to_write_an_address_give_the_same_rows(statline: httpx.Client, address: str) -> None:
    assert statline.get(f"{HOST}{address}").json()["value"] == [
        {"ID": 0, "RegioS": "GM1680", "Perioden": "2017JJ00", "TotaleBevolking_1": "   25286"}
    ]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"{FEED}/70072NED/UntypedDataSet", "Ids are case-sensitive"),
        (f"{FEED}/84799ned", "84799ned is not in this recording"),
        (f"{FEED}/../catalog/Tables", "There is nothing here"),
        (f"{FEED}/84799NED/RegioS", "no entity RegioS. It has TableInfos"),
        ("/ODataCatalog/Themes", "There is nothing here"),
        ("/", "There is nothing here"),
    ],
)
def test_what_is_not_recorded_is_a_404_that_says_what_is(statline: httpx.Client, path: str, words: str) -> None:
    status, message = refusal(statline, path)
    assert status == 404
    assert words in message


def test_the_feed_wants_json_to_be_asked_and_the_api_does_not(statline: httpx.Client) -> None:
    assert statline.get(f"{FEED}/83262NED/TableInfos").status_code == 406
    assert statline.get(f"{FEED}/83262NED/TableInfos", params={"$format": "atom"}).status_code == 406
    assert statline.get(f"{API}/83262NED/TableInfos").json()["value"] == recorded("83262NED", "TableInfos")


def test_untyped_figures_keep_their_padding_and_typed_figures_are_numbers(statline: httpx.Client) -> None:
    filters = f"{HAGUE_2019} and TypeMaatwerkarrangement eq 'T001024'"
    untyped = get(statline, f"{FEED}/83262NED/UntypedDataSet", filter=filters)["value"]
    typed = get(statline, f"{FEED}/83262NED/TypedDataSet", filter=f"{filters} and WmoClienten_1 gt 38000")["value"]
    assert [(row["ID"], row["WmoClienten_1"]) for row in untyped] == [(1998, "   38085")]
    assert [(row["ID"], row["WmoClienten_1"]) for row in typed] == [(1998, 38085)]
    national = get(statline, f"{FEED}/85098NED/TypedDataSet", filter="RegioS eq 'NL01  '")["value"]
    assert national[0]["JongerenMetJeugdhulpInNatura_1"] == 13.2


def test_typed_loses_why_a_figure_is_missing_and_keeps_texts(statline: httpx.Client) -> None:
    capital = {"filter": "WijkenEnBuurten eq 'NL00      '"}
    typed = get(statline, f"{FEED}/84799NED/TypedDataSet", **capital)["value"][0]
    untyped = get(statline, f"{FEED}/84799NED/UntypedDataSet", **capital)["value"][0]
    assert (untyped["AantalInwoners_5"], typed["AantalInwoners_5"]) == ("17407585", 17407585)
    assert (untyped["WmoClienten_89"], typed["WmoClienten_89"]) == ("       .", None)
    assert typed["Gemeentenaam_1"] == "Nederland".ljust(40)
    assert typed["IndelingswijzigingWijkenEnBuurten_4"] == "."


def test_select_takes_spaces_and_stars_and_refuses_unknown_columns(statline: httpx.Client) -> None:
    rows = statline.get(f"{FEED}/70072ned/UntypedDataSet?$format=json&$select=RegioS,+TotaleBevolking_1&$top=1").json()
    assert rows["value"] == [{"RegioS": "GM1680", "TotaleBevolking_1": "   25286"}]
    assert len(get(statline, f"{FEED}/70072ned/UntypedDataSet", select="*", top="1")["value"][0]) == 4
    topic = get(statline, f"{FEED}/70072ned/DataProperties", select="Key,Unit", filter="Type eq 'Topic'")["value"]
    assert topic == [{"Key": "TotaleBevolking_1", "Unit": "aantal"}]
    status, message = refusal(statline, f"{FEED}/70072ned/UntypedDataSet", select="RegioS,Bevolking")
    assert (status, "Bevolking" in message, "TotaleBevolking_1" in message) == (400, True, True)


def test_dimensions_and_catalogue_can_be_filtered(statline: httpx.Client) -> None:
    quarters = get(statline, f"{FEED}/84799NED/WijkenEnBuurten", filter="startswith(Key,'WK0363')")["value"]
    assert {row["Municipality"].strip() for row in quarters} == {"GM0363"}
    wmo = get(statline, "/ODataCatalog/Tables", filter="substringof('Wmo',Title)", select="Identifier")["value"]
    assert [row["Identifier"] for row in wmo] == ["84751NED", "84752NED", "84753NED", "84908NED", "83262NED"]
    assert len(get(statline, "/ODataCatalog/Tables", filter="Catalog eq 'IV3'")["value"]) == 10
    assert get(statline, "/ODataCatalog/Tables", filter="Identifier eq '70072NED'")["value"] == []


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [
        ("filter", "RegioS eq", "expected a column, a value"),
        ("filter", "Regio eq 'NL01  '", "column 'Regio'"),
        ("filter", "TotaleBevolking_1 gt 100000", "figures of UntypedDataSet are text"),
        ("top", "-1", "whole number"),
        ("skip", "ten", "whole number"),
        ("orderby", "RegioS", "does not know query option $orderby"),
    ],
)
def test_a_wrong_option_is_a_400_that_says_why(statline: httpx.Client, option: str, text: str, words: str) -> None:
    status, message = refusal(statline, f"{FEED}/70072ned/UntypedDataSet", **{option: text})
    assert status == 400
    assert words in message


def test_adding_parameters_to_a_next_link_is_an_error_as_at_cbs(statline: httpx.Client) -> None:
    answer = statline.get(f"{FEED}/84799NED/UntypedDataSet/?$format=json&$skip=10000&$format=json")
    assert answer.status_code == 400
    assert "$format is given twice" in answer.text


def test_a_feed_page_has_10_000_rows_and_a_next_link_in_the_form_of_cbs(statline: httpx.Client) -> None:
    page = get(statline, f"{FEED}/84799NED/WijkenEnBuurten")
    assert list(page) == ["odata.metadata", "value", "odata.nextLink"]
    assert len(page["value"]) == 10_000
    link = f"{HOST}/ODataFeed/OData/84799NED/WijkenEnBuurten/?$format=json&$skip=10000"
    assert page["odata.nextLink"] == link
    last = statline.get(link).json()
    assert list(last) == ["odata.metadata", "value"]
    assert page["value"] + last["value"] == recorded("84799NED", "WijkenEnBuurten")


def test_pages_repeat_filter_and_select_and_count_down_top() -> None:
    with browse(create_app(RECORDING, page_size=2)) as client:
        asked = {"filter": "RegioS eq 'NL01  '", "select": "ID, RegioS", "top": "5", "skip": "1"}
        page = get(client, f"{FEED}/83262NED/UntypedDataSet", **asked)
        ids = [row["ID"] for row in page["value"]]
        while "odata.nextLink" in page:
            assert "$filter=RegioS%20eq%20%27NL01%20%20%27&$select=ID%2C%20RegioS&$top=" in page["odata.nextLink"]
            page = client.get(page["odata.nextLink"]).json()
            assert all(list(row) == ["ID", "RegioS"] for row in page["value"])
            ids += [row["ID"] for row in page["value"]]
    assert ids == [1, 2, 3, 4, 5]


def test_a_full_last_page_has_no_next_link() -> None:
    with browse(create_app(RECORDING, page_size=48)) as client:
        first = get(client, f"{FEED}/83262NED/UntypedDataSet")
        last = client.get(first["odata.nextLink"]).json()
    assert (len(last["value"]), "odata.nextLink" in last) == (48, False)


@pytest.mark.parametrize("status", [500, 400])
def test_the_api_refuses_more_than_10_000_rows_of_data_but_not_of_metadata(status: int) -> None:
    with browse(create_app(RECORDING, api_refusal_status=status)) as client:
        assert refusal(client, f"{API}/84799NED/UntypedDataSet", select="ID")[0] == status
        assert refusal(client, f"{API}/84799NED/UntypedDataSet", select="ID", top="10001")[0] == status
        assert len(get(client, f"{API}/84799NED/UntypedDataSet", select="ID", top="9999")["value"]) == 9_999
        rest = get(client, f"{API}/84799NED/UntypedDataSet", select="ID", skip="10000")
        assert (len(rest["value"]), "odata.nextLink" in rest) == (7_341, False)
        assert len(get(client, f"{API}/84799NED/WijkenEnBuurten")["value"]) == 17_341


def test_every_answer_says_that_it_comes_from_a_recording(statline: httpx.Client) -> None:
    answers = [
        statline.get("/ODataCatalog/Tables"),
        statline.get(f"{FEED}/70072NED"),
        statline.post("/ODataCatalog/Tables"),
        statline.get("/ODataCatalog/Tables", headers={"Host": "example.org"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 405, 400]
    assert {answer.headers["X-StatLine-Opname"] for answer in answers} == {"ja"}


def test_the_catalogue_says_what_is_partial_about_each_table_beside_its_rows(statline: httpx.Client) -> None:
    with (RECORDING / "PROVENANCE.csv").open(encoding="utf-8", newline="") as lines:
        remarks = {row["tabel"]: row["kanttekening"] for row in csv.DictReader(lines)}
    assert len(remarks) == 34
    assert any(not remark.isascii() for remark in remarks.values())
    chosen = get(statline, "/ODataCatalog/Tables", select="Identifier", filter="Identifier eq '84799NED'")
    for answer in (get(statline, "/ODataCatalog/Tables"), chosen):
        assert answer["opname.kanttekeningen"] == remarks
    assert chosen["value"] == [{"Identifier": "84799NED"}]
    assert all("kanttekening" not in name for row in recorded("catalog", "Tables") for name in row)


def test_answers_are_packed_only_for_a_client_that_asks(statline: httpx.Client) -> None:
    plain = statline.get("/ODataCatalog/Tables", headers={"Accept-Encoding": "identity"})
    packed = statline.get("/ODataCatalog/Tables", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 3
    assert packed.json() == plain.json()


def test_a_broken_recording_is_a_500_in_the_form_of_odata_and_marked(tmp_path: Path) -> None:
    for name in ("catalog", "83262NED"):
        shutil.copytree(RECORDING / name, tmp_path / name)
    (tmp_path / "83262NED" / "Perioden.json").unlink()
    with browse(create_app(tmp_path)) as client:
        foreseen = refusal(client, f"{FEED}/83262NED/Perioden")
        (tmp_path / "83262NED" / "DataProperties.json").write_text('[{"Key":"RegioS"}]', encoding="utf-8")
        unforeseen = client.get(f"{API}/83262NED")
    assert foreseen[0] == 500
    assert "table 83262NED: expected entity Perioden" in foreseen[1]
    assert (unforeseen.status_code, unforeseen.headers["X-StatLine-Opname"]) == (500, "ja")
    assert "KeyError: 'Type'" in unforeseen.json()["odata.error"]["message"]["value"]
