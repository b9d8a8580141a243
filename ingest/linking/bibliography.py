"""A paper's list of references -> its entries as values."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.linking.entry import read_entry
from rag.types import Kind, Paper, Reference


def read_bibliography(paper: Paper) -> tuple[Reference, ...]:
    """One reference for each element of that kind which reads like one, in their order.

    What stands between them without year, identifier or authors is left out: a figure's words that
    came to stand in the list, say.
    """
    found: Iterable[Reference | None] = (
        read_entry(element.span.of(paper.text), at)
        for at, element in enumerate(paper.elements)
        if element.kind is Kind.REFERENCE
    )
    return tuple(reference for reference in found if reference is not None)
