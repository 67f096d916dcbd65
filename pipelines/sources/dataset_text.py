"""The text of the yml of a dataset, written as the others are: keys in their order, a table and a path on one line.

What does not belong here: what stands in it (``observations.contact.proposal``), and reading it (``datasets``).
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

# So wide that nothing is broken off in the middle of a line of ours.
_NEVER: Final = 10**6
_WIDTH: Final = 116
_BLOCKS: Final = ("dimensies", "tabellen", "maten")


def write_dataset(values: Mapping[str, Any], head: Sequence[str], remarks: Mapping[str, Sequence[str]]) -> str:
    """The yml of a dataset.

    Args:
        values: what it says, by key, in order; ``jaren`` as texts.
        head: lines of comment above all.
        remarks: lines of comment above a dimension or a measure, by its name.

    """
    lines = [*_comment(head), *(line for key, value in values.items() for line in _entry(key, value, remarks))]
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any, remarks: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if key == "omschrijving":
        yield "omschrijving: >-"
        yield from textwrap.wrap(value, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
    elif key not in _BLOCKS:
        yield f"{key}: {_inline(value)}"
    elif key == "tabellen":
        yield "tabellen:"
        for table in value:
            yield f"  - {{tabel: {table['tabel']}, jaren: {table['jaren']}}}"
    else:
        yield f"{key}:"
        for name, content in value.items():
            yield from _comment(remarks.get(name, ()), "  ")
            yield from _named(name, content) if key == "maten" else (f"  {name}: {_inline(content)}",)


def _named(name: str, measure: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {name}:"
    for key, value in measure.items():
        yield f"    {key}: {value if key == 'jaren' else _inline(value)}"


def _comment(lines: Sequence[str], indent: str = "") -> Iterator[str]:
    for line in lines:
        yield from textwrap.wrap(
            " ".join(line.split()),
            _WIDTH,
            initial_indent=f"{indent}# ",
            subsequent_indent=f"{indent}# ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _inline(value: Any) -> str:
    """A value on one line, with quotes where yml needs them."""
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=_NEVER, sort_keys=False)
    return text.removesuffix("...\n").strip()
