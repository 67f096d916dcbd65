"""The wire form: collections, errors, and the header that marks every answer as made from a recording."""

import orjson
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MARK = "X-StatLine-Opname"


def collection(context: str, rows: list[bytes], next_page: str | None = None) -> Response:
    """Answer with rows in JSON: ``odata.metadata`` first and ``odata.nextLink`` last, as at CBS."""
    parts = [b'{"odata.metadata":', orjson.dumps(context), b',"value":[', b",".join(rows), b"]"]
    if next_page is not None:
        parts += [b',"odata.nextLink":', orjson.dumps(next_page)]
    return json_response(b"".join([*parts, b"}"]))


def odata_error(status: int, message: str) -> Response:
    """Answer with an error in the form of OData v3. The texts are ours: those of CBS are not known."""
    error = {"odata.error": {"code": "", "message": {"lang": "en-US", "value": message}}}
    return json_response(orjson.dumps(error), status)


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
