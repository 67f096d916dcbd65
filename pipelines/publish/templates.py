"""The texts and pages of a release by template, in one environment: HTML is escaped, other text is not.

A page is one file: its style stands in it, and the browser may load nothing. What does not belong here: what a text or
page says (``notes``, ``pages``, ``files.read_me``).
"""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from pipelines.common import dutch
from pipelines.common.files import read_text
from pipelines.publish.source_tables import statline_url
from pipelines.sources.seeds import reason_words

_FOLDER: Final = Path(__file__).parent / "templates"
_FILTERS: Final[tuple[Callable[..., str], ...]] = (
    dutch.number,
    dutch.plain,
    dutch.change,
    dutch.day,
    dutch.minute,
    dutch.stamp,
    dutch.listed,
    dutch.years,
    dutch.domain,
)


def render_text(template: str, **content: Any) -> str:
    """The text of this template, as it is."""
    return _environment().get_template(template).render(**content)


def render_page(template: str, **content: Any) -> str:
    """The page of this template; every text in ``content`` is escaped."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return render_text(template, style=Markup(style), style_hash=digest, **content)  # noqa: S704 - a file of our own


@cache
def _style() -> str:
    return read_text(_FOLDER / "style.css").strip()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8-sig"),
        autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({function.__name__: function for function in _FILTERS})
    environment.globals.update(statline_url=statline_url, counted=dutch.counted, reasons=reason_words("betekenis"))
    return environment
