"""Whether all is well, and who is told: health without Dagster, why a run failed, and the webhook.

What does not belong here: when to look (``assets.sensors``, a timer), and how old a table may be
(``snapshots.freshness``).
"""
