"""YAML in which every value remembers its line, so that an error can point at it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

Location = Sequence[int | str]


class LocatedYamlError(Exception):
    """A file that is no YAML, or no mapping, or gives a key twice; the message names file and line."""


class LocatedYaml:
    """One YAML file: ``data`` as plain Python values, and the line of every one of them."""

    def __init__(self, path: Path) -> None:
        """Read ``path``; `LocatedYamlError` when it is not one mapping with unique keys."""
        self.path = path
        try:
            # CSafeLoader words its errors differently; these files are small, so the Python loader serves.
            loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
            root = loader.get_single_node()
        except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
            raise LocatedYamlError(_unreadable(path, error)) from error
        if not isinstance(root, yaml.MappingNode):
            raise LocatedYamlError(f"{path}, line 1: expected a mapping of keys and values, found another shape.")
        self._root = root
        self._refuse_double_keys(root)
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

    def _refuse_double_keys(self, node: yaml.Node) -> None:
        """PyYAML silently keeps the last of two equal keys: an expectation would lose its threshold unseen."""
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise LocatedYamlError(f"{self.path}, line {line}: key '{key.value}' stands here twice; keep one.")
                seen.add(key.value)
                self._refuse_double_keys(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                self._refuse_double_keys(value)


def _step(node: yaml.Node, part: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    """From ``node`` to the child called ``part``: the node that carries its line, and the child itself."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _unreadable(path: Path, error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{path}, line {error.problem_mark.line + 1}: not valid YAML: {error.problem}."
    return f"{path}: cannot be read as YAML: {error}."
