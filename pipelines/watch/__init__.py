"""Whether all is well, and who is told: health without Dagster, and the webhook.

What does not belong here: when to look (``orchestration.sensors``, a timer), why a run failed
(``orchestration.run_failures``), and how old a table may be
(``snapshots.freshness``).
"""
