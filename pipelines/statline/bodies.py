"""From the bytes of an answer to its JSON object: whatever else came is said, as far as it can be recognised.

What does not belong here: asking (``transport``), and what is in the rows (``fields``).
"""

import codecs
import json
import re
from typing import Any

import orjson

from pipelines.statline.errors import InvalidAnswerError, beginning, explanation, invalid_answer_error

# Of a body that is no rows, this much is looked at for an explanation.
EXPLAINED = 2000
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def parsed(body: bytearray, url: str, what: str, charset: str | None = None, *, single: bool = False) -> dict[str, Any]:
    """The JSON object in ``body``, of which ``value`` is a list; of a ``single`` one the fields are its own.

    JSON is UTF-8, with or without a byte order mark, whatever the headers say; UTF-16 and UTF-32 are recognised. Only
    of what is none of these the ``charset`` of the headers is tried.

    Raises:
        InvalidAnswerError: it is something else; the message says what.
    """
    if not body or body.isspace():
        raise invalid_answer_error(what, url, "an empty answer", retryable=True)
    try:
        answer = _loaded(body, charset)
    except (ValueError, LookupError) as error:
        raise _no_json(body, url, what, error) from error
    if not isinstance(answer, dict) or not (single or isinstance(answer.get("value"), list)):
        found = explanation(text_of(body))
        raise invalid_answer_error(what, url, found, retryable=False)
    return answer


def parsed_count(body: bytearray, url: str, what: str) -> int:
    """The whole number that is all of ``body``.

    Raises:
        InvalidAnswerError: it is something else.
    """
    text = bytes(body).removeprefix(codecs.BOM_UTF8).strip()
    if not text.isdigit():
        raise invalid_answer_error(what, url, f"{beginning(text_of(body))}, which is no count", retryable=False)
    return int(text)


def text_of(body: bytes | bytearray) -> str:
    """How ``body`` begins, as text, whatever it holds."""
    head = bytes(body[:EXPLAINED])
    return head.decode(json.detect_encoding(head), "replace")


def _loaded(body: bytearray, charset: str | None) -> Any:
    # What is UTF-8 already is not copied: a page may be 44 MB.
    if body.startswith(codecs.BOM_UTF8):
        return orjson.loads(memoryview(body)[len(codecs.BOM_UTF8) :])
    encoding = json.detect_encoding(bytes(body[:4]))
    if encoding != "utf-8":
        return orjson.loads(body.decode(encoding))
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if charset is None or _is_utf8(body):
            raise
    return orjson.loads(body.decode(charset))


def _is_utf8(body: bytearray) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _no_json(body: bytearray, url: str, what: str, error: Exception) -> InvalidAnswerError:
    text = text_of(body)
    found = f"no (complete) JSON: {len(body)} bytes that begin with {beginning(text)}"
    if text.lstrip().lower().startswith(("<!doctype html", "<html")):
        title = _TITLE.search(text)
        named = f" titled {beginning(title[1])}" if title else ""
        found += f", a web page{named} as of maintenance, of a proxy or of a network that asks to log in"
    else:
        found += f", wrong at {_place(error)}"
    return invalid_answer_error(what, url, found, retryable=True)


def _place(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"character {error.pos + 1} ({error.msg})"
    return str(error)
