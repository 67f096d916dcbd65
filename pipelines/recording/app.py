"""The Starlette app: the addresses of CBS's OData services, and what v3 answers (v4 is in ``v4_service``).

``/ODataCatalog/Tables``, ``/ODataFeed/odata/{table}/{entity}`` (any size, 10,000 rows a page) and
``/ODataApi/odata/{table}/{entity}`` (refuses larger answers). The service names ignore case and extra
slashes, table ids and entities don't: ``70072ned`` is a table, ``70072NED`` is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.recording.filters import FilterError
from pipelines.recording.query import V4_OPTIONS, Query, QueryError, next_link, read_query, select_rows
from pipelines.recording.store import DATA_SETS, Entity, Recording, RecordingError
from pipelines.recording.v4_service import ROOT, NothingHereError, V4Service

PAGE_SIZE = 10_000
ADDRESSES = "/ODataCatalog/Tables, /ODataFeed/odata/{id}, /ODataApi/odata/{id} and /odata/v1/CBS/{id}"
SERVICES = {"odatafeed": "ODataFeed", "odataapi": "ODataApi"}
# How a client knows a recording, and reads in its catalogue what is wrong or partial about the recorded tables: an
# annotation beside the rows, which CBS does not have and clients of CBS pass over.
MARK, REMARKS = "X-StatLine-Opname", "opname.kanttekeningen"


@dataclass(frozen=True)
class Place:
    """Where in the services a request points: the host it was asked at, the service and the table."""

    host: str
    service: str
    table_id: str

    def url(self, *parts: str) -> str:
        """Give an address of this table as CBS writes it in the service root."""
        return "/".join((f"{self.host}/{self.service}/odata/{self.table_id}", *parts))

    def context(self, part: str = "") -> str:
        """Give the ``odata.metadata`` of this table, where CBS writes ``OData``."""
        return f"{self.host}/{self.service}/OData/{self.table_id}/$metadata{part}"


class OData:
    """Answers requests from one recording."""

    def __init__(self, recording: Recording, page_size: int, api_refusal_status: int) -> None:
        self._recording = recording
        self._page_size = page_size
        self._api_refusal_status = api_refusal_status
        self._v4 = V4Service(recording, page_size, json_response, REMARKS)

    def answer(self, request: Request) -> Response:
        """Answer any GET. Errors of the asker become 400, 404 or 406, each with an ``odata.error`` body."""
        parts = [part for part in request.path_params["path"].split("/") if part]
        host = f"{request.url.scheme}://{request.url.netloc}"
        is_v4 = tuple(part.lower() for part in parts[:2]) == ROOT
        refuse = v4_error if is_v4 else odata_error
        try:
            given = request.query_params.multi_items()
            if is_v4:
                return self._v4.answer(host, parts[2:], read_query(given, V4_OPTIONS))
            return self._route(host, parts, read_query(given))
        except NothingHereError as error:
            return refuse(404, str(error))
        except (QueryError, FilterError) as error:
            return refuse(400, str(error))
        except RecordingError as error:
            return refuse(500, str(error))

    def _route(self, host: str, parts: list[str], query: Query) -> Response:
        names = [part.lower() for part in parts[:2]]
        if names[:1] == ["odatacatalog"] and parts[1:] == ["Tables"]:
            return self._catalogue(host, query)
        if len(parts) not in (3, 4) or names[0] not in SERVICES or names[1] != "odata":
            return odata_error(404, f"There is nothing here. The recording serves {ADDRESSES}.")
        return self._table(Place(host, SERVICES[names[0]], parts[2]), parts[3:], query)

    def _catalogue(self, host: str, query: Query) -> Response:
        if query.format not in (None, "json"):
            return _not_json(query)
        # Never paged: the catalogue of CBS, nearly 6,000 tables, comes in one answer.
        rows, _ = select_rows(self._recording.catalogue(), query, limit=None)
        context = f"{host}/ODataCatalog/$metadata#Tables"
        return collection(context, rows, {REMARKS: self._recording.remarks()})

    def _table(self, place: Place, entity: list[str], query: Query) -> Response:
        if not self._recording.has_table(place.table_id):
            message = f"Table {place.table_id} is not in this recording. Ids are case-sensitive: 70072ned."
            return odata_error(404, message)
        # The Feed of CBS gives ATOM unless JSON is asked; refusing shows at once that a client forgot to ask.
        if query.format != "json" and (place.service == "ODataFeed" or query.format is not None):
            return _not_json(query)
        names = self._recording.entities(place.table_id)
        if not entity:
            return json_response(_service_root(place, names))
        if entity[0] not in names:
            message = f"Table {place.table_id} has no entity {entity[0]}. It has {', '.join(names)}."
            return odata_error(404, message)
        return self._entity(place, entity[0], query)

    def _entity(self, place: Place, name: str, query: Query) -> Response:
        entity = self._recording.entity(place.table_id, name)
        context = place.context(f"#Cbs.OData.WebAPI.{name}")
        if place.service == "ODataApi":
            return self._whole(context, name, entity, query)
        rows, more = select_rows(entity, query, limit=self._page_size)
        url = f"{place.host}/{place.service}/OData/{place.table_id}/{name}"
        return collection(context, rows, {"odata.nextLink": next_link(url, query, self._page_size)} if more else {})

    def _whole(self, context: str, name: str, entity: Entity, query: Query) -> Response:
        rows, more = select_rows(entity, query, limit=self._page_size if name in DATA_SETS else None)
        if more:
            message = (
                f"{name}: the answer has more than {self._page_size} rows, the most that ODataApi gives. "
                "Ask less with $filter or $top, or read ODataFeed."
            )
            return odata_error(self._api_refusal_status, message)
        return collection(context, rows)


def _service_root(place: Place, names: list[str]) -> bytes:
    entities = [{"name": name, "url": place.url(name)} for name in names]
    return orjson.dumps({"odata.metadata": place.context(), "value": entities})


def _not_json(query: Query) -> Response:
    found = query.format or "nothing"
    return odata_error(406, f"The recording gives JSON only: expected $format=json, found {found}.")


def _unforeseen(_request: Request, error: Exception) -> Response:
    return odata_error(500, f"The recording server failed: {type(error).__name__}: {error}")


def create_app(
    folder: Path,
    *,
    page_size: int = PAGE_SIZE,
    api_refusal_status: int = 500,
    middleware: Sequence[Middleware] = (),
) -> Starlette:
    """Make the app that serves a folder. Raises ``RecordingError`` when the folder is not a recording.

    ``page_size``: rows of a Feed page, and the most that ODataApi gives. ``api_refusal_status``: what CBS
    answers beyond that is not known, so a client must manage with any. ``middleware`` goes outermost, after
    compression: the place for faults of the wire. Faults of content need no code: edit a copy of the
    recording, also while it is served.
    """
    odata = OData(Recording(folder), page_size, api_refusal_status)

    def endpoint(request: Request) -> Response:
        # Not async on purpose: reading a large table must not stop the server from answering other requests.
        return odata.answer(request)

    return Starlette(
        routes=[Route("/{path:path}", endpoint)],
        middleware=[
            *middleware,
            Middleware(MarkRecording),
            # A page on the internet must not reach the recording by a host name that resolves to loopback.
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=1),
        ],
        exception_handlers={Exception: _unforeseen},
    )


def collection(context: str, rows: list[bytes], annotations: Mapping[str, Any] | None = None) -> Response:
    """Answer with rows in JSON: ``odata.metadata`` first and other annotations last, as CBS has ``odata.nextLink``."""
    parts = [b'{"odata.metadata":', orjson.dumps(context), b',"value":[', b",".join(rows), b"]"]
    for name, value in (annotations or {}).items():
        parts += [b",", orjson.dumps(name), b":", orjson.dumps(value)]
    return json_response(b"".join([*parts, b"}"]))


def odata_error(status: int, message: str) -> Response:
    """Answer with an error in the form of OData v3. The texts are ours: those of CBS are not known."""
    error = {"odata.error": {"code": "", "message": {"lang": "en-US", "value": message}}}
    return json_response(orjson.dumps(error), status)


def v4_error(status: int, message: str) -> Response:
    """Answer with an error in the form of OData v4; the text is ours here too."""
    return json_response(orjson.dumps({"error": {"code": "", "message": message}}), status)


def json_response(body: bytes, status: int = 200) -> Response:
    """Answer with JSON; marked here too, for the unforeseen errors that pass no middleware."""
    return Response(body, status, headers={MARK: "ja"}, media_type="application/json; charset=utf-8")


class MarkRecording:
    """Marks every answer, also the framework's, so that a release can say it was made from a recording."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the mark to the head of the answer."""

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[MARK] = "ja"
            await send(message)

        await self._app(scope, receive, send_marked)
