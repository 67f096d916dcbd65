"""The two protocols: each is read at its own addresses, and a base URL that speaks the other one is one sentence."""

from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.common.settings import RECORDING
from pipelines.recording import recorded_base, serve_recording
from pipelines.statline.client import Api, SettingsError, StatlineClient, StatlineError
from pipelines.statline.dialects import condition_in_v4_terms
from pipelines.statline.errors import InvalidFieldError
from pipelines.statline.metadata import TOPIC, read_codes, read_infos, read_properties, require_readable
from pipelines.statline.translation import metadata_in_v3_terms
from pipelines.statline.transport import Row
from tests.support.statline_service import (
    QUICK_RETRIES,
    QUICK_TIMEOUTS,
    Reply,
    Service,
    count_all_tables,
    proxy,
    recorded,
)

Metadata = dict[str, list[Row]]


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING, page_size=100) as url:
        count_all_tables(url)
        yield url


def asking(base: str, api: Api, third: str = "", third_api: Api = "v3") -> StatlineClient:
    return StatlineClient(
        base, third or base, api=api, third_party_api=third_api, timeouts=QUICK_TIMEOUTS, retries=QUICK_RETRIES
    )


@pytest.fixture
def v4(service: Service) -> Iterator[StatlineClient]:
    with asking(recorded_base(service.url, "v4"), "v4", service.url) as client:
        yield client


def test_the_catalogue_of_v4_says_what_that_of_v3_does(v4: StatlineClient, client: StatlineClient) -> None:
    found, expected = v4.catalogue("CBS"), client.catalogue("CBS")
    assert list(found) == [table for table in expected if expected[table].fields["Catalog"] == "CBS"]
    for table in found:
        row, other = found[table], expected[table]
        assert (row.title, row.remark) == (other.title, other.remark)
        for name in ("Language", "Catalog", "OutputStatus", "ReasonDelivery", "Period"):
            assert row.fields[name] == other.fields[name]
        assert row.stamps.modified is not None
        assert row.stamps.modified.startswith(str(other.stamps.modified))
        assert row.record_count is not None
        assert row.record_count > 0
    assert v4.source("CBS").identity == "opname"
    assert v4.source("CBS").api == "v4"


def test_third_parties_are_asked_by_their_own_protocol(v4: StatlineClient, service: Service) -> None:
    assert v4.source("IV3").api == "v3"
    assert len(list(v4.pages("45038NED", "IV3"))) > 1
    assert v4.table_infos("85098NED", "CBS")["Title"] == recorded("85098NED", "TableInfos")[0]["Title"]
    asked = [path for path in service.requests if "/odata/v1" in path]
    assert asked == ["/odata/v1/CBS/85098NED/Properties"]


@pytest.mark.parametrize("table", ["83262NED", "84751NED", "85335NED", "84799NED"])
def test_the_metadata_of_v4_say_what_those_of_v3_do(table: str, v4: StatlineClient, client: StatlineClient) -> None:
    published: Metadata = client.metadata(table, "CBS")
    told = metadata_in_v3_terms(table, v4.metadata(table, "CBS"), "v4")
    infos, other = require_readable(table, told), read_infos(table, published["TableInfos"])
    assert (infos.title, infos.status) == (other.title, other.status)
    found, expected = (read_properties(rows["DataProperties"], table) for rows in (told, published))
    shown = [
        [(each.kind, each.title, each.groups, each.unit, each.datatype, each.decimals) for each in properties]
        for properties in (
            [p for p in found if p.kind != "TopicGroup"],
            [p for p in expected if p.kind != "TopicGroup"],
        )
    ]
    assert shown[0] == shown[1]
    for dimension in [each.key for each in expected if each.kind not in (TOPIC, "TopicGroup")]:
        codes = {code.key: (code.title, code.status) for code in read_codes(dimension, told[dimension], table)}
        of_v3 = {c.key.strip(): (c.title, c.status) for c in read_codes(dimension, published[dimension], table)}
        assert codes
        assert codes.items() <= of_v3.items()


NESTED: Metadata = {
    "Properties": [{"Identifier": "T", "Title": "Tabel", "Modified": "2026-01-01T02:00:00+01:00"}],
    "Dimensions": [{"Identifier": "RegioS", "Title": "Regio's", "Kind": "GeoDimension"}],
    "MeasureGroups": [
        # A group may come before the one around it.
        {"Id": "2", "Title": " Leeftijd ", "ParentId": "1"},
        {"Id": "1", "Title": "Jongeren", "ParentId": None},
    ],
    "MeasureCodes": [
        {"Identifier": "M1", "Title": "Totaal", "MeasureGroupId": "1", "DataType": "Long", "Unit": "aantal"},
        {"Identifier": "M2", "Title": "0 tot 4 jaar", "MeasureGroupId": "2", "DataType": "Long", "Unit": "aantal"},
        {"Identifier": "M3", "Title": "Los", "MeasureGroupId": None, "DataType": "String", "Unit": "naam"},
    ],
    "RegioSCodes": [{"Identifier": "NL01", "Title": "Nederland", "DimensionGroupId": "0"}],
}


def test_a_measure_stands_under_the_titles_of_its_groups_from_outer_to_inner() -> None:
    told = metadata_in_v3_terms("T", NESTED, "v4")
    found = {each.key: (each.groups, each.title) for each in read_properties(told["DataProperties"]) if each.key}
    assert found == {
        "RegioS": ((), "Regio's"),
        "M1": (("Jongeren",), "Totaal"),
        "M2": (("Jongeren", "Leeftijd"), "0 tot 4 jaar"),
        "M3": ((), "Los"),
    }


def test_groups_within_each_other_are_refused() -> None:
    circle = [{"Id": "1", "Title": "A", "ParentId": "2"}, {"Id": "2", "Title": "B", "ParentId": "1"}]
    told = metadata_in_v3_terms("T", {**NESTED, "MeasureGroups": circle}, "v4")
    with pytest.raises(InvalidFieldError, match="should lie in groups that end"):
        read_properties(told["DataProperties"], "T")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("startswith(RegioS,'GM')", "startswith(RegioS,'GM')"),
        ("RegioS eq 'NL01  ' and Perioden eq '2019JJ00'", "RegioS eq 'NL01' and Perioden eq '2019JJ00'"),
        ("substringof('JJ',Perioden) or substringof( 'a''b ' , X)", "contains(Perioden,'JJ') or contains(X,'a''b')"),
    ],
)
def test_a_filter_of_the_yml_is_asked_as_v4_takes_it(condition: str, expected: str) -> None:
    assert condition_in_v4_terms(condition) == expected


def test_a_filter_gives_the_same_rows_by_either_protocol(v4: StatlineClient, client: StatlineClient) -> None:
    condition = "RegioS eq 'NL01  ' and substringof('JJ',Perioden)"
    by_v3 = [row for page in client.pages("83262NED", "CBS", condition) for row in page.rows]
    by_v4 = [row for page in v4.pages("83262NED", "CBS", condition) for row in page.rows]
    published = [row[topic] for row in by_v3 for topic in ("WmoClienten_1", "WmoClientenPer1000Inwoners_2")]
    assert {row["RegioS"] for row in by_v4} == {"NL01"}
    assert sorted(row["Value"] for row in by_v4) == sorted(float(text) for text in published if text.strip() != ".")


# --- the other protocol -----------------------------------------------------------------------------------------


def refused(client: StatlineClient, catalogue: str = "CBS") -> str:
    with client, pytest.raises(SettingsError) as error:
        client.catalogue(catalogue)
    return str(error.value)


def test_a_base_url_of_v4_while_the_setting_says_v3_is_one_sentence(service: Service) -> None:
    base = recorded_base(service.url, "v4")
    assert refused(asking(base, "v3")) == (
        f"{base} of STATLINE_URL answers as OData v4, while STATLINE_API says v3: set STATLINE_API=v4, or "
        f"STATLINE_URL to a service of v3 such as https://opendata.cbs.nl"
    )


def test_a_base_url_of_v3_while_the_setting_says_v4_is_one_sentence(service: Service) -> None:
    assert refused(asking(service.url, "v4")) == (
        f"{service.url} of STATLINE_URL answers as OData v3, while STATLINE_API says v4: set STATLINE_API=v3, or "
        f"STATLINE_URL to a service of v4 such as https://datasets.cbs.nl/odata/v1"
    )


def test_the_host_of_v4_without_its_path_is_told_the_path(service: Service) -> None:
    service.fail("ODataCatalog", Reply(404))
    assert refused(asking(service.url, "v3")) == (
        f"{service.url} of STATLINE_URL answers as OData v4, at {service.url}/odata/v1, while STATLINE_API says v3: "
        f"set STATLINE_API=v4 and STATLINE_URL={service.url}/odata/v1, or STATLINE_URL to a service of v3 such as "
        f"https://opendata.cbs.nl"
    )


def test_of_third_parties_the_sentence_names_their_settings(service: Service) -> None:
    base = recorded_base(service.url, "v4")
    said = refused(asking(base, "v4", base, "v3"), "IV3")
    assert said.startswith(
        f"{base} of STATLINE_URL_DATADERDEN answers as OData v4, while STATLINE_API_DATADERDEN says v3"
    )


@pytest.mark.parametrize("api", ["v3", "v4"])
def test_what_speaks_neither_is_not_taken_for_the_other(api: Api, recording_url: str) -> None:
    with proxy(recording_url) as service:
        service.fail("", Reply(200, b'{"value": [{"name": "something else"}]}'))
        with asking(service.url, api) as client:
            assert dict(client.catalogue("CBS")) == {}
        service.mend()
        service.fail("", Reply(404))
        with (
            asking(service.url, api) as client,
            pytest.raises(StatlineError, match=r"Page 1 of the catalogue: .* status 404"),
        ):
            client.catalogue("CBS")


def test_a_service_that_is_down_is_not_asked_for_the_other_protocol(service: Service, v4: StatlineClient) -> None:
    service.fail("", Reply(503))
    with pytest.raises(StatlineError, match="status 503"):
        v4.catalogue("CBS")
    assert set(service.requests) == {"/odata/v1/CBS/Datasets"}


def edited(service: Service, change: dict[str, Any]) -> None:
    service.edit("Datasets", lambda answer: [row.update(change) for row in answer["value"]] and None)


def test_a_table_that_v4_stopped_is_known_as_such(service: Service, v4: StatlineClient) -> None:
    edited(service, {"Status": "Gediscontinueerd", "VersionReason": "Stopgezet", "Frequency": "Stopgezet"})
    fields = v4.catalogue("CBS")["85098NED"].fields
    assert (fields["OutputStatus"], fields["ReasonDelivery"], fields["Frequency"]) == (
        "Gediscontinueerd",
        "Stopgezet",
        "Stopgezet",
    )
