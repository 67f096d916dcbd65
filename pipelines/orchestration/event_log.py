"""Dagster's event log in SQLite, with one connection per file instead of one per event.

Dagster makes a new engine of SQLAlchemy for every event that it stores; with it every statement is compiled anew and
every commit waits for the disk. Of a full refresh that took a sixth. The files, their tables and what is written in
them are Dagster's own; without this class it reads them all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

# Where Dagster's own storage keeps them within DAGSTER_HOME.
_EVENTS = Path("history", "runs")
# The index, the run under way, and those that somebody looks at in the UI; every run is a file of its own.
_OPEN_FILES = 8


class EventLog(SqliteEventLogStorage):
    """Dagster's own event log, which keeps a few of its files open and remembers which tables they have.

    After a power failure the last events may lack, of a run that then is reported as killed; the file stays whole.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._present: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """``base_dir`` is the home of Dagster, so that a warehouse may be moved."""
        return cls(str(Path(config_value["base_dir"]) / _EVENTS), inst_data)

    def has_table(self, table_name: str) -> bool:
        """Whether the index has this table; one that is there stays."""
        if table_name not in self._present and super().has_table(table_name):
            self._present.add(table_name)
        return table_name in self._present

    def dispose(self) -> None:
        """Close every file, and what watches them."""
        super().dispose()
        with self._db_lock:
            for shard in list(self._engines):
                self._close(shard)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard in self._initialized_dbs and not Path(self.path_for_shard(shard)).exists():
                # The run was removed, and its file with it: what is open is nobody's any more.
                self._close(shard)
                self._initialized_dbs.discard(shard)
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        """The engine of a file; that of the file which was asked for longest ago makes room."""
        engine = self._engines.pop(shard, None)
        if engine is None:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _without_waiting)
        self._engines[shard] = engine
        while len(self._engines) > _OPEN_FILES:
            self._close(next(iter(self._engines)))
        return engine

    def _close(self, shard: str) -> None:
        engine = self._engines.pop(shard, None)
        if engine is not None:
            engine.dispose()


def _without_waiting(connection: Any, _: Any) -> None:
    """In SQLite's write-ahead mode the file is whole without a wait for the disk at every event."""
    connection.execute("pragma synchronous=normal")
