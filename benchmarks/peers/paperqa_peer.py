"""paper-qa: its PDF reader, chunks, in-memory vector store and MMR; no language model.

Citations are given by hand and media and metadata look-ups are off, since these call language
models or the network. A question's paper is a `Docs` of its own: `retrieve_texts` has no filter.
`Docs` are kept by pickling them, and their texts are put into the vector store at `open`: hashes
that it keeps don't hold in another process. Chunks are 1000/200 characters as the others'; its
own default of 5000/250 is `paperqa_default_peer.py`.
"""

from __future__ import annotations

import asyncio
import pickle
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from peer import Hit, Scope, model_folder, serve

PAGES = re.compile(r" pages (\d+)-(\d+)$")


class PaperQA:
    """`Docs.retrieve_texts` with a sentence-transformers model."""

    packages = (
        "paper-qa",
        "paper-qa-pymupdf",
        "fhlmi",
        "pymupdf",
        "sentence-transformers",
        "torch",
    )

    def __init__(self, chunk_chars: int, overlap: int) -> None:
        self.cut = {"chunk_chars": chunk_chars, "overlap": overlap}

    def load(self) -> None:
        from paperqa import Docs, Settings  # noqa: F401  (imported before the clock starts)

        self.settings = Settings(
            embedding=f"st-{model_folder()}",
            parsing={"reader_config": self.cut, "multimodal": False, "use_doc_details": False},
        )
        self.model = self.settings.get_embedding_model()
        self.runner = asyncio.Runner()
        self.runner.run(self.model.embed_documents(["warm up"]))

    def ingest(self, papers: Sequence[Path], store: Path) -> int:
        from paperqa import Docs

        by_paper = {path.stem: Docs() for path in papers}
        for path in papers:
            self.runner.run(
                by_paper[path.stem].aadd(
                    path,
                    citation=path.stem,
                    docname=path.stem,
                    settings=self.settings,
                    embedding_model=self.model,
                )
            )
        store.mkdir(parents=True, exist_ok=True)
        (store / "docs.pkl").write_bytes(pickle.dumps(by_paper))
        return sum(len(docs.texts) for docs in by_paper.values())

    def open(self, store: Path, scopes: Sequence[Scope]) -> None:
        self.load()
        by_paper = pickle.loads((store / "docs.pkl").read_bytes())
        self.docs = {scope: self._within(scope, by_paper) for scope in scopes}
        for scope in scopes:  # the first search puts the texts into the vector store
            self.search("warm up", scope, 1)

    def search(self, question: str, scope: Scope, k: int) -> list[Hit]:
        found = self.runner.run(
            self.docs[scope].retrieve_texts(
                question, k, settings=self.settings, embedding_model=self.model
            )
        )
        return [Hit(text.doc.docname, _pages(text.name), text.text) for text in found]

    def _within(self, scope: Scope, by_paper: dict[str, Any]) -> Any:
        from paperqa import Docs

        if len(scope) == 1:
            return by_paper[scope[0]]
        docs = Docs()
        for paper in scope:
            [doc] = by_paper[paper].docs.values()
            self.runner.run(docs.aadd_texts(by_paper[paper].texts, doc, self.settings, self.model))
        return docs


def _pages(name: str) -> tuple[int, ...]:
    found = PAGES.search(name)
    return tuple(range(int(found[1]), int(found[2]) + 1)) if found else ()


if __name__ == "__main__":
    serve(PaperQA(chunk_chars=1000, overlap=200))
