"""Where a company's figure stands among the companies of its industry group."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class GroupRank:
    """The share, in per cent, of `peers` with a lower figure; the company itself is no peer.

    `group` is the SEC's major group, the first two digits of the SIC code. Peers are those with a figure for the same kind of
    period, of money in the same currency.
    """

    above_pct: Decimal
    group: str
    peers: int
