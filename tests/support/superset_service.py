"""Apache Superset, installed in an environment of its own, on loopback, and the bits of its REST API that we use.

Nothing of it is kept: its metadata (SQLite), its users and its cache live in the folder that is given.
"""

import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.statline_service import unused_url

USER = "demo"
# A cache of answers that stay for a day, as most installations have one: without it nothing could go stale.
_CONFIG = """
import os
HOME = os.environ["SUPERSET_HOME"]
SECRET_KEY = os.environ["SUPERSET_DEMO_KEY"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME}/superset.db"
DATA_CACHE_CONFIG = {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": f"{HOME}/cache", "CACHE_DEFAULT_TIMEOUT": 86400}
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
"""
_WORKERS = ("--workers", "2", "--worker-class", "gthread", "--threads", "4", "--timeout", "120")


class SupersetApi:
    """What a person does in the browser, over Superset's REST API. Raises RuntimeError when it refuses."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url + "/api/v1", timeout=60.0)
        login = {"username": USER, "password": password, "provider": "db"}
        self._http.headers["Authorization"] = f"Bearer {self._post('/security/login', login)['access_token']}"
        self._http.headers["X-CSRFToken"] = self._get("/security/csrf_token/")["result"]
        self._http.headers["Referer"] = url

    def close(self) -> None:
        self._http.close()

    def database(self, name: str, uri: str, *, cache_timeout: int, **engine: Any) -> int:
        """Connect a database; ``engine`` are arguments of SQLAlchemy's ``create_engine``."""
        extra = json.dumps({"engine_params": engine})
        settings = {"database_name": name, "sqlalchemy_uri": uri, "extra": extra, "expose_in_sqllab": True}
        return self._new("/database/", settings | {"cache_timeout": cache_timeout})

    def dataset(self, database: int, table: str) -> int:
        """Make a dataset of a table."""
        return self._new("/dataset/", {"database": database, "schema": "main", "table_name": table})

    def bar_chart(
        self, dataset: int, name: str, measure: str, where: dict[str, str], *, cache_timeout: int | None = None
    ) -> int:
        """Save a bar chart of the sum of ``measure`` per ``jaar``, for the rows where these columns are equal to."""
        metric = {
            "expressionType": "SIMPLE",
            "column": {"column_name": measure},
            "aggregate": "SUM",
            "label": measure,
            "optionName": f"metric_{measure}",
        }
        query = {
            "columns": ["jaar"],
            "metrics": [metric],
            "filters": [{"col": column, "op": "==", "val": value} for column, value in where.items()],
            "orderby": [["jaar", True]],
            "row_limit": 100,
        }
        source = {"id": dataset, "type": "table"}
        form: dict[str, Any] = {
            "viz_type": "echarts_timeseries_bar",
            "datasource": f"{dataset}__table",
            "x_axis": "jaar",
            "metrics": [metric],
            "groupby": [],
            "adhoc_filters": [
                {
                    "expressionType": "SIMPLE",
                    "subject": column,
                    "operator": "==",
                    "comparator": value,
                    "clause": "WHERE",
                }
                for column, value in where.items()
            ],
            "show_value": True,
            "row_limit": 100,
            "x_axis_sort_asc": True,
            "rich_tooltip": True,
        }
        about = {"slice_name": name, "viz_type": form["viz_type"], "cache_timeout": cache_timeout}
        chart = self._new("/chart/", about | {"datasource_id": dataset, "datasource_type": "table"})
        # As the browser saves it: only by its own number in here does Superset find the chart's cache_timeout.
        form["slice_id"] = chart
        context: dict[str, Any] = {"datasource": source, "queries": [query], "form_data": form, "result_format": "json"}
        context |= {"result_type": "full", "force": False}
        self._put(f"/chart/{chart}", {"params": json.dumps(form), "query_context": json.dumps(context)})
        return chart

    def chart_data(self, chart: int) -> list[dict[str, Any]]:
        """The rows that a saved chart shows now, as a dashboard asks for them."""
        (answer,) = self._get(f"/chart/{chart}/data/")["result"]
        if answer.get("error"):
            raise RuntimeError(answer["error"])
        rows: list[dict[str, Any]] = answer["data"]
        return rows

    def sql(self, database: int, text: str) -> httpx.Response:
        """Run ``text`` in SQL Lab; the answer as it is, also when it is an error."""
        return self._http.post("/sqllab/execute/", json={"database_id": database, "sql": text, "runAsync": False})

    def _new(self, path: str, content: dict[str, Any]) -> int:
        number: int = self._post(path, content)["id"]
        return number

    def _get(self, path: str) -> Any:
        return self._answer(self._http.get(path))

    def _post(self, path: str, content: dict[str, Any]) -> Any:
        return self._answer(self._http.post(path, json=content))

    def _put(self, path: str, content: dict[str, Any]) -> Any:
        return self._answer(self._http.put(path, json=content))

    @staticmethod
    def _answer(response: httpx.Response) -> Any:
        if response.is_error:
            raise RuntimeError(f"{response.status_code} {response.request.url}: {response.text[:500]}")
        return response.json()


class Superset:
    """A Superset that runs: where, the password of ``USER``, and the process that serves it."""

    def __init__(self, url: str, password: str, process: "subprocess.Popen[bytes]") -> None:
        self.url, self.password, self.process = url, password, process

    def open_files(self, folder: Path) -> list[str]:
        """Files under ``folder`` that its processes have open now."""
        children = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8").split()
        )
        links = (link for pid in children for link in Path(f"/proc/{pid}/fd").iterdir())
        targets = (str(link.readlink()) for link in links if link.is_symlink())
        return sorted(target for target in targets if target.startswith(str(folder)))


@contextmanager
def running_superset(environment: Path, home: Path) -> Iterator[Superset]:
    """Set Superset up in the empty folder ``home`` and serve it with two processes of four threads each."""
    config = home / "superset_config.py"
    config.write_text(_CONFIG, encoding="utf-8")
    password = secrets.token_urlsafe(12)
    settings = os.environ | {
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(config),
        "SUPERSET_DEMO_KEY": secrets.token_urlsafe(42),
        "FLASK_APP": "superset",
    }
    who = ("--username", USER, "--password", password, "--firstname", "D", "--lastname", "D", "--email", "d@example.nl")
    with (home / "superset.log").open("wb") as log:
        for step in (("db", "upgrade"), ("fab", "create-admin", *who), ("init",)):
            command = [str(environment / "bin" / "superset"), *step]
            subprocess.run(command, env=settings, stdout=log, stderr=log, check=True)
        url = unused_url()
        serve = [str(environment / "bin" / "gunicorn"), *_WORKERS, "--bind", url.removeprefix("http://")]
        process = subprocess.Popen([*serve, "superset.app:create_app()"], env=settings, stdout=log, stderr=log)
        try:
            _wait_for(url + "/health", process)
            yield Superset(url, password, process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=5.0).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise RuntimeError(f"Superset does not answer at {url}; see superset.log")
