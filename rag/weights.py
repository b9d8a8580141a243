"""What a ranking counts for, by its source: ``"{index}/{variant}"``.

One variant of a family, as ``multi-query-2`` of ``multi-query``, has its family's weight unless it
is named itself; what is not named weighs 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_NUMBER = re.compile(r"-\d+$")


def weight_of(source: str, indexes: Mapping[str, float], variants: Mapping[str, float]) -> float:
    """The weight of the source's index times that of its variant."""
    return indexes.get(source.partition("/")[0], 1.0) * weight_of_variant(source, variants)


def weight_of_variant(source: str, variants: Mapping[str, float]) -> float:
    """The weight of the source's variant."""
    variant = source.partition("/")[2]
    return variants.get(variant, variants.get(_NUMBER.sub("", variant), 1.0))
