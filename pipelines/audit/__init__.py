"""The audit: expectations written as yml, judged by Great Expectations, answered as plain results.

Belongs here: reading the suites of ``expectations/``, opening a build read-only, running the expectations
and saying in Dutch what was found. The parent process uses `AuditWorker`; only the worker imports Great
Expectations, because that takes seconds and is wasted on a night without news.

Does not belong here: dbt tests, the comparison of releases, the decision to publish (``pipelines.release``),
Dagster (``pipelines.orchestration``), and the expectations themselves, which are data.
"""

from pipelines.audit.suites import Suite, SuiteError, load_suites
from pipelines.audit.worker import AuditError, AuditWorker
from pipelines.build.checks import AuditRequest, CheckResult

__all__ = ["AuditError", "AuditRequest", "AuditWorker", "CheckResult", "Suite", "SuiteError", "load_suites"]
