"""Changes that CBS makes to the shape of a table, each as a function on what it publishes."""

from collections.abc import Callable

from tests.support.cbs_tables import Published

FIRST = "TotaalJongerenMetJeugdzorgInNatura_1"


def renumber(table: Published) -> None:
    """CBS puts a column before all others, and every number moves up."""
    topics = [row["Key"] for row in table.metadata["DataProperties"] if row["Type"] == "Topic"]
    for key in reversed(topics):
        name, _, number = key.rpartition("_")
        table.rename_key(key, f"{name}_{int(number) + 1}")
    first = f"{topics[0].rpartition('_')[0]}_2"
    table.add_topic(first, "Nieuw_1", "       1", Title="Nieuw")


def widen(dimension: str) -> Callable[[Published], None]:
    """The code list gets a longer code, so that every code is padded to its width."""

    def change(table: Published) -> None:
        for row in table.metadata[dimension]:
            row["Key"] += "  "
        for row in table.rows:
            row[dimension] += "  "

    return change


def miscount(table: Published) -> None:
    """The catalogue runs ahead of the table."""
    table.catalogue["ColumnCount"] += 1
    table.rows[0][FIRST] = "       5"


def renew_period(table: Published) -> None:
    table.metadata["Perioden"].append({"Key": "2023JJ00", "Title": "2023", "Description": "", "Status": "Voorlopig"})
    later = [row | {"Perioden": "2023JJ00", "ID": 1000 + row["ID"]} for row in table.rows]
    table.rows += later


def abolish(table: Published) -> None:
    table.code("RegioS", "GM1680")["Description"] = "Opgeheven per 01-01-2023"
    cells = [row["Key"] for row in table.metadata["DataProperties"] if row["Type"] == "Topic"]
    table.row(RegioS="GM1680").update(dict.fromkeys(cells, ""))


def topic(key: str, **properties: str) -> Callable[[Published], None]:
    return lambda table: table.topic(key).update(properties)


def title(dimension: str, code: str, new: str) -> Callable[[Published], None]:
    return lambda table: table.code(dimension, code).update(Title=new)


def unlist(dimension: str, code: str) -> Callable[[Published], None]:
    """The code goes out of the list, its rows stay."""
    return lambda table: table.metadata[dimension].remove(table.code(dimension, code))


def region(code: str, name: str) -> Callable[[Published], None]:
    return lambda table: table.add_code("RegioS", code, name, rows_like="GM1680")


def add_dimension(key: str) -> Callable[[Published], None]:
    def change(table: Published) -> None:
        table.metadata["DataProperties"].append({"ID": 99, "ParentID": None, "Type": "Dimension", "Key": key})
        table.metadata[key] = [{"Key": "10000", "Title": f"Totaal {key.lower()}", "Description": ""}]
        for row in table.rows:
            row[key] = "10000"

    return change


def drop_dimension(key: str) -> Callable[[Published], None]:
    def change(table: Published) -> None:
        table.metadata["DataProperties"].remove(table.topic(key))
        for row in table.rows:
            del row[key]

    return change


def swap_columns(table: Published) -> None:
    """Numbers where text was, in a column of a measure."""
    table.topic("Code_4")["Datatype"] = "Long"
    for row in table.rows:
        row["Code_4"] = "      12"
