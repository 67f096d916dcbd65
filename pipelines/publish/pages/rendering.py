"""Turn a page's content into HTML that is one file: its style stands in it, and the browser may load nothing."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.common import dutch as wording
from pipelines.common.sql import quoted_name
from pipelines.publish.files.provenance import statline_url
from pipelines.releases.reader import ReleaseReader
from pipelines.sources.seeds import reason_words

_FILTERS: tuple[Callable[..., str], ...] = (
    wording.number,
    wording.plain,
    wording.day,
    wording.minute,
    wording.stamp,
    wording.listed,
    wording.years,
    wording.domain,
)
_TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **content: Any) -> str:
    """The page of this template; every text in ``content`` is escaped."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _environment().get_template(template).render(style=Markup(style), style_hash=digest, **content)  # noqa: S704


@cache
def _style() -> str:
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8").strip()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({function.__name__: function for function in _FILTERS})
    environment.globals.update(statline_url=statline_url, counted=wording.counted, reasons=reason_words("betekenis"))
    return environment


Row = dict[str, Any]


def records(release: ReleaseReader, table: str, columns: Sequence[str], order: str = "") -> list[Row]:
    """The rows of a table with exactly ``columns``, None where the release has no such column.

    Without such a table there are no rows. ``order`` is what SQL sorts by; without it the order of the file stays.
    """
    if not release.has(table):
        return []
    present = set(release.query(f"describe {quoted_name(table)}")["column_name"])
    wanted = ", ".join(column if column in present else f"null as {column}" for column in columns)
    sorted_by = f" order by {order}" if order else ""
    return query(release, f"select {wanted} from {quoted_name(table)}{sorted_by}")  # noqa: S608 - names of our own


def query(release: ReleaseReader, sql: str) -> list[Row]:
    """The rows of a query."""
    return release.query(sql).to_dicts()
