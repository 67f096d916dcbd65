"""Read a yml file and check it against a pydantic model, with messages that point at the line of each mistake.

The datasets of ``pipelines/sources`` and the suites of ``expectations`` are read this way. What their fields mean is
not for this module.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipelines.common.files import read_text

Model = TypeVar("Model", bound=BaseModel)
Location = Sequence[int | str]
Mistake = tuple[Location, str]


class YamlError(Exception):
    """A yml file that cannot be read or does not fit its schema; one line per mistake, with file and line."""


class LocatedYaml:
    """One yml file: ``data`` as plain Python values, and the line of every one of them."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        """Read ``path``, or the ``text`` that was read of it; `YamlError` when it is not one mapping in which every key
        stands once."""
        self.path = path
        try:
            loader, root = _composed(read_text(path) if text is None else text)
        except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
            raise YamlError(_unreadable(path, error)) from error
        if not isinstance(root, yaml.MappingNode):
            raise YamlError(f"{path}:1: expected a mapping of keys and values, found another shape.")
        self._root = root
        doubles = [f"{path}:{line}: key '{key}' stands here twice; keep one." for key, line in _double_keys(root)]
        if doubles:
            raise YamlError("\n".join(doubles))
        self.data: dict[str, Any] = loader.construct_document(root)

    def line(self, location: Location) -> int:
        """The line (from 1) of the value at ``location``, or of the nearest level above it that exists."""
        node: yaml.Node = self._root
        line = 1
        for part in location:
            step = _step(node, part)
            if step is None:
                break
            marker, node = step
            line = marker.start_mark.line + 1
        return line

    def sentence(self, location: Location, text: str) -> str:
        """What is wrong at ``location``, as ``file:line: field: text.``."""
        place = ".".join(str(part) for part in location) or "the file"
        return f"{self.path}:{self.line(location)}: {place}: {text}."


def no_further_rules(model: BaseModel) -> Iterable[Mistake]:  # noqa: ARG001 - the default of a callback
    """Say that the schema is all there is to check."""
    return ()


def load_model(
    path: Path,
    model: type[Model],
    rules: Callable[[Model], Iterable[Mistake]] = no_further_rules,
    text: str | None = None,
) -> Model:
    """Read ``path`` and return it as ``model``.

    Args:
        path: the yml file.
        model: the schema.
        rules: what the schema alone cannot see; yields the location and the text of each mistake.
        text: what was read of it already; None: read it.

    Raises:
        YamlError: with every mistake, one a line, as ``file:line: field: what is wrong.``

    """
    source = LocatedYaml(path, text)
    try:
        loaded = model.model_validate(source.data)
    except ValidationError as error:
        mistakes: list[Mistake] = [(item["loc"], _explain(item)) for item in error.errors()]
        raise YamlError(_told(source, mistakes)) from error
    if contradictions := list(rules(loaded)):
        raise YamlError(_told(source, contradictions))
    return loaded


def _composed(text: str) -> tuple[yaml.SafeLoader | yaml.CSafeLoader, yaml.Node | None]:
    """Read by libyaml, ten times as fast; what it cannot read is told in the words of the loader in Python."""
    loader: yaml.SafeLoader | yaml.CSafeLoader = yaml.CSafeLoader(text)
    try:
        return loader, loader.get_single_node()
    except yaml.YAMLError:
        loader = yaml.SafeLoader(text)
        return loader, loader.get_single_node()


def _told(source: LocatedYaml, mistakes: Iterable[Mistake]) -> str:
    return "\n".join(source.sentence(location, text) for location, text in mistakes)


def _explain(problem: ErrorDetails) -> str:
    """One pydantic error as a clause, with what was found when that is short enough to show."""
    found = problem["input"]
    text = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return text  # our own sentence, which shows what was found
    shown = f", found {found!r}" if isinstance(found, str | int | float | bool) else ""
    return f"{text[0].lower()}{text[1:]}{shown}"


def _double_keys(node: yaml.Node) -> Iterable[tuple[str, int]]:
    """PyYAML silently keeps the last of two equal keys, which would drop a table, a measure or a threshold unseen."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _double_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _double_keys(value)


def _step(node: yaml.Node, part: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    """From ``node`` to the child called ``part``: the node that carries its line, and the child itself."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _unreadable(path: Path, error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{path}:{error.problem_mark.line + 1}: not valid YAML: {error.problem}."
    return f"{path}:1: cannot be read as YAML: {error}."
