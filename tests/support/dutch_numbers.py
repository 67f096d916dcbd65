"""Numbers as the pages should write them, by other code than the pages use: by exact decimals instead of formatting."""

from decimal import ROUND_HALF_EVEN, Decimal


def in_dutch(value: float | None, decimals: int = 0) -> str:
    """A number with a decimal comma and spaces between thousands; what rounds to zero has no sign; nothing for None."""
    if value is None:
        return ""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    whole, _, part = f"{abs(exact):f}".partition(".")
    threes = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    return ("-" if exact < 0 else "") + "\N{NO-BREAK SPACE}".join(threes) + ("," + part if part else "")
