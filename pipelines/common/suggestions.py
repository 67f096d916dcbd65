"""What a person may have meant who typed a name that does not exist."""

import difflib
from collections.abc import Iterable


def closest(wanted: str, known: Iterable[str], *, limit: int = 3, cutoff: float = 0.6) -> list[str]:
    """Of ``known`` the names that are most like ``wanted``, the best first; a name that differs in capitals leads.

    Args:
        wanted: what was typed.
        known: the names that exist.
        limit: how many at most.
        cutoff: how alike they must be, from 0 (anything) to 1 (the same).

    """
    names = list(known)
    same = [name for name in names if name.lower() == wanted.lower()]
    return list(dict.fromkeys([*same, *difflib.get_close_matches(wanted, names, n=limit, cutoff=cutoff)]))[:limit]


def nearest_ids(wanted: str, known: Iterable[str]) -> str:
    """``; the nearest ids are a, b`` to put behind a sentence; empty when nothing comes near."""
    near = closest(wanted, known)
    return f"; the nearest {'id is' if len(near) == 1 else 'ids are'} {', '.join(near)}" if near else ""


def did_you_mean(wanted: str, known: Iterable[str], *, limit: int = 3, cutoff: float = 0.6) -> str:
    """`` Did you mean a or b?`` to put behind a sentence; empty when nothing comes near."""
    names = list(known)
    # Who typed other capitals meant that name and no other.
    same = [name for name in names if name.lower() == wanted.lower()]
    near = same or closest(wanted, names, limit=limit, cutoff=cutoff)
    return f" Did you mean {' or '.join(near)}?" if near else ""
