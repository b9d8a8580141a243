"""LangChain: PyMuPDF loader, recursive splitter 1000/200, Chroma, BM25 retriever, ensemble.

As its documentation puts them together; nothing but the papers, the model and ``k`` is set. A
question's paper is Chroma's metadata filter, and a BM25 retriever per paper: that retriever has
no filter. It lives in memory alone, so `open` makes it from the texts that Chroma kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from peer import Hit, K, Scope, model_folder, serve

BATCH = 5000
"""Chunks added at once; Chroma takes no more than some 5,461."""


class LangChain:
    """The usual stack."""

    packages = ("langchain-core", "langchain-classic", "langchain-community", "langchain-chroma",
                "langchain-huggingface", "langchain-text-splitters", "chromadb", "rank-bm25",
                "pymupdf", "sentence-transformers", "torch")  # fmt: skip

    def load(self) -> None:
        from langchain_chroma import Chroma  # noqa: F401  (imported before the clock starts)
        from langchain_classic.retrievers import EnsembleRetriever  # noqa: F401
        from langchain_community.document_loaders import PyMuPDFLoader  # noqa: F401
        from langchain_community.retrievers import BM25Retriever  # noqa: F401
        from langchain_huggingface import HuggingFaceEmbeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: F401

        self.model = HuggingFaceEmbeddings(model_name=model_folder())
        self.model.embed_documents(["warm up"])

    def ingest(self, papers: Sequence[Path], store: Path) -> int:
        from langchain_community.document_loaders import PyMuPDFLoader
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        pages = [page for path in papers for page in PyMuPDFLoader(str(path)).load()]
        chunks = splitter.split_documents(pages)
        for chunk in chunks:
            chunk.metadata["paper"] = Path(chunk.metadata["source"]).stem
        dense = self._chroma(store)
        for i in range(0, len(chunks), BATCH):
            dense.add_documents(chunks[i : i + BATCH])
        return len(chunks)

    def open(self, store: Path, scopes: Sequence[Scope]) -> None:
        from langchain_core.documents import Document

        self.load()
        self.dense = self._chroma(store)
        kept = self.dense.get(include=["documents", "metadatas"])
        by_paper: dict[str, list[Document]] = {}
        for text, metadata in zip(kept["documents"], kept["metadatas"], strict=True):
            document = Document(page_content=text, metadata=metadata)
            by_paper.setdefault(metadata["paper"], []).append(document)
        self.retrievers = {scope: self._retriever(scope, by_paper) for scope in scopes}

    def search(self, question: str, scope: Scope, k: int) -> list[Hit]:
        found = self.retrievers[scope].invoke(question)[:k]
        return [Hit(d.metadata["paper"], (d.metadata["page"] + 1,), d.page_content) for d in found]

    def _retriever(self, scope: Scope, by_paper: dict[str, list[Any]]) -> Any:
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever

        documents = [document for paper in scope for document in by_paper[paper]]
        where = {"paper": {"$in": list(scope)}}
        dense = self.dense.as_retriever(search_kwargs={"k": K, "filter": where})
        lexical = BM25Retriever.from_documents(documents, k=K)
        return EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5])

    def _chroma(self, store: Path) -> Any:
        from langchain_chroma import Chroma

        return Chroma("papers", self.model, persist_directory=str(store))


if __name__ == "__main__":
    serve(LangChain())
