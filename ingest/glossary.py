"""What a paper calls things, and what it is called: mined when it comes in, kept in the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from ingest.acronyms import define
from ingest.coined import names
from ingest.events import Mined
from rag.store.catalog_writer import WritableCatalog
from rag.types import Glossary, Paper

VERSION = "1"
"""Changes whenever the same paper may give another glossary: libraries are then mined anew."""

_RECORD = "glossary"


def mine(paper: Paper) -> Glossary:
    """The glossary of ``paper``, from its abstract and text; empty where mining fails: a paper is
    searched without one, too.
    """
    try:
        return _mined(paper)
    except Exception:  # noqa: BLE001  an odd paper must not keep a library from being changed
        return Glossary()


def _mined(paper: Paper) -> Glossary:
    abstract, text = paper.metadata.abstract, paper.text
    terms = tuple(define(text if abstract in text else f"{abstract}\n\n{text}"))
    return Glossary(terms, names(paper, terms))


def mine_library(catalog: WritableCatalog) -> Iterator[Mined]:
    """Mines every paper of a library whose glossary is none or of another version, telling how far
    it is; afterwards each paper brings its own.

    A large library takes minutes, so that each paper is a transaction: others write in between.
    One that is cut off begins anew.
    """
    if catalog.meta(_RECORD) == VERSION:
        return
    papers = catalog.papers()
    for done, row in enumerate(papers, 1):
        began = perf_counter()
        mined = mine(catalog.paper(row.paper_id))
        with catalog.transaction():
            catalog.put_glossary(row.paper_id, mined)
        yield Mined(done, len(papers), perf_counter() - began)
    with catalog.transaction():
        catalog.set_meta(_RECORD, VERSION)
