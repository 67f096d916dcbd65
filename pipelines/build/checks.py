"""What goes into an audit and what comes out: the messages between the parent and the audit worker."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Severity = Literal["kritiek", "waarschuwing"]
ViewName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
# The worker runs in the project folder, whatever the working directory of the caller is.
AbsolutePath = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one expectation; one row of the public table ``kwaliteit``.

    ``controle`` is ``<tabel>.<naam>``; ``kolom`` is NULL for a check on the table as a whole, several columns
    are joined by a comma. ``ernst`` is that of the yml, but always ``kritiek`` for a check that could not be
    carried out. ``gevonden`` is a Dutch sentence with at most five example rows; ``bevinding`` identifies all that was
    found (check and every row), of a failed check that may be accepted. The audit never fills ``aanvaard``.
    """

    controle: str
    tabel: str
    kolom: str | None
    ernst: Severity
    drempel: str
    reden: str
    gevonden: str
    geslaagd: bool
    bevinding: str | None = None
    aanvaard: str | None = None


class AuditRequest(BaseModel):
    """What to audit: a finished build, the suites, Parquet files to read beside it, the previous release.

    ``views`` gives each extra table its Parquet paths or globs, for instance
    ``{"observaties": [".../a.parquet"]}``; a view without a single existing file is left out, and a check that
    needs it fails.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: AbsolutePath
    suites: AbsolutePath
    views: dict[ViewName, list[AbsolutePath]] = {}
    previous: AbsolutePath | None = None


class AuditAnswer(BaseModel):
    """The one line the worker writes: results, or the sentence that says why there are none."""

    results: list[CheckResult] = []
    error: str | None = None
