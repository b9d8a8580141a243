"""What a ranking counts for, by the index and the variant that it came from.

One variant of a family, as ``multi-query-2`` of ``multi-query``, has its family's weight unless it
is named itself; what is not named weighs 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.types import Ranking

_NUMBER = re.compile(r"-\d+$")


def weight_of(
    ranking: Ranking, indexes: Mapping[str, float], variants: Mapping[str, float]
) -> float:
    """The weight of the ranking's index times that of its variant."""
    return indexes.get(ranking.index, 1.0) * weight_of_variant(ranking.variant, variants)


def weight_of_variant(variant: str, variants: Mapping[str, float]) -> float:
    """The weight of the variant of this name."""
    return variants.get(variant, variants.get(_NUMBER.sub("", variant), 1.0))
