"""One expectation on one frame in, one verdict out: the only module that imports Great Expectations.

What does not belong here: fetching the frame (``view``), and putting a finding into words (``findings``).
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import great_expectations as gx
import pandas as pd  # type: ignore[import-untyped]
from great_expectations.compatibility.pydantic import ValidationError
from great_expectations.core import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.exceptions.exceptions import ExpectationNotFoundError
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.validator.v1_validator import Validator
from tqdm import tqdm  # type: ignore[import-untyped]

from pipelines.audit.findings import (
    FINGERPRINT,
    MAX_EXAMPLES,
    digest,
    examples,
    failed_judgement,
    observed,
    returned_rows,
    unknown_expectation,
    violating_rows,
    wrong_arguments,
)
from pipelines.audit.suites import Expectation
from pipelines.audit.view import Frame

SEVERITY = {"kritiek": FailureSeverity.CRITICAL, "waarschuwing": FailureSeverity.WARNING}
RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": MAX_EXAMPLES}

# With pyarrow installed pandas would hand texts to it, with another dialect of regular expressions: a verdict must not
# depend on what else is installed.
pd.options.mode.string_storage = "python"
# A progress bar locks between processes, also where none is shown; what such a lock takes of the system would stay
# behind when the worker is killed.
tqdm.set_lock(threading.RLock())


@dataclass(frozen=True)
class Verdict:
    """Whether a check passed and what it found; ``broken`` when it could not be carried out at all.

    ``found`` is Dutch. ``digest`` is over all violations, of a failed expectation that may be accepted. ``said`` is
    what the engine itself said (English) of a check that could not be carried out. ``only_warns`` where all violations
    are of figures that were never released, and the expectation was tuned on others.
    """

    passed: bool
    found: str
    broken: bool = False
    digest: str | None = None
    said: str | None = None
    only_warns: bool = False


def broken(reason: str, said: str | None = None) -> Verdict:
    """The verdict on a check that could not be carried out: never a pass."""
    return Verdict(passed=False, found=reason, broken=True, said=said)


class Judge:
    """Great Expectations in memory: no files, no network, no progress bars."""

    def __init__(self) -> None:
        """Make an ephemeral context; it writes nothing and ends with this process."""
        self._context = gx.get_context(mode="ephemeral")
        self._context.enable_analytics(enable=False)
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        # One batch for all frames: a validator loads its own frame, and each is judged before the next is made. A data
        # source for each would have Great Expectations write its whole configuration each time.
        asset = self._context.data_sources.add_pandas("build").add_dataframe_asset("rows")
        self._batch = asset.add_batch_definition_whole_dataframe("rows")

    def verdicts(self, frame: Frame, expectations: Sequence[Expectation], keys: Sequence[str]) -> list[Verdict]:
        """Judge ``frame`` by each expectation; one that raises gives a broken verdict and stops no other.

        Args:
            frame: pandas frame with the columns the expectations name, and the key columns.
            expectations: those that share these data.
            keys: columns that examples are shown with.

        """
        # One validator for all: each Batch.validate() would hash the whole frame anew, 0.1 s per 500,000 rows.
        validator = Validator(self._batch, RESULT_FORMAT, {"dataframe": frame})
        return [_verdict(validator, frame, expectation, keys) for expectation in expectations]


def _verdict(validator: Validator, frame: Frame, expectation: Expectation, keys: Sequence[str]) -> Verdict:
    try:
        kind = get_expectation_impl(expectation.type)
        result = validator.validate_expectation(kind(severity=SEVERITY[expectation.ernst], **expectation.met))
        if raised := _raised(result):
            return broken(failed_judgement(expectation.type, expectation.columns), raised)
        passed = bool(result.success)
        found = _found(result.result, frame, expectation, keys, passed=passed)
        return Verdict(passed, found, digest=digest(frame) if expectation.aanvaardbaar and not passed else None)
    except ExpectationNotFoundError as error:
        return broken(unknown_expectation(expectation.type), str(error))
    except ValidationError as error:
        names = dict.fromkeys(str(problem["loc"][0]) for problem in error.errors())
        return broken(wrong_arguments(expectation.type, [name for name in names if name != "__root__"]), str(error))
    except Exception as error:  # noqa: BLE001 - a check that raises must fail, whatever it raises
        return broken(failed_judgement(expectation.type, expectation.columns), str(error))


def _found(
    result: Mapping[str, Any], frame: Frame, expectation: Expectation, keys: Sequence[str], *, passed: bool
) -> str:
    """The sentence that fits the result: rows a query returned, rows that break a rule, or an aggregate."""
    if expectation.counts_violations:
        first = range(min(len(frame), MAX_EXAMPLES))
        readable = [column for column in frame.columns if column != FINGERPRINT]
        return returned_rows(len(frame)) + examples(frame, first, readable)
    if expectation.type == "expect_column_to_exist":
        return f"aanwezige kolommen: {', '.join(frame.columns)}"
    if "element_count" in result and "unexpected_count" in result:
        judged = int(result["element_count"]) - int(result.get("missing_count") or 0)
        rows = result.get("partial_unexpected_index_list") or []
        columns = list(dict.fromkeys([*keys, *expectation.columns]))
        return violating_rows(judged, int(result["unexpected_count"])) + examples(frame, rows, columns)
    return observed(result, passed=passed)


def _raised(result: ExpectationValidationResult) -> str:
    """The message of an exception that Great Expectations caught: flat, or one entry per metric."""
    info = result.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    messages = [str(entry.get("exception_message")) for entry in entries if entry.get("raised_exception")]
    return "; ".join(dict.fromkeys(messages))
