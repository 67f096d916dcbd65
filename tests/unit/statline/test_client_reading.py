"""What the StatLine client reads of a service that works: every row once, as published, from the host asked."""

from collections.abc import Iterator

import pytest

from pipelines.common.settings import RECORDING
from pipelines.recording import app as recording
from pipelines.recording import serve_recording
from pipelines.statline import transport
from pipelines.statline.client import SettingsError, StatlineClient, StatlineError
from tests.support.statline_service import Service, proxy, quick_client, recorded, recorded_rows, unused_url

THE_HAGUE_2019 = "RegioS eq 'GM0518' and Perioden eq '2019JJ00' and Geslacht eq 'T001038'"


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING, page_size=1000) as url:
        yield url


def test_the_catalogue_gives_stamps_and_row_count_of_every_table(client: StatlineClient) -> None:
    row = client.catalogue("CBS")["70072ned"]
    assert (row.title, row.record_count) == ("Regionale kerncijfers Nederland", 4050)
    assert row.stamps.modified == row.stamps.updated == "2026-07-17T02:00:00"
    assert len(client.catalogue("CBS")) == 34


def test_the_catalogue_is_asked_once_however_often_it_is_used(client: StatlineClient, service: Service) -> None:
    for catalogus in ("CBS", "IV3", "CBS"):
        client.catalogue(catalogus)
        client.source(catalogus)
    assert len(service.requests) == 1


def test_a_catalogue_of_several_pages_is_read_to_the_end(client: StatlineClient, service: Service) -> None:
    service.split("Tables", 10)
    assert len(client.catalogue("CBS")) == 34
    assert len(service.requests) == 2


def test_every_row_comes_once_and_untouched_from_the_host_that_was_asked(
    client: StatlineClient, service: Service
) -> None:
    pages = list(client.pages("70072ned", "CBS"))
    assert [row for page in pages for row in page.rows] == recorded_rows("70072ned")
    assert [(page.number, len(page.rows)) for page in pages] == [(1, 1000), (2, 1000), (3, 1000), (4, 1000), (5, 50)]
    assert service.requests[-1] == "/ODataFeed/OData/70072ned/UntypedDataSet/?$format=json&$skip=4000"


def test_a_next_link_to_an_internal_host_of_cbs_is_followed_on_the_host_that_was_asked(
    client: StatlineClient, service: Service
) -> None:
    def internal(answer: dict[str, str]) -> None:
        if link := answer.get("odata.nextLink"):
            answer["odata.nextLink"] = "https://dataderden.prod.cbsp.nl" + link[link.index("/ODataFeed") :]

    service.edit("UntypedDataSet", internal)
    rows = [row for page in client.pages("45038NED", "IV3") for row in page.rows]
    assert [row["ID"] for row in rows] == [row["ID"] for row in recorded_rows("45038NED")]


def test_the_filter_is_left_to_the_service_on_every_page(client: StatlineClient, service: Service) -> None:
    rows = [row for page in client.pages("83262NED", "CBS", THE_HAGUE_2019) for row in page.rows]
    assert rows == [
        row
        for row in recorded_rows("83262NED")
        if (row["RegioS"], row["Perioden"], row["Geslacht"]) == ("GM0518", "2019JJ00", "T001038")
    ]
    assert 0 < len(rows) < 96
    filtered = list(client.pages("70072ned", "CBS", "startswith(RegioS,'GM') and Perioden ne '2017JJ00'"))
    assert sum(len(page.rows) for page in filtered) == sum(
        row["RegioS"].startswith("GM") and row["Perioden"] != "2017JJ00" for row in recorded_rows("70072ned")
    )
    assert "startswith" in service.requests[-1]
    assert "$skip=3000" in service.requests[-1]


def test_a_filter_longer_than_cbs_accepts_is_refused_before_anything_is_asked(
    client: StatlineClient, service: Service
) -> None:
    with pytest.raises(StatlineError, match=r"filter and columns of table 70072ned .* CBS takes 8000"):
        client.pages("70072ned", "CBS", " or ".join("RegioS eq 'GM0003'" for _ in range(500)))
    assert service.requests == []


def test_metadata_is_every_entity_of_the_root_but_the_data_sets_as_published(client: StatlineClient) -> None:
    metadata = client.metadata("83262NED", "CBS")
    names = {path.stem for path in (RECORDING / "83262NED").glob("*.json")}
    assert set(metadata) == names
    for name in names:
        assert metadata[name] == recorded("83262NED", name)


def test_a_code_list_of_several_pages_is_read_to_the_end_on_the_host_that_was_asked(
    client: StatlineClient, service: Service
) -> None:
    service.split("/Wijken", 100)
    assert client.metadata("85335NED", "CBS")["Wijken"] == recorded("85335NED", "Wijken")
    assert sum("/Wijken" in request for request in service.requests) == 2


def test_a_base_url_with_a_path_and_a_slash_at_the_end_serves_everything(recording_url: str) -> None:
    with proxy(recording_url, prefix="/spiegel/statline") as service, quick_client(service.url + "/") as client:
        assert "45038NED" in client.catalogue("IV3")
        assert client.table_infos("70072ned", "CBS")["Modified"] == "2026-07-17T02:00:00"
        assert sum(len(page.rows) for page in client.pages("70072ned", "CBS")) == 4050
        assert all(request.startswith("/spiegel/statline/OData") for request in service.requests)


def test_tables_of_third_parties_are_read_from_their_own_host(recording_url: str) -> None:
    with proxy(recording_url) as cbs, proxy(recording_url) as derden, quick_client(cbs.url, derden.url) as client:
        client.catalogue("IV3")
        client.metadata("45038NED", "IV3")
        next(client.pages("45038NED", "IV3"))
        assert cbs.requests == []
        client.catalogue("CBS")
        assert len(cbs.requests) == 1


def test_a_recording_makes_itself_known_and_a_live_service_is_known_by_its_address(recording_url: str) -> None:
    with proxy(recording_url) as service, quick_client(service.url) as client:
        assert (client.source("CBS").identity, client.source("CBS").kind) == ("opname", "opname")
        assert next(client.pages("70072ned", "CBS")).recording
    with proxy(recording_url, live=True) as service, quick_client(service.url) as client:
        assert (client.source("CBS").identity, client.source("CBS").kind) == (service.url, "live")


def test_a_recording_tells_what_is_partial_about_a_table_and_a_live_service_is_not_believed_to(
    recording_url: str, client: StatlineClient
) -> None:
    assert (recording.MARK, recording.REMARKS) == (transport.RECORDING_HEADER, transport.RECORDING_REMARKS)
    assert str(client.catalogue("CBS")["84799NED"].remark).startswith("Stand maart 2021: jeugdzorg, Wmo en inkomen")
    assert all(row.remark for row in client.catalogue("CBS").values())
    with proxy(recording_url, live=True) as service, quick_client(service.url) as live:
        assert {row.remark for row in live.catalogue("CBS").values()} == {None}


def test_pages_are_asked_compressed_and_under_our_own_name(client: StatlineClient, service: Service) -> None:
    next(client.pages("70072ned", "CBS"))
    assert service.headers[0]["accept-encoding"] == "gzip"
    assert service.headers[0]["user-agent"].startswith("monitor-sociaal-domein/")


def test_a_proxy_in_the_environment_never_stands_between_us_and_our_own_machine(
    monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, unused_url())
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with quick_client(service.url) as client:
        assert "70072ned" in client.catalogue("CBS")
        assert client.table_infos("70072ned", "CBS")["Identifier"] == "70072ned"


def test_the_two_hosts_may_have_different_schemes() -> None:
    with StatlineClient("http://127.0.0.1:1", "https://dataderden.cbs.nl") as client:
        assert (client.base_of("CBS"), client.base_of("IV3")) == ("http://127.0.0.1:1", "https://dataderden.cbs.nl")


def test_metadata_of_one_page_follows_the_rules_of_pages_too(client: StatlineClient, service: Service) -> None:
    service.split("/DataProperties", 3)
    assert client.metadata("83262NED", "CBS")["DataProperties"] == recorded("83262NED", "DataProperties")
    service.mend()
    service.split("/83262NED/\\?", 4)
    assert set(client.metadata("83262NED", "CBS")) == {path.stem for path in (RECORDING / "83262NED").glob("*.json")}
    assert all(request.startswith("/ODataFeed/") for request in service.requests)


@pytest.mark.parametrize(
    ("base", "derden", "message"),
    [
        ("opendata.cbs.nl", "", "STATLINE_URL should be a base URL such as https://opendata.cbs.nl, found 'opendata"),
        ("ftp://opendata.cbs.nl", "", "STATLINE_URL should be a base URL"),
        ("https://a.nl/?x=1", "", "STATLINE_URL should be a base URL"),
        ("https://a.nl", "dataderden", "STATLINE_URL_DATADERDEN should be a base URL"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(base: str, derden: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        StatlineClient(base, derden)
