"""Turn a page's content into HTML that is one file: its style stands in it, and the browser may load nothing."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.release.exports.provenance import statline_url
from pipelines.release.pages import wording

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
    environment.globals.update(statline_url=statline_url, counted=wording.counted, reasons=wording.REASONS)
    return environment
