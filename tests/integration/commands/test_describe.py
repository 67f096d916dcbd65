"""``monitor describe``: what a table holds, asked with ``cbsodata`` of the recording or of the service that is set."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import cbsodata
import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.common.settings import PROJECT, RECORDING
from pipelines.recording import recorded_base, serve_recording
from pipelines.statline import description
from pipelines.statline.client import Api
from pipelines.statline.description import Service as DescribedService
from pipelines.statline.description import describe_table
from tests.support.foreign_environment import WRONG
from tests.support.statline_service import Reply, Service, proxy, unused_url


@pytest.fixture(scope="module")
def recording_url() -> Iterator[str]:
    with serve_recording(RECORDING) as url:
        yield url


def described(table: str, monkeypatch: pytest.MonkeyPatch, url: str, third_parties: str = "", *more: str) -> Result:
    monkeypatch.setenv("STATLINE_URL", url)
    monkeypatch.setenv("STATLINE_URL_DATADERDEN", third_parties)
    return CliRunner().invoke(app, ["describe", table, *more])


def recorded(table: str, entity: str) -> Any:
    return json.loads((RECORDING / table / f"{entity}.json").read_bytes())


def part(output: str, heading: str) -> list[str]:
    """The lines under a heading, up to the next empty line."""
    return [line.strip() for line in output.partition(f"\n{heading}")[2].partition("\n\n")[0].splitlines()[1:]]


@pytest.mark.parametrize("table", ["45038NED", "70072ned", "83262NED", "84799NED", "85335NED"])
def test_a_table_is_described_as_recorded(table: str, monkeypatch: pytest.MonkeyPatch, recording_url: str) -> None:
    done = described(table, monkeypatch, recording_url)
    (infos,) = recorded(table, "TableInfos")
    properties = recorded(table, "DataProperties")
    assert done.exit_code == 0
    assert done.output.startswith(f"{table}  {infos['Title']}\n")
    for name, field in (("status", "OutputStatus"), ("modified", "Modified"), ("period", "Period")):
        assert re.search(rf"^  {name} +{re.escape(infos[field])}$", done.output, re.MULTILINE)
    dimensions = [row for row in properties if row["Type"] not in ("Topic", "TopicGroup")]
    assert [re.split(r" {2,}", line) for line in part(done.output, "Dimensions")] == [
        [row["Key"], f"{row['Title']}: {len(recorded(table, row['Key'])):,}"] for row in dimensions
    ]
    topics = [row["Key"] for row in properties if row["Type"] == "Topic"]
    assert f"Topics ({len(topics)})" in done.output
    assert [line.split()[0] for line in part(done.output, "Topics")] == topics


def test_topics_stand_with_their_full_path_and_unit(monkeypatch: pytest.MonkeyPatch, recording_url: str) -> None:
    youth = part(described("85335NED", monkeypatch, recording_url).output, "Topics")
    assert re.split(r" {2,}", youth[1]) == [
        "k_0Tot4Jaar_2",
        "Jongeren met jeugdzorg in natura > Leeftijd > 0 tot 4 jaar (aantal)",
    ]
    spending = described("45038NED", monkeypatch, recording_url).output
    assert "  k_2ePlaatsing_2  2e plaatsing (1 000 euro)\n" in spending
    assert "  read here  dataset iv3_gemeenten, for 2017\n" in spending


def test_several_tables_are_described_one_after_the_other(monkeypatch: pytest.MonkeyPatch, recording_url: str) -> None:
    done = described("85098NED", monkeypatch, recording_url, "", "85335NED")
    assert done.exit_code == 0
    alone = [described(table, monkeypatch, recording_url).output for table in ("85098NED", "85335NED")]
    assert done.output == "\n".join(alone)


def test_a_table_that_cannot_be_read_costs_the_others_nothing(
    monkeypatch: pytest.MonkeyPatch, recording_url: str
) -> None:
    done = described("zorg", monkeypatch, recording_url, "", "85098NED")
    assert done.exit_code == 1
    problem, _, rest = done.output.partition("\n\n")
    assert problem == f"There is no table 'zorg' at {recording_url}."
    assert rest == described("85098NED", monkeypatch, recording_url).output


def test_json_says_what_a_person_is_told(monkeypatch: pytest.MonkeyPatch, recording_url: str) -> None:
    done = described("84799NED", monkeypatch, recording_url, "", "zorg", "45038NED", "--json")
    assert done.exit_code == 1
    said = json.loads(done.output)
    assert said["problems"] == [{"table": "zorg", "problem": f"There is no table 'zorg' at {recording_url}."}]
    kwb, spending = said["tables"]
    assert [table["table"] for table in (kwb, spending)] == ["84799NED", "45038NED"]
    assert kwb["title"] == "Kerncijfers wijken en buurten 2020"
    assert kwb["dataset"] == {"name": "kerncijfers_wijken_en_buurten", "years": ["2020"]}
    assert kwb["dimensions"] == [
        {"key": "WijkenEnBuurten", "title": "Wijken en buurten", "codes": len(recorded("84799NED", "WijkenEnBuurten"))}
    ]
    assert [topic["key"] for topic in kwb["topics"]] == [
        row["Key"] for row in recorded("84799NED", "DataProperties") if row["Type"] == "Topic"
    ]
    youth = next(topic for topic in kwb["topics"] if topic["path"] == ["Zorg", "Jongeren met jeugdzorg in natura"])
    assert (youth["unit"], youth["datatype"]) == ("aantal", "Long")
    assert [each["key"] for each in spending["dimensions"]] == [
        "TaakveldBalanspost",
        "Categorie",
        "Gemeenten",
        "Verslagsoort",
    ]


def test_json_can_be_read_where_not_every_letter_can_be_shown(recording_url: str) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "describe", "84799NED", "--json"]
    environment = {**os.environ, "STATLINE_URL": recording_url, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, check=True)
    assert done.stdout.isascii()
    titles = {part for topic in json.loads(done.stdout)["tables"][0]["topics"] for part in topic["path"]}
    assert {row["Title"].strip() for row in recorded("84799NED", "DataProperties") if row["Type"] == "Topic"} <= titles
    assert any(not title.isascii() for title in titles)


@pytest.mark.parametrize("table", ["70072ned", "83262NED", "84799NED", "85335NED"])
def test_a_table_is_described_alike_by_v4_but_for_the_keys_of_its_topics(
    table: str, monkeypatch: pytest.MonkeyPatch, recording_url: str
) -> None:
    by_v3 = described(table, monkeypatch, recording_url).output
    monkeypatch.setenv("STATLINE_API", "v4")
    by_v4 = described(table, monkeypatch, recorded_base(recording_url, "v4"), recording_url).output
    assert [line.split(maxsplit=1)[1] for line in part(by_v4, "Topics")] == [
        line.split(maxsplit=1)[1] for line in part(by_v3, "Topics")
    ]
    shown = [re.sub(r"\+0[12]:00", "", text.partition("\nTopics")[0]) for text in (by_v3, by_v4)]
    if table == "83262NED":
        # Of this table the recording has two regions, and the code list of all; v4 shows what has rows.
        shown = [text.partition("\nDimensions")[0] for text in shown]
    assert re.sub(r"Per(?=jaar|halfjaar)", "Per ", shown[0]) == shown[1]


def test_by_v4_an_unknown_table_and_a_table_of_third_parties_are_told_too(
    monkeypatch: pytest.MonkeyPatch, recording_url: str
) -> None:
    monkeypatch.setenv("STATLINE_API", "v4")
    base = recorded_base(recording_url, "v4")
    assert described("45038NED", monkeypatch, base, recording_url).exit_code == 0
    unknown = described("70072NED", monkeypatch, base, recording_url)
    assert unknown.exit_code == 1
    assert f"There is no table '70072NED' at {base} or {recording_url}; the nearest ids are 70072ned," in unknown.output


@pytest.mark.parametrize("api", ["v3", "v4"])
def test_a_service_of_the_other_protocol_is_one_sentence(
    api: Api, monkeypatch: pytest.MonkeyPatch, recording_url: str
) -> None:
    other: Api = "v4" if api == "v3" else "v3"
    monkeypatch.setenv("STATLINE_API", api)
    # The recording has the tables of CBS among those of third parties too, so one that is nowhere.
    done = described("99999NED", monkeypatch, recorded_base(recording_url, other), recording_url)
    assert done.exit_code == 1
    assert done.output.startswith(f"{recorded_base(recording_url, other)} of STATLINE_URL answers as OData {other}")
    assert done.output.count("\n") == 1


def test_without_a_service_the_recording_is_started_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    done = described("85098NED", monkeypatch, "")
    assert done.exit_code == 0
    assert "\nDimensions (2): key, title and number of codes\n" in done.output


def test_a_table_of_third_parties_is_asked_at_their_host_first(
    monkeypatch: pytest.MonkeyPatch, recording_url: str
) -> None:
    with proxy(recording_url) as cbs, proxy(recording_url) as third_parties:
        assert described("45038NED", monkeypatch, cbs.url, third_parties.url).exit_code == 0
        assert (len(cbs.requests), len(third_parties.requests)) == (0, 6)


def test_a_table_that_no_dataset_lists_is_looked_for_at_both_hosts(
    monkeypatch: pytest.MonkeyPatch, recording_url: str
) -> None:
    monkeypatch.setattr("pipelines.commands.source.load_datasets", dict)
    with proxy(recording_url) as cbs, proxy(recording_url) as third_parties:
        cbs.fail("45038NED", Reply(404))
        done = described("45038NED", monkeypatch, cbs.url, third_parties.url)
    assert done.exit_code == 0
    assert "read here" not in done.output


def test_an_unknown_table_is_a_sentence_with_the_nearest_ids(
    monkeypatch: pytest.MonkeyPatch, recording_url: str
) -> None:
    done = described("70072NED", monkeypatch, recording_url)
    assert done.exit_code == 1
    nearest = re.fullmatch(
        rf"There is no table '70072NED' at {recording_url}; the nearest ids are (.*)\.\n", done.output
    )
    assert nearest
    assert nearest[1].startswith("70072ned, ")
    assert described("zorg", monkeypatch, recording_url).output == f"There is no table 'zorg' at {recording_url}.\n"


def test_without_a_catalogue_an_unknown_table_is_told_without_the_nearest_ids(
    monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    service.fail("ODataCatalog", Reply(503))
    assert described("70072NED", monkeypatch, service.url).output == f"There is no table '70072NED' at {service.url}.\n"


def test_a_dead_host_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    url = unused_url()
    done = described("85335NED", monkeypatch, url)
    assert done.exit_code == 1
    assert done.output == (
        f"Table 85335NED: {url} could not be reached (ConnectionRefusedError: [Errno 111] Connection refused); "
        "check STATLINE_URL and the network.\n"
    )


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (Reply(503, b"druk"), r"answered with status 503 \('druk'\); the service is down or busy"),
        (Reply(200, b"<html>"), r"should answer with a JSON object holding a list 'value', found something else"),
        (Reply(200, b'{"error": 1}'), r"found something else \(KeyError: 'value'\)"),
        (Reply(200, b'{"value": []}'), r"TableInfos of table 85335NED at \S+ should hold one row, found none"),
        (Reply(200, b"{}", delay=1.0), r"could not be reached \(\w*timeout\w*: .*\); check STATLINE_URL"),
    ],
    ids=["503", "HTML", "other JSON", "no row", "silence"],
)
def test_a_service_in_trouble_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, service: Service, trouble: Reply, says: str
) -> None:
    monkeypatch.setattr(description, "TIMEOUTS", (1.0, 0.3))
    service.fail("/TableInfos", trouble)
    done = described("85335NED", monkeypatch, service.url)
    assert done.exit_code == 1
    assert re.search(says, done.output, re.IGNORECASE), done.output
    assert done.output.count("\n") == 1


def test_a_setting_that_is_no_address_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    done = described("85335NED", monkeypatch, "opendata.cbs.nl")
    assert done.exit_code == 1
    assert done.output.startswith("STATLINE_URL should be a base URL such as https://opendata.cbs.nl, or empty ")


def test_a_proxy_in_the_environment_does_not_stand_between_us_and_our_own_machine(
    monkeypatch: pytest.MonkeyPatch, recording_url: str
) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, unused_url())
    monkeypatch.setattr(cbsodata.options, "requests", {"proxies": {"http": unused_url()}})
    assert described("85098NED", monkeypatch, recording_url).exit_code == 0


@pytest.mark.parametrize(
    "name", ["ALL_PROXY", "HTTP_PROXY", "http_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSLKEYLOGFILE"]
)
def test_nothing_that_the_environment_says_of_the_network_goes_for_our_own_machine(
    monkeypatch: pytest.MonkeyPatch, recording_url: str, name: str
) -> None:
    monkeypatch.setenv(name, WRONG[name])
    assert described("85098NED", monkeypatch, recording_url).exit_code == 0


def test_a_proxy_that_cannot_be_used_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1")
    done = described("85335NED", monkeypatch, "https://opendata.example.nl")
    assert done.exit_code == 1
    assert done.output.startswith(
        "https_proxy should be the address of a proxy, such as http://proxy.example:3128, found"
    )
    assert done.output.count("\n") == 1


def test_the_options_of_the_package_are_put_back(recording_url: str) -> None:
    before = (cbsodata.options.use_https, cbsodata.options.requests, cbsodata.options.catalog_url)
    describe_table("85098NED", [DescribedService(recording_url)])
    assert (cbsodata.options.use_https, cbsodata.options.requests, cbsodata.options.catalog_url) == before


def test_a_table_is_asked_with_as_many_questions_as_it_has_entities(service: Service) -> None:
    describe_table("83262NED", [DescribedService(service.url)])
    asked = [request.split("/")[4].partition("?")[0] for request in service.requests]
    assert asked[:2] == ["TableInfos", "DataProperties"]
    assert asked[2:] == [
        row["Key"] for row in recorded("83262NED", "DataProperties") if row["Type"] not in ("Topic", "TopicGroup")
    ]


def test_every_recorded_table_can_be_described(recording_url: str) -> None:
    with (RECORDING / "PROVENANCE.csv").open(encoding="utf-8", newline="") as lines:
        tables = [row["tabel"] for row in csv.DictReader(lines)]
    assert len(tables) == 34
    assert all(describe_table(table, [DescribedService(recording_url)]).dimensions for table in tables)
