"""The one bit of SQL text that DuckDB takes no parameters for: names of files and texts of comments."""


def quoted(text: object) -> str:
    """``text`` as an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """``name`` of a table or column as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
