"""The audit itself: every suite against one build. It imports Great Expectations, so only the worker imports it.

What does not belong here: how a suite is written (``suites``), one expectation on one frame (``judge``), and the
sentences (``findings``).
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from pipelines.audit.findings import query_failure
from pipelines.audit.judge import Judge, Verdict, broken
from pipelines.audit.suites import Expectation, Suite, load_suites
from pipelines.audit.view import AuditRequest, BuildView, Frame, open_build
from pipelines.build.checks import CheckResult

LOGGER = logging.getLogger(__name__)
# DuckDB plans and ends a query in one thread, so a second query at the same time keeps the machine busy.
_QUERIES_AT_ONCE: Final = 2
# How many frames may wait to be judged: together they must fit in memory.
_FRAMES_AHEAD: Final = 4


@dataclass(frozen=True)
class QueryGroup:
    """Expectations of one suite that judge the rows of the same query: data leave DuckDB once per query."""

    suite: Suite
    query: str
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True)
class Rows:
    """The answer to a query: a pandas frame, every column that the query gives, and those that identify a row."""

    frame: Frame
    present: Sequence[str]
    keys: Sequence[str]


def evaluate(request: AuditRequest, tell: Callable[[str], None] = LOGGER.error) -> list[CheckResult]:
    """Judge the build of ``request`` by every suite in its folder.

    Args:
        request: what to audit.
        tell: hears what an engine said (English) of a check that could not be carried out.

    Returns:
        One result per expectation, in the order of the files. A check that cannot be carried out (SQL error, an
        expectation that raises, a table that does not exist, no rows to judge) is a failed result of severity
        ``kritiek``.

    Raises:
        SuiteError: no suites, or a suite that is wrong.
        duckdb.Error: the build or the previous release cannot be opened.
    """
    suites = load_suites(request.suites)
    verdicts: dict[str, Verdict] = {}
    judge = Judge()
    with open_build(request) as build:
        for group, rows in _fetched(build, [group for suite in suites for group in _groups(suite)]):
            judged = _softened(build, group, rows, _judge_group(judge, group, rows))
            verdicts |= {
                group.suite.check(each): verdict for each, verdict in zip(group.expectations, judged, strict=True)
            }
    return [
        _result(suite, expectation, verdicts[suite.check(expectation)], tell)
        for suite in suites
        for expectation in suite.verwachtingen
    ]


def _groups(suite: Suite) -> Iterator[QueryGroup]:
    groups: dict[str, list[Expectation]] = {}
    for expectation in suite.verwachtingen:
        groups.setdefault(suite.query(expectation), []).append(expectation)
    for query, expectations in groups.items():
        yield QueryGroup(suite, query, tuple(expectations))


def _fetched(build: BuildView, groups: Iterable[QueryGroup]) -> Iterator[tuple[QueryGroup, Rows | Verdict]]:
    """Each group with its rows, in order; the queries run ahead while Great Expectations judges in this thread."""
    waiting: deque[tuple[QueryGroup, Future[Rows | Verdict]]] = deque()
    with ThreadPoolExecutor(_QUERIES_AT_ONCE) as threads:
        for group in groups:
            waiting.append((group, threads.submit(_fetch, build, group)))
            if len(waiting) > _FRAMES_AHEAD:
                first, rows = waiting.popleft()
                yield first, rows.result()
        for last, rows in waiting:
            yield last, rows.result()


def _fetch(build: BuildView, group: QueryGroup) -> Rows | Verdict:
    """The rows of a group, or the verdict on all its expectations where there is nothing to judge."""
    if group.suite.tabel not in build.tables:
        return broken(f"tabel {group.suite.tabel} bestaat niet in de build; er is niets getoetst")
    waived = _without_previous(group, build)
    if waived is not None:
        return waived
    try:
        return _rows(build, group)
    except Exception as error:  # noqa: BLE001 - DuckDB or pandas: whatever goes wrong, these checks did not pass
        return broken(query_failure(error), said=str(error))


def _without_previous(group: QueryGroup, build: BuildView) -> Verdict | None:
    """A comparison with a release, or a table of it, that does not exist yet passes and says so."""
    expectation = group.expectations[0]
    if not expectation.alleen_met_vorige:
        return None
    if not build.has_previous:
        return Verdict(passed=True, found="geen vorige release")
    # Otherwise no release could ever add a table: the first one that has it would fail for good.
    new = [name for name in group.suite.previous_tables(expectation) if name not in build.previous_tables]
    return Verdict(passed=True, found=f"de vorige release kent nog geen {', '.join(new)}") if new else None


def _rows(build: BuildView, group: QueryGroup) -> Rows:
    """Only the columns that are judged or shown; a frame needs at least one column to have a length."""
    if any(expectation.needs_every_column for expectation in group.expectations):
        frame = build.frame(group.query)
        present = [str(column) for column in frame.columns]
        return Rows(frame, present, [key for key in group.suite.sleutel if key in present])
    present = build.columns(group.query)
    keys = [key for key in group.suite.sleutel if key in present]
    needed = {column for expectation in group.expectations for column in expectation.columns} | set(keys)
    columns = [column for column in present if column in needed] or present[:1]
    return Rows(build.frame(group.query, columns), present, keys)


def _judge_group(judge: Judge, group: QueryGroup, rows: Rows | Verdict) -> list[Verdict]:
    """The verdict on each expectation of a group, in order."""
    if isinstance(rows, Verdict):
        return [rows] * len(group.expectations)
    settled = [_missing_columns(each, rows.present) or _no_rows(each, len(rows.frame)) for each in group.expectations]
    open_ones = [each for each, verdict in zip(group.expectations, settled, strict=True) if verdict is None]
    judged = iter(judge.verdicts(rows.frame, open_ones, rows.keys))
    return [verdict or next(judged) for verdict in settled]


def _softened(build: BuildView, group: QueryGroup, rows: Rows | Verdict, judged: Sequence[Verdict]) -> list[Verdict]:
    """What was tuned on known figures only warns of figures that were never released before."""
    if isinstance(rows, Verdict):
        return list(judged)
    return [
        replace(verdict, only_warns=not build.has_released(rows.frame, group.suite.check(expectation), group.query))
        if expectation.nieuw_waarschuwt and not verdict.passed and not verdict.broken
        else verdict
        for expectation, verdict in zip(group.expectations, judged, strict=True)
    ]


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


def _result(suite: Suite, expectation: Expectation, verdict: Verdict, tell: Callable[[str], None]) -> CheckResult:
    check = suite.check(expectation)
    if verdict.said:
        tell(f"Check {check} could not be carried out: {verdict.said}")
    return CheckResult(
        check=check,
        table=suite.tabel,
        column=expectation.subject,
        severity="kritiek" if verdict.broken else "waarschuwing" if verdict.only_warns else expectation.ernst,
        threshold=expectation.drempel,
        reason=expectation.reden,
        found=verdict.found,
        passed=verdict.passed,
        finding=None if verdict.digest is None else sha256(f"{check} {verdict.digest}".encode()).hexdigest(),
    )
