"""The recording's face of CBS's OData v4: its addresses, query options and pages, in process and without a network."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from pipelines.common.settings import RECORDING
from pipelines.recording.app import create_app
from pipelines.recording.filters import V4_FUNCTIONS, FilterError, parse_filter
from tests.support.altered_recording import AlteredRecording
from tests.support.statline_service import recorded, recorded_rows

BASE = "http://127.0.0.1/odata/v1"
YOUTH, WMO = f"{BASE}/CBS/85098NED", f"{BASE}/CBS/83262NED"


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


@pytest.fixture(scope="module")
def browser() -> Iterator[httpx.Client]:
    # Pages of 500 observations.
    with httpx.Client(transport=InProcess(create_app(RECORDING, page_size=50))) as client:
        yield client


def rows(browser: httpx.Client, url: str) -> list[dict[str, Any]]:
    answer = browser.get(url)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def test_every_page_holds_what_comes_next_and_the_last_one_has_no_link(browser: httpx.Client) -> None:
    url: str | None = f"{YOUTH}/Observations"
    pages = []
    while url is not None:
        answer = browser.get(url)
        assert answer.headers["X-StatLine-Opname"] == "ja"
        assert next(iter(answer.json())) == "@odata.context"
        pages.append([row["Id"] for row in answer.json()["value"]])
        url = answer.json().get("@odata.nextLink")
    assert [len(page) for page in pages] == [500, 500, 500, 20]
    numbers = [number for page in pages for number in page]
    assert numbers == sorted(set(numbers))


def test_a_cell_is_a_number_a_text_or_left_out(browser: httpx.Client) -> None:
    found = rows(browser, f"{YOUTH}/Observations?$filter=RegioS eq 'GM1680'")
    (row,) = (row for row in recorded_rows("85098NED") if row["RegioS"] == "GM1680")
    texts = [text.strip() for key, text in row.items() if key not in ("ID", "RegioS", "Perioden")]
    assert [each["Value"] for each in found] == [float(text) for text in texts if text != "."]
    assert "." in texts


def test_an_empty_cell_is_impossible(tmp_path: Path) -> None:
    recording = AlteredRecording(tmp_path / "recording")
    recording.cell("85098NED", "JongerenMetJeugdreclassering_5", "", RegioS="GM1680")
    with httpx.Client(transport=InProcess(create_app(recording.folder))) as browser:
        found = rows(browser, f"{YOUTH}/Observations?$filter=RegioS eq 'GM1680' and ValueAttribute eq 'Impossible'")
        assert [(row["Value"], row["StringValue"]) for row in found] == [(None, None)]
        # An edit under a running server shows at once, also in what was counted before.
        assert browser.get(f"{YOUTH}/Observations/$count").text == "1521"
        recording.cell("85098NED", "JongerenMetJeugdreclassering_5", "       .", RegioS="GM1680")
        assert browser.get(f"{YOUTH}/Observations/$count").text == "1520"


def whole(browser: httpx.Client) -> list[dict[str, Any]]:
    return [row for skip in range(0, 2000, 500) for row in rows(browser, f"{YOUTH}/Observations?$skip={skip}")]


@pytest.mark.parametrize(
    ("options", "first", "last"), [("$top=2", 0, 2), ("$skip=1&$top=2", 1, 3), ("$skip=499&$top=3", 499, 502)]
)
def test_top_and_skip_count_observations(browser: httpx.Client, options: str, first: int, last: int) -> None:
    assert rows(browser, f"{YOUTH}/Observations?{options}") == whole(browser)[first:last]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("RegioS in ('NL01','GM1680')", lambda row: row["RegioS"] in ("NL01", "GM1680")),
        ("contains(RegioS,'036') and Value gt 13", lambda row: "036" in row["RegioS"] and row["Value"] > 13),
        (
            "endswith(RegioS,'80') and Measure eq 'M100001'",
            lambda row: row["RegioS"].endswith("80") and row["Id"] % 5 == 0,
        ),
        ("startswith(Perioden,'2023')", lambda row: row["Perioden"] > "2023"),
    ],
)
def test_a_filter_leaves_the_observations_for_which_it_holds(
    browser: httpx.Client, condition: str, holds: Callable[[dict[str, Any]], bool]
) -> None:
    expected = [row for row in whole(browser) if holds(row)]
    assert rows(browser, f"{YOUTH}/Observations?$filter={condition}") == expected
    assert rows(browser, f"{YOUTH}/Observations?$filter={condition}&$skip=1&$top=2") == expected[1:3]
    assert bool(expected) is not condition.startswith("startswith")


def test_a_count_goes_before_the_rows_and_counts_what_the_filter_leaves(browser: httpx.Client) -> None:
    answer = browser.get(f"{YOUTH}/Observations?$filter=RegioS eq 'NL01'&$count=true&$top=1").json()
    assert list(answer) == ["@odata.context", "@odata.count", "value"]
    assert answer["@odata.count"] == int(browser.get(f"{YOUTH}/Observations/$count?$filter=RegioS eq 'NL01'").text) == 5


def test_selected_fields_come_in_the_order_asked(browser: httpx.Client) -> None:
    found = rows(browser, f"{YOUTH}/Observations?$select=RegioS,Value&$top=1")
    assert [list(row.items()) for row in found] == [[("RegioS", "NL01"), ("Value", 13.2)]]
    sizes = rows(browser, f"{BASE}/CBS/Datasets?$select=Identifier&$filter=contains(Title,'Wmo')")
    assert {"Identifier": "83262NED"} in sizes


def test_groups_stand_around_measures_and_codes(browser: httpx.Client) -> None:
    categories = recorded("83262NED", "CategoryGroups")
    assert [row["Title"] for row in rows(browser, f"{WMO}/KenmerkenVanPersonenGroups")] == [
        row["Title"] for row in categories
    ]
    groups = {row["Id"]: row for row in rows(browser, f"{BASE}/CBS/84799NED/MeasureGroups")}
    measures = rows(browser, f"{BASE}/CBS/84799NED/MeasureCodes")
    assert {measure["MeasureGroupId"] for measure in measures} - {None} <= groups.keys()
    named = {name["name"] for name in rows(browser, f"{BASE}/CBS/85098NED")}
    assert named == {"Properties", "Dimensions", "MeasureCodes", "RegioSCodes", "PeriodenCodes", "Observations"}


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/CBS/85098ned", 404, "Ids are case-sensitive"),
        ("/CBS/45038NED", 404, "Table 45038NED is not in this recording"),
        ("/IV3/45038NED", 404, "There is nothing here"),
        ("/CBS/85098NED/UntypedDataSet", 404, "has no entity UntypedDataSet. It has Properties, Dimensions"),
        ("/CBS/85098NED/MeasureGroups", 404, "has no entity MeasureGroups"),
        ("/CBS/85098NED/Observations?$filter=substringof('a',RegioS)", 400, "contains with 2 arguments"),
        ("/CBS/85098NED/Observations?$filter=Regio eq 'a'", 400, "names column 'Regio'"),
        ("/CBS/85098NED/Observations?$select=Regio", 400, "$select names Regio"),
        ("/CBS/85098NED/Observations?$orderby=Id", 400, "does not know query option $orderby"),
        ("/CBS/85098NED/Observations?$top=1&$top=2", 400, "given twice"),
    ],
)
def test_what_cannot_be_answered_is_an_error_in_the_form_of_v4(
    browser: httpx.Client, path: str, status: int, says: str
) -> None:
    answer = browser.get(BASE + path)
    assert (answer.status_code, answer.headers["X-StatLine-Opname"]) == (status, "ja")
    assert says in answer.json()["error"]["message"]


def test_v3_knows_no_options_and_functions_of_v4(browser: httpx.Client) -> None:
    feed = "http://127.0.0.1/ODataFeed/odata/85098NED/UntypedDataSet?$format=json"
    for option in ("$count=true", "$filter=contains(RegioS,'NL')", "$filter=RegioS in ('NL01  ')"):
        assert browser.get(f"{feed}&{option}").status_code == 400


@pytest.mark.parametrize("text", ["Value in (1,2)", "RegioS in ('a','NL01')", "not_there eq 1 or true eq true"])
def test_membership_is_a_condition(text: str) -> None:
    row = {"Value": 2, "RegioS": "NL01"}
    if "not_there" in text:
        with pytest.raises(FilterError):
            parse_filter(text, row.keys(), V4_FUNCTIONS)
    else:
        assert parse_filter(text, row.keys(), V4_FUNCTIONS)(row)
        assert not parse_filter(text, row.keys(), V4_FUNCTIONS)({"Value": 3, "RegioS": "b"})


def test_the_remarks_of_a_recording_stand_beside_its_datasets(browser: httpx.Client) -> None:
    answer = json.loads(browser.get(f"{BASE}/CBS/Datasets").text)
    assert "83262NED" in answer["opname.kanttekeningen"]
