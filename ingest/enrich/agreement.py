"""Is a record one of the paper at hand?"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from ingest.enrich.service import Record
from rag.citations import surname
from rag.types import Metadata

ENOUGH = 0.93
"""Edit similarity of two titles' letters from which they are taken as one title."""


def agrees(metadata: Metadata, record: Record) -> bool:
    """Whether the titles are the same but for slips, with the same figures in them, and, where
    both have authors, one of these at least is of both. A paper without a title agrees with the
    record that has its arXiv id or DOI.
    """
    if not metadata.title:
        same_id = metadata.arxiv_id and metadata.arxiv_id == record.arxiv_id
        return bool(same_id or (metadata.doi and metadata.doi == record.doi))
    ours, theirs = families(metadata.authors), families(record.authors)
    return same_title(metadata.title, record.title) and (
        not (ours and theirs) or ours & theirs != set()
    )


def same_title(ours: str, theirs: str) -> bool:
    """Whether two titles are one: "Part 1" and "Part 2" are not."""
    a, b = letters(ours), letters(theirs)
    if re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return False
    return bool(a) and SequenceMatcher(None, a, b, autojunk=False).ratio() >= ENOUGH


def families(authors: tuple[str, ...]) -> set[str]:
    """Family names, to be compared."""
    return {name for author in authors if (name := letters(surname(author)))}


def letters(text: str) -> str:
    """Letters and digits alone, in lower case and without accents."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in folded if c.isalnum())
