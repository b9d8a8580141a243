"""arXiv's API, which answers with Atom feeds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.arxiv_feed import PAUSE_S, preprints
from ingest.enrich.service import Question, Record
from rag.types import Metadata

__all__ = ["PAUSE_S", "questions", "read"]

_PATH = "/api/query"


def questions(metadata: Metadata) -> Sequence[Question]:
    """By the arXiv id, else by the words of the title."""
    if metadata.arxiv_id:
        return [Question(_PATH, {"id_list": metadata.arxiv_id, "max_results": "1"})]
    words = re.findall(r"\w+", metadata.title)
    if len(words) < 2:
        return []
    return [Question(_PATH, {"search_query": f'ti:"{" ".join(words)}"', "max_results": "3"})]


def read(body: bytes) -> list[Record]:
    """The entries of a feed. Raises ValueError for what is none."""
    return [
        Record(m.title, m.authors, m.year, m.venue, m.doi, m.arxiv_id, m.abstract)
        for m in preprints(body)
    ]
