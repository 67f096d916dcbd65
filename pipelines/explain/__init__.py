"""One figure of a release, followed back to the cells that CBS published, and computed once more on the way.

``explainer`` answers a question about a figure. It looks the figure up in the release (``release``), says what it is
made of (``definitions`` for formulas and known errors, ``composition`` for regions and redivided municipalities),
computes it again (``figures``) from the cells on disk (``cells``), and gives a tree (``model``) that ``text`` puts into
words.

What does not belong here: computing figures for publication (``dbt_project`` does; here it is done over as a check,
along a way of its own), and anything that writes.
"""
