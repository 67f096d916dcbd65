"""Faults of a StatLine service, each as what it makes of the real answer: to be used with ``Service.fail``."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from typing import Any

from pipelines.statline.transport import Row
from tests.support.statline_service import Reply, Service

Fault = Reply | Callable[[Reply], Reply]

EMPTY = Reply(200, b"")
HTML = Reply(200, b"<!DOCTYPE html><html><body>Onderhoud</body></html>", {"Content-Type": "text/html"})
ATOM = Reply(200, b'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"/>')


def cut_off(real: Reply) -> Reply:
    """The connection ends half-way the body."""
    return replace(real, cut=len(real.body) // 2)


def reset(real: Reply) -> Reply:
    """The connection is reset half-way the body."""
    return replace(real, cut=len(real.body) // 2, reset=True)


def half_json(real: Reply) -> Reply:
    """A whole answer that holds half the JSON."""
    return replace(real, body=real.body[: len(real.body) // 2])


def drip(real: Reply) -> Reply:
    """A byte at a time, never silent."""
    return replace(real, drip=0.02, piece=1)


def endless(real: Reply) -> Reply:
    """Good JSON with more bytes than any page has."""
    return replace(real, body=real.body + b" " * 2_000_000)


def busy(status: int, retry_after: str) -> Reply:
    """The service asks for a pause."""
    return Reply(status, b"druk", {"Retry-After": retry_after})


def in_a_while(seconds: int) -> str:
    """A moment as HTTP writes it."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def redirect(path: str) -> Reply:
    """The answer stands at ``path``."""
    return Reply(302, b"elders", {"Location": f"{path}?$format=json"})


def too_many_rows(status: int) -> Reply:
    """The refusal of more than 10,000 rows; its true status and text are not known."""
    error = {"code": "", "message": {"lang": "nl-NL", "value": "Maximum van 10000 rijen overschreden"}}
    return Reply(status, json.dumps({"odata.error": error}).encode())


def edited(change: Callable[[dict[str, Any]], None]) -> Callable[[Reply], Reply]:
    """The real answer with its JSON changed."""

    def apply(real: Reply) -> Reply:
        answer = json.loads(real.body)
        change(answer)
        return replace(real, body=json.dumps(answer).encode())

    return apply


def rows_edited(change: Callable[[list[Row]], None]) -> Callable[[Reply], Reply]:
    """The real answer with its rows changed."""
    return edited(lambda answer: change(answer["value"]))


def linked_to(link: str) -> Callable[[Reply], Reply]:
    """The real answer with another next link."""
    return edited(lambda answer: answer.update({"odata.nextLink": link}))


def on_another_host(real: Reply) -> Reply:
    """The next link names CBS's internal host."""
    return replace(
        real, body=re.sub(rb'(?<="odata.nextLink":")http://[^/]+', b"https://opendata.prod.cbsp.nl", real.body)
    )


def overlapping(rows: list[Row]) -> None:
    """The page begins with the last row of the page before."""
    rows[:] = [rows[0] | {"ID": rows[0]["ID"] - 1}, *rows[:-1]]


def shifted(rows: list[Row]) -> None:
    """CBS put a row before these: every ID moves up, and one row falls between two pages."""
    for row in rows:
        row["ID"] += 1


def update_meanwhile(service: Service, page: str, infos: str, times: int = -1) -> None:
    """Let CBS update a table just before ``page`` is asked: IDs shift on it, and ``infos`` tells another Modified."""
    minutes = count()

    def update(real: Reply) -> Reply:
        # After the last update the table stays as it is then.
        stamp = f"2026-10-31T09:{next(minutes):02}:00"
        moved = rows_edited(lambda infos: infos[0].update(Modified=stamp))
        service.troubles[:] = [trouble for trouble in service.troubles if trouble.where != infos]
        service.fail(infos, moved)
        return rows_edited(shifted)(real)

    service.fail(page, update, times)
