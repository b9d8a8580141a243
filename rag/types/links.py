"""What a paper says of other works and of its own parts, and where it points to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.types.spans import Span


class LinkKind(StrEnum):
    """What a link leads to, and so what its target indexes."""

    CITATION = "citation"  # an entry of Paper.references
    ELEMENT = "element"  # Paper.elements: "Table 3", "Eq. (5)", "Algorithm 1"
    SECTION = "section"  # Paper.sections: "Section 4.2"
    FOOTNOTE = "footnote"  # Paper.elements: the note that is called


@dataclass(frozen=True, slots=True)
class Link:
    """Words of the paper's text that point to another part of it, as "[12]" or "see Table 3".

    ``span`` covers the words; ``target`` indexes what ``kind`` says.
    """

    span: Span
    kind: LinkKind
    target: int


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of the bibliography, as far as it can be told apart; unknown fields are empty.

    ``element`` indexes ``Paper.elements``: what is printed stands there. ``label`` is how the text
    calls it, without brackets ("12", "HSW21"); empty where names and years do.
    """

    element: int
    label: str = ""
    authors: tuple[str, ...] = ()
    title: str = ""
    year: int | None = None
    venue: str = ""
    arxiv_id: str = ""
    doi: str = ""
    url: str = ""
