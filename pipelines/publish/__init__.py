"""From an audited build to a release: the gate, the completed draft, its files and pages, and the swap.

What does not belong here: judging (``audit``), choosing between releases (``releases``), and changing a figure.
"""
