"""The audit: expectations written as yml, judged by Great Expectations, answered as plain results, and signed.

Belongs here: reading the suites of ``expectations/`` (``suites``), opening a build read-only (``view``), running the
expectations (``engine``, ``judge``), saying in Dutch what was found (``findings``), and signing what was judged
together with the results of dbt and of the fetch (``auditor``). Who audits uses `AuditWorker`; only the worker imports
Great Expectations, because that takes seconds and is wasted on a night without news.

Does not belong here: running dbt (``build``), what people accept of a finding (``releases``), the decision to publish
(``publish``), Dagster (``orchestration``), and the expectations themselves, which are data.
"""

from pipelines.audit.suites import Suite, SuiteError, load_suites
from pipelines.audit.view import AuditRequest
from pipelines.audit.worker import AuditError, AuditWorker

__all__ = ["AuditError", "AuditRequest", "AuditWorker", "Suite", "SuiteError", "load_suites"]
