"""The audit itself: every suite against one build.

This imports Great Expectations, so only the worker imports it.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from pipelines.audit.findings import one_line
from pipelines.audit.judge import Judge, Verdict, broken
from pipelines.audit.suites import Expectation, Suite, load_suites
from pipelines.audit.view import BuildView, open_build
from pipelines.build.checks import AuditRequest, CheckResult


def evaluate(request: AuditRequest) -> list[CheckResult]:
    """Judge the build of ``request`` by every suite in its folder.

    Returns one result per expectation, in the order of the files. A check that cannot be carried out (SQL
    error, an expectation that raises, a table that does not exist, no rows to judge) is a failed result of
    severity ``kritiek``.

    Raises:
        SuiteError: no suites, or a suite that is wrong.
        duckdb.Error: the build or the previous release cannot be opened.

    """
    suites = load_suites(request.suites)
    judge = Judge()
    with open_build(request) as build:
        return [result for suite in suites for result in _judge_suite(suite, build, judge)]


def _judge_suite(suite: Suite, build: BuildView, judge: Judge) -> list[CheckResult]:
    if suite.tabel not in build.tables():
        missing = broken(f"tabel {suite.tabel} bestaat niet in de build; er is niets getoetst")
        return [_result(suite, expectation, missing) for expectation in suite.verwachtingen]
    verdicts = {
        expectation.naam: verdict
        for group in _groups(suite)
        for expectation, verdict in _judge_group(suite, group, build, judge)
    }
    return [_result(suite, expectation, verdicts[expectation.naam]) for expectation in suite.verwachtingen]


def _groups(suite: Suite) -> Iterable[list[Expectation]]:
    """The expectations by the query they judge: data leave DuckDB once per query."""
    groups: dict[str, list[Expectation]] = {}
    for expectation in suite.verwachtingen:
        groups.setdefault(suite.query(expectation), []).append(expectation)
    return groups.values()


def _judge_group(
    suite: Suite, group: Sequence[Expectation], build: BuildView, judge: Judge
) -> list[tuple[Expectation, Verdict]]:
    """Judge expectations that share one query; an error in the query breaks all of them and nothing else."""
    query = suite.query(group[0])
    waived = _without_previous(suite, group[0], build)
    if waived is not None:
        return [(expectation, waived) for expectation in group]
    try:
        present = build.columns(query)
        keys = [key for key in suite.sleutel if key in present]
        frame = build.frame(query, _columns_to_fetch(group, present, keys))
    except Exception as error:  # noqa: BLE001 - DuckDB or pandas: whatever goes wrong, these checks did not pass
        failure = broken(f"de query faalt: {one_line(str(error))}")
        return [(expectation, failure) for expectation in group]
    settled = [_missing_columns(each, present) or _no_rows(each, len(frame)) for each in group]
    open_ones = [each for each, verdict in zip(group, settled, strict=True) if verdict is None]
    judged = iter(judge.verdicts(frame, open_ones, keys))
    return [(each, verdict or next(judged)) for each, verdict in zip(group, settled, strict=True)]


def _without_previous(suite: Suite, expectation: Expectation, build: BuildView) -> Verdict | None:
    """A comparison with a release, or a table of it, that does not exist yet passes and says so."""
    if not expectation.alleen_met_vorige:
        return None
    if not build.has_previous:
        return Verdict(passed=True, found="geen vorige release")
    # Otherwise no release could ever add a table: the first one that has it would fail for good.
    new = [name for name in suite.previous_tables(expectation) if name not in build.previous_tables()]
    return Verdict(passed=True, found=f"de vorige release kent nog geen {', '.join(new)}") if new else None


def _missing_columns(expectation: Expectation, present: Sequence[str]) -> Verdict | None:
    if expectation.type == "expect_column_to_exist":
        return None
    missing = [column for column in expectation.columns if column not in present]
    if not missing:
        return None
    return broken(f"kolom {', '.join(missing)} ontbreekt in de gegevens; wel aanwezig: {', '.join(present)}")


def _no_rows(expectation: Expectation, rows: int) -> Verdict | None:
    """Every rule per row holds for no rows at all; that must not count as a pass unless the yml says so."""
    if rows or not expectation.judges_rows:
        return None
    if expectation.leeg_toegestaan:
        return Verdict(passed=True, found="geen rijen; dat is hier toegestaan")
    return broken("de gegevens bevatten geen enkele rij; er is niets getoetst")


def _columns_to_fetch(group: Sequence[Expectation], present: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Only what is judged or shown; a frame needs at least one column to have a length."""
    if any(expectation.needs_every_column for expectation in group):
        return list(present)
    needed = {column for expectation in group for column in expectation.columns} | set(keys)
    return [column for column in present if column in needed] or list(present[:1])


def _result(suite: Suite, expectation: Expectation, verdict: Verdict) -> CheckResult:
    check = f"{suite.tabel}.{expectation.naam}"
    return CheckResult(
        check=check,
        table=suite.tabel,
        column=expectation.subject,
        severity="kritiek" if verdict.broken else expectation.ernst,
        threshold=expectation.drempel,
        reason=expectation.reden,
        found=verdict.found,
        passed=verdict.passed,
        finding=None if verdict.digest is None else sha256(f"{check} {verdict.digest}".encode()).hexdigest(),
    )
