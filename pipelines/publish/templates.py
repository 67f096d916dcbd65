"""The texts and pages of a release by template, in one environment: HTML is escaped, other text is not.

A page of the website loads the style and the script of the website; a page that people also send to each other is one
file, in which its style stands. What does not belong here: what a text or page says (``notes``, ``pages``,
``files.read_me``).
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
from pipelines.releases.store import COMPARISON, COUNTRY, GUIDE, HOME, INDICATORS, REGIONS, REPORT
from pipelines.sources.seeds import reason_words

_FOLDER: Final = Path(__file__).parent / "templates"
# The pages that every page leads to, with their names there.
SITE_PAGES: Final = (
    (HOME, "Zoek uw gemeente"),
    (COUNTRY, "Nederland"),
    (REGIONS, "Regio's"),
    (COMPARISON, "Vergelijk"),
    (INDICATORS, "Wat de cijfers betekenen"),
    (REPORT, "Kwaliteit"),
    (GUIDE, "Handleiding"),
)
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


def render_alone(template: str, *, has_site: bool = False, **content: Any) -> str:
    """The page of this template as one file that loads nothing; every text in ``content`` is escaped.

    ``has_site``: whether the website lies beside it, to lead there.
    """
    style = _alone_style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    frame = {"is_alone": True, "root": "", "has_site": has_site, "here": template.removesuffix(".jinja")}
    return render_text(template, style=Markup(style), style_hash=digest, **frame, **content)  # noqa: S704 - our own file


def render_site(template: str, *, root: str, here: str = "", **content: Any) -> str:
    """A page of the website; every text in ``content`` is escaped.

    ``root`` leads from the page to the folder of the release, ``here`` is the page itself where the navigation has it.
    """
    return render_text(template, is_alone=False, has_site=True, root=root, here=here, **content)


@cache
def site_style() -> str:
    """The style of the website, of its charts too."""
    return _texts("style.css", "site.css", "charts.css", "indicator.css", "regions.css")


@cache
def _alone_style() -> str:
    return _texts("style.css", "site.css")


def _texts(*names: str) -> str:
    return "\n".join(read_text(_FOLDER / name).strip() for name in names) + "\n"


@cache
def site_script() -> str:
    """The script of the website."""
    return read_text(_FOLDER / "site.js")


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
    environment.globals.update(
        statline_url=statline_url,
        counted=dutch.counted,
        reasons=reason_words("betekenis"),
        site_pages=SITE_PAGES,
    )
    return environment
