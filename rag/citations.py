"""How a citation reads, and what it points to."""

from __future__ import annotations

import re

from rag.types import Citation, Evidence, Metadata, Section, Span

_TITLE_WORDS = 7
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_PARTICLES = frozenset(
    "af al av bin da das de del della den der di do dos du el ibn la le ten ter van von zu".split()
)
# Written with a capital by some bearers; the others of the list are then names of their own.
_CAPITAL_PARTICLES = frozenset({"De", "Den", "Der", "Van", "Von"})
_ORGANISATIONS = frozenset(
    {
        "team",
        "group",
        "collaboration",
        "consortium",
        "project",
        "lab",
        "ai",
        "contributors",
        "authors",
    }
)
_EDGES = re.compile(r"^[^\w]+|[^\w.]+$")


def reference(evidence: Evidence, page: int | None) -> str:
    """``(Vaswani et al. 2017, §5.4 Regularization, p. 8)``, without what is not known."""
    metadata = evidence.metadata
    named = names(metadata) or _short(metadata.title) or evidence.chunk.paper_id
    work = f"{named} {metadata.year}" if metadata.year else named
    where = place(evidence.section) if evidence.path else ""
    parts = [work, where, f"p. {page}" if page is not None else ""]
    return f"({', '.join(part for part in parts if part)})"


def names(metadata: Metadata) -> str:
    """The authors, briefly: "Vaswani et al."; empty if unknown."""
    found = [surname(author) for author in metadata.authors if author.strip()]
    if len(found) > 2:
        return f"{found[0]} et al."
    return " and ".join(found)


def place(section: Section) -> str:
    """The section: "§5.4 Regularization"; one without a number by its title alone."""
    number = section.number.strip().rstrip(".")
    return f"§{number} {section.title}".strip() if number else section.title.strip()


def surname(name: str) -> str:
    """The family name in "Laurens van der Maaten", "Maaten, Laurens van der" or a group's name."""
    family, comma, rest = name.partition(",")
    words = [w for word in family.split() if (w := _EDGES.sub("", word))]
    while len(words) > 1 and _bare(words[-1]) in _SUFFIXES:
        words.pop()
    if not words or words[-1].lower() in _ORGANISATIONS:
        return family.strip()
    if comma and rest.strip() and _bare(rest) not in _SUFFIXES:
        return " ".join(words)
    first = len(words) - 1
    while first > 1 and _is_particle(words[first - 1]):
        first -= 1
    return " ".join(words[first:])


def cite(number: int, evidence: Evidence, span: Span) -> Citation:
    """The citation of ``span`` of the chunk's text (offsets into it) by marker ``number``."""
    start = evidence.chunk.span.start
    placed = Span(start + span.start, start + span.end)
    boxes = evidence.boxes(placed)
    return Citation(
        marker=f"[{number}]",
        evidence=evidence,
        quote=span.of(evidence.chunk.text),
        span=placed,
        page=boxes[0].page if boxes else next(iter(evidence.chunk.pages), None),
        boxes=boxes,
    )


def _short(title: str) -> str:
    words = title.split()
    if len(words) <= _TITLE_WORDS:
        return " ".join(words)
    return " ".join(words[:_TITLE_WORDS]).rstrip(" ,;:.") + "…"


def _is_particle(word: str) -> bool:
    return word in _PARTICLES or word in _CAPITAL_PARTICLES


def _bare(word: str) -> str:
    return word.replace(".", "").strip().lower()
