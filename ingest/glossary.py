"""What a paper calls things, and what it is called: mined when it comes in, kept in the catalog."""

from __future__ import annotations

from ingest.acronyms import define
from ingest.coined import names
from rag.store.catalog_writer import WritableCatalog
from rag.types import Glossary, Paper

VERSION = "1"
"""Changes whenever the same paper may give another glossary: libraries are then mined anew."""

_RECORD = "glossary"


def mine(paper: Paper) -> Glossary:
    """The glossary of ``paper``, from its abstract and text."""
    abstract, text = paper.metadata.abstract, paper.text
    terms = tuple(define(text if abstract in text else f"{abstract}\n\n{text}"))
    return Glossary(terms, names(paper, terms))


def mine_library(catalog: WritableCatalog) -> None:
    """Mines every paper of a library whose glossary is none or of another version, in one
    transaction; afterwards each paper brings its own.
    """
    if catalog.meta(_RECORD) == VERSION:
        return
    with catalog.transaction():
        for row in catalog.papers():
            catalog.put_glossary(row.paper_id, mine(catalog.paper(row.paper_id)))
        catalog.set_meta(_RECORD, VERSION)
