"""What the StatLine client makes of a service that fails: it asks again where that can help, and says what is wrong."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pipelines.common.settings import RECORDING
from pipelines.recording import serve_recording
from pipelines.statline.client import (
    RequestRecord,
    RetryPolicy,
    StatlineClient,
    StatlineError,
    TableNotFoundError,
    Timeouts,
    UnreachableError,
)
from tests.support.statline_service import (
    QUICK_RETRIES,
    Reply,
    Service,
    count_all_tables,
    proxy,
    quick_client,
    recorded_rows,
    unused_url,
)

TABLE = "85098NED"
ROWS = f"/{TABLE}/UntypedDataSet"
INFOS = f"/{TABLE}/TableInfos"
HTML = Reply(200, b"<!DOCTYPE html><html><body>Onderhoud</body></html>", {"Content-Type": "text/html"})

Ask = Callable[[StatlineClient], Any]


def ask_rows(client: StatlineClient) -> list[Any]:
    return [row for page in client.pages(TABLE, "CBS") for row in page.rows]


def ask_infos(client: StatlineClient) -> Any:
    return client.table_infos(TABLE, "CBS")


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING, page_size=100) as url:
        yield url


def cut_off(real: Reply) -> Reply:
    return Reply(real.status, real.body, real.headers, cut=len(real.body) // 2)


def reset(real: Reply) -> Reply:
    return Reply(real.status, real.body, real.headers, cut=len(real.body) // 2, reset=True)


def half_json(real: Reply) -> Reply:
    return Reply(real.status, real.body[: len(real.body) // 2], real.headers)


PASSING = {
    "error 500": Reply(500, b"oeps"),
    "error 503": Reply(503, b""),
    "connection cut off": cut_off,
    "connection reset": reset,
    "half of the JSON": half_json,
    "empty answer": Reply(200, b""),
    "maintenance page": HTML,
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
def test_rows_come_whole_after_a_passing_fault(
    client: StatlineClient, service: Service, trouble: Reply | Callable[[Reply], Reply]
) -> None:
    service.fail(ROWS + ".*skip=200", trouble, times=1)
    log: list[RequestRecord] = []
    rows = [row for page in client.pages(TABLE, "CBS", log=log) for row in page.rows]
    assert rows == recorded_rows(TABLE)
    assert [record.attempts for record in log] == [1, 1, 2, 1]
    assert all(record.status == 200 for record in log)


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
def test_metadata_comes_after_a_passing_fault(
    client: StatlineClient, service: Service, trouble: Reply | Callable[[Reply], Reply]
) -> None:
    service.fail(INFOS, trouble, times=2)
    assert ask_infos(client)["Modified"] == "2023-06-24T02:00:00"
    assert len(service.requests) == 3


@pytest.mark.parametrize("ask", [ask_rows, ask_infos])
def test_the_service_is_left_alone_for_as_long_as_it_asks(recording_url: str, ask: Ask) -> None:
    patient = RetryPolicy(attempts=2, initial=0.0, maximum=0.0)
    with proxy(recording_url) as service, StatlineClient(service.url, retries=patient) as client:
        service.fail(TABLE, Reply(429, b"", {"Retry-After": "1"}), times=1)
        started = time.perf_counter()
        ask(client)
        assert 0.9 < time.perf_counter() - started < 3


def test_a_table_that_does_not_exist_is_asked_once_and_the_message_says_what_to_do(
    client: StatlineClient, service: Service
) -> None:
    expected = r"Table 70072NED does not exist at http://127.* check the id in the dataset's yml"
    for ask in (lambda: client.metadata("70072NED", "CBS"), lambda: list(client.pages("70072NED", "CBS"))):
        service.mend()
        with pytest.raises(TableNotFoundError, match=expected):
            ask()
        assert len(service.requests) == 1


def test_a_filter_the_service_rejects_is_asked_once_and_its_reason_is_passed_on(
    client: StatlineClient, service: Service
) -> None:
    with pytest.raises(
        StatlineError, match=r"Page 1 of UntypedDataSet of table 85098NED.*status 400 \(.*Regio"
    ) as caught:
        list(client.pages(TABLE, "CBS", "Regio eq 'GM0003'"))
    assert not isinstance(caught.value, UnreachableError | TableNotFoundError)
    assert len(service.requests) == 1


@pytest.mark.parametrize("ask", [ask_rows, ask_infos])
def test_a_dead_service_is_named_in_one_sentence_after_a_few_attempts(ask: Ask) -> None:
    url = unused_url()
    with quick_client(url) as client, pytest.raises(UnreachableError) as caught:
        ask(client)
    message = str(caught.value)
    assert f"{url}/ODataFeed/odata/{TABLE}/" in message
    assert "could not be reached" in message
    assert "check STATLINE_URL and the network" in message
    assert message.endswith("(tried 3 times)")
    assert "\n" not in message


@pytest.mark.parametrize("ask", [ask_rows, ask_infos])
def test_a_silent_service_is_given_up(recording_url: str, ask: Ask) -> None:
    hasty = Timeouts(connect=1.0, read=0.2, total=5.0)
    with proxy(recording_url) as service, StatlineClient(service.url, timeouts=hasty, retries=QUICK_RETRIES) as client:
        service.fail(TABLE, Reply(200, b"{}", delay=0.5))
        with pytest.raises(UnreachableError, match=r"could not be reached \(ReadTimeout"):
            ask(client)
        assert len(service.requests) == 3


def test_a_dripping_service_is_given_up_although_it_is_never_silent(recording_url: str) -> None:
    impatient = Timeouts(connect=1.0, read=1.0, total=0.2)
    with (
        proxy(recording_url) as service,
        StatlineClient(service.url, timeouts=impatient, retries=QUICK_RETRIES) as client,
    ):
        service.fail(ROWS, lambda real: Reply(real.status, real.body, real.headers, drip=0.05))
        with pytest.raises(UnreachableError, match=r"answer not complete after 0.2 s"):
            ask_rows(client)


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (HTML, r"no \(complete\) JSON: \d+ bytes that begin with '<!DOCTYPE html>"),
        (Reply(200, b""), "an empty answer"),
        (Reply(200, b"[1, 2]"), r"found '\[1, 2\]'"),
        (Reply(200, b'{"value": {"ID": 0}}'), "found '.*ID"),
        (Reply(200, b'{"odata.error": {"message": {"value": "Te veel cellen"}}}'), "found Te veel cellen"),
    ],
)
def test_an_answer_without_rows_is_refused_with_address_and_page(
    client: StatlineClient, service: Service, reply: Reply, found: str
) -> None:
    service.fail(ROWS + ".*skip=100", reply)
    expected = (
        rf"Page 2 of UntypedDataSet of table 85098NED: {service.url}/ODataFeed/\S+skip=100 should answer .*{found}"
    )
    with pytest.raises(StatlineError, match=expected):
        ask_rows(client)


@pytest.mark.parametrize("reply", [HTML, Reply(200, b"[]"), Reply(200, b'{"odata.error": {}}')])
def test_metadata_without_rows_is_refused_with_its_address(
    client: StatlineClient, service: Service, reply: Reply
) -> None:
    service.fail(INFOS, reply)
    with pytest.raises(
        StatlineError, match=rf"TableInfos of table 85098NED: {service.url}\S+ should answer with a JSON"
    ):
        ask_infos(client)


def test_next_links_in_a_circle_are_an_error_and_not_an_endless_night(client: StatlineClient, service: Service) -> None:
    def back_to_page_two(answer: dict[str, Any]) -> None:
        answer["odata.nextLink"] = f"{service.url}/ODataFeed/OData/{TABLE}/UntypedDataSet/?$format=json&$skip=100"

    service.edit(ROWS + ".*skip=200", back_to_page_two)
    with pytest.raises(StatlineError, match=r"Page 3 of .*skip=100 as next page, which does not advance"):
        ask_rows(client)
    assert len(service.requests) == 3


def test_an_empty_page_that_names_a_next_one_is_an_error(client: StatlineClient, service: Service) -> None:
    service.edit(ROWS, lambda answer: answer["value"].clear())
    with pytest.raises(StatlineError, match=r"holds 0 rows and names .* does not advance"):
        ask_rows(client)


def test_a_next_link_out_of_the_service_is_not_followed(client: StatlineClient, service: Service) -> None:
    service.edit(ROWS, lambda answer: answer.update({"odata.nextLink": "https://example.org/rows?page=2"}))
    with pytest.raises(
        StatlineError, match=r"names as next page 'https://example.org/rows\?page=2', which is not an addr"
    ):
        ask_rows(client)


def test_a_service_without_catalogue_is_asked_once_per_run(
    client: StatlineClient, service: Service, recording_url: str
) -> None:
    count_all_tables(recording_url)
    service.fail("ODataCatalog|Datasets", Reply(404, b""))
    for _ in range(5):
        with pytest.raises(
            StatlineError, match=r"Page 1 of the catalogue: \S+ answered with status 404 .* check STATLINE_URL"
        ):
            client.catalogue("CBS")
    assert [path.partition("?")[0] for path in service.requests] == [
        "/ODataCatalog/Tables",
        # Whether it is the other protocol that is spoken there.
        "/CBS/Datasets",
        "/odata/v1/CBS/Datasets",
    ]
