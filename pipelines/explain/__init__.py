"""The inside of ``release/explain.py``: read a release, its definitions and its cells, and tie one figure to them.

``model`` is the tree that results, ``published`` reads the release, ``seeds`` the definitions, ``cells`` what CBS
published, ``corrections`` the known errors in that, ``composition`` what a region or a municipality of today is made
of, ``figures`` computes a figure from those cells once more, ``text`` puts the tree into words.
What does not belong here: computing figures for publication (that is ``dbt_project``; here it is only done over, as a
check, along a route of its own) and anything that writes.
"""
