"""What a table holds: its title, status, dimensions and columns; of v3 read with ``cbsodata`` as an analyst would.

For a person who waits for it, so each question is asked once. ``cbsodata`` keeps where it asks, and through which
proxies, in one object of the whole process; that is set for as long as a question lasts and then put back. It knows no
v4, which our own client reads. What does not belong here: the nightly run, which needs retries, a size limit and every
cell as published (``client``).
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import cbsodata
import requests

from pipelines.common.network import NetworkSettingError, certificates_for, proxy_for, require_usable
from pipelines.common.suggestions import nearest_ids
from pipelines.statline.client import Api, RetryPolicy, StatlineClient, Timeouts
from pipelines.statline.errors import (
    SettingsError,
    StatlineError,
    TableNotFoundError,
    invalid_answer_error,
    status_error,
    unreachable_error,
)
from pipelines.statline.fields import Fields
from pipelines.statline.metadata import GROUP, INFOS, PROPERTIES, TOPIC, only_row, read_properties
from pipelines.statline.translation import metadata_in_v3_terms
from pipelines.statline.transport import Row

# Seconds to connect, and of silence: a code list of 17,000 neighbourhoods takes CBS a few.
TIMEOUTS = (10.0, 60.0)
_NOT_FOUND = 404
CBS, THIRD_PARTIES = "CBS", "IV3"


@dataclass(frozen=True)
class Service:
    """Where tables are described, by which protocol, and of which catalogue they are there."""

    base_url: str
    api: Api = "v3"
    catalogue: str = CBS


@dataclass(frozen=True)
class DescribedDimension:
    """A dimension of a table, regions and periods included, and the length of its code list."""

    key: str
    title: str
    code_count: int


@dataclass(frozen=True)
class TableDescription:
    """A table as the service at ``base_url`` describes it.

    ``infos`` is the row of TableInfos, ``properties`` the rows of DataProperties: topics, their groups, dimensions.
    """

    table: str
    base_url: str
    infos: Row
    properties: list[Row]
    dimensions: tuple[DescribedDimension, ...]


def describe_table(table: str, services: Sequence[Service]) -> TableDescription:
    """What ``table`` holds, from the first of the services that knows it.

    Raises:
        TableNotFoundError: none of them does; names the nearest ids.
        StatlineError: a service could not be reached or gave something else; one sentence.
    """
    asked = list(dict.fromkeys(services))
    with _client(asked) as client:
        for service in asked:
            try:
                is_v4 = service.api == "v4"
                return _described_v4(table, service, client) if is_v4 else _described(table, service.base_url)
            except TableNotFoundError:
                continue
        known = [name for service in asked for name in _table_ids(service, client)]
    hosts = " or ".join(dict.fromkeys(service.base_url for service in asked))
    raise TableNotFoundError(f"There is no table '{table}' at {hosts}{nearest_ids(table, known)}")


def _client(services: Sequence[Service]) -> StatlineClient:
    """Our own client of these services, which asks each question once."""
    cbs = next((each for each in services if each.catalogue == CBS), services[0])
    third_parties = next((each for each in services if each.catalogue != CBS), cbs)
    return StatlineClient(
        cbs.base_url,
        third_parties.base_url,
        api=cbs.api,
        third_party_api=third_parties.api,
        timeouts=Timeouts(*TIMEOUTS),
        retries=RetryPolicy(attempts=1),
    )


def _described_v4(table: str, service: Service, client: StatlineClient) -> TableDescription:
    published = metadata_in_v3_terms(table, client.metadata(table, service.catalogue), service.api)
    infos = only_row(table, published[INFOS])
    Fields(infos, f"Properties of table {table}").text("Title")
    properties = list(published[PROPERTIES])
    dimensions = tuple(
        DescribedDimension(row.key, row.title.strip(), len(published[row.key]))
        for row in read_properties(properties, table)
        if row.kind not in (TOPIC, GROUP)
    )
    return TableDescription(table, service.base_url, infos, properties, dimensions)


def _described(table: str, base_url: str) -> TableDescription:
    with _answers_of(table, base_url) as asked:
        address = quote(table, safe="")
        infos = cbsodata.get_info(address, **asked)
        if infos is None:
            raise StatlineError(f"TableInfos of table {table} at {base_url} should hold one row, found none")
        Fields(infos, f"TableInfos of table {table}").text("Title")
        properties: list[Row] = cbsodata.get_meta(address, PROPERTIES, **asked)
        dimensions = tuple(
            DescribedDimension(row.key, row.title.strip(), len(cbsodata.get_meta(address, row.key, **asked)))
            for row in read_properties(properties, table)
            if row.kind not in (TOPIC, GROUP)
        )
    return TableDescription(table, base_url, infos, properties, dimensions)


def _table_ids(service: Service, client: StatlineClient) -> list[str]:
    """Every id in the catalogue; none when it cannot be read, since they are only there to help.

    Raises:
        SettingsError: the service speaks the other protocol, so that it knows no table in this one.
    """
    try:
        return list(client.catalogue(service.catalogue))
    except SettingsError:
        raise
    except StatlineError:
        return []


@contextmanager
def _answers_of(table: str, base_url: str) -> Iterator[dict[str, Any]]:
    """Let ``cbsodata`` ask ``base_url`` within this block; gives the arguments of each call.

    Raises:
        StatlineError: what the service did instead of answering; ``TableNotFoundError`` for a 404.
    """
    what = f"Table {table}"
    try:
        require_usable(base_url)
        with _pointed_at(base_url) as arguments:
            yield arguments
    except NetworkSettingError as error:
        raise SettingsError(str(error)) from error
    except requests.HTTPError as error:
        raise _status_error(what, base_url, error) from error
    except json.JSONDecodeError as error:
        found = f"something else ({type(error).__name__}: {error})"
        raise invalid_answer_error(what, base_url, found, retryable=False) from error
    except requests.RequestException as error:
        proxy = proxy_for(base_url)
        raise unreachable_error(what, base_url, _root_of(error), proxy.variable if proxy else None) from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        found = f"something else ({type(error).__name__}: {error})"
        raise invalid_answer_error(what, base_url, found, retryable=False) from error


@contextmanager
def _pointed_at(base_url: str) -> Iterator[dict[str, Any]]:
    scheme, _, address = base_url.partition("://")
    before = cbsodata.options.use_https, cbsodata.options.requests
    cbsodata.options.use_https = scheme == "https"
    # Its default holds the proxies of the environment as they were at import, which switches NO_PROXY off.
    cbsodata.options.requests = {}
    try:
        proxy, certificates = proxy_for(base_url), certificates_for(base_url)
        # Named, so that requests looks for none by itself, and in other variables.
        yield {
            "catalog_url": address,
            "timeout": TIMEOUTS,
            "verify": certificates.value if certificates else True,
            "proxies": {scheme: proxy.value} if proxy else {},
        }
    finally:
        cbsodata.options.use_https, cbsodata.options.requests = before


def _status_error(what: str, base_url: str, error: requests.HTTPError) -> StatlineError:
    # cbsodata wraps the error in one that has no response.
    response = getattr(error.__cause__, "response", None)
    if response is None:
        return unreachable_error(what, base_url, error)
    if response.status_code == _NOT_FOUND:
        return TableNotFoundError(f"{what} does not exist at {base_url}")
    return status_error(what, response.url, response.status_code, response.headers, response.text)


def _root_of(error: BaseException) -> Exception:
    """What began a chain of errors: the ones that requests and urllib3 lay around it repeat the address."""
    while (deeper := error.__cause__ or error.__context__) is not None:
        error = deeper
    return error if isinstance(error, Exception) else requests.RequestException(repr(error))
