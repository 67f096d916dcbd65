"""Read a yml file and check it against a pydantic model, with messages that point at the line of the mistake."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class YamlError(Exception):
    """A yml file that cannot be read or does not fit its schema; the message names file, line and what was expected."""


class _UniqueKeyLoader(yaml.SafeLoader):
    """PyYAML silently keeps the last of two equal keys; here that is an error, for it would drop a table or a check."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # type: ignore[override]
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)  # type: ignore[no-untyped-call]
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key '{key}' is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_model(path: Path, model: type[Model]) -> Model:
    """Read ``path`` and return it as ``model``.

    Raises:
        YamlError: with one line per mistake, each as ``file:line: field: what is wrong``.
    """
    text = path.read_text(encoding="utf-8")
    try:
        data = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader subclass
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlError(f"{path.name}:{line}: this is not valid yml: {error.problem}") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        mistakes = [
            f"{path.name}:{_line_of(root, item['loc'])}: {'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}"
            for item in error.errors()
        ]
        raise YamlError("\n".join(mistakes)) from error


def _line_of(root: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """Line (from 1) of the deepest node on ``location`` that the file has; a missing key points at its parent."""
    node, line = root, 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
