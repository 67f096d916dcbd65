"""A first release of the whole monitor at the made CBS of 2026, asked as live, and what was said of that night."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.cbs_2026 import MadeCbs, shared_cbs_2026
from tests.support.place import Place, the_project
from tests.support.webhook_receiver import receiver

_SAID = "said.json"


@dataclass(frozen=True)
class LiveRelease:
    """``place`` has the release; ``code``, ``said`` and ``messages`` (of the webhook) are what came of the night."""

    place: Place
    cbs: MadeCbs
    code: int
    said: str
    messages: list[dict[str, Any]]


def make_live_release(folder: Path, cache: Path) -> None:
    """Refresh into the empty warehouse ``folder`` from the made CBS of ``cache``."""
    with shared_cbs_2026(cache).served() as service, receiver() as webhook:
        done = the_project(folder).run("refresh", url=service.url, MONITOR_WEBHOOK_URL=webhook.url)
        told = {"code": done.returncode, "said": done.stdout, "messages": webhook.messages}
    (folder / _SAID).write_text(json.dumps(told), encoding="utf-8")


def read_live_release(folder: Path, cache: Path) -> LiveRelease:
    """What `make_live_release` left in ``folder``."""
    return LiveRelease(the_project(folder), shared_cbs_2026(cache), **json.loads((folder / _SAID).read_bytes()))
