"""The store of releases and what people decided about them: journal, holds, acceptances, rollback, verification,
comparison.

What does not belong here: making a release (``publish``), and figures: they are computed in ``dbt_project`` and never
changed after it.
"""
