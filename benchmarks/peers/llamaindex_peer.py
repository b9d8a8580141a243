"""LlamaIndex: PyMuPDF reader, sentence splitter, Chroma, BM25 retriever, fusion by rank.

Its equivalent of LangChain's pipeline. The splitter counts characters instead of tokens
(``tokenizer=list``), so that 1000/200 means the same for both. File names and page numbers are
kept out of what is embedded and searched: by default they would stand before every chunk. A
question's paper is a metadata filter of the vector index, and a BM25 retriever per paper, which
`ingest` persists and `open` loads; one for several papers is made at `open`, from the document
store.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from peer import Hit, K, Scope, model_folder, serve

BM25 = "bm25"
"""The folder of the store where each paper's retriever is."""


class LlamaIndex:
    """VectorStoreIndex, BM25Retriever and QueryFusionRetriever with one query."""

    packages = ("llama-index-core", "llama-index-readers-file", "bm25s", "chromadb", "pymupdf",
                "llama-index-embeddings-huggingface", "llama-index-vector-stores-chroma",
                "llama-index-retrievers-bm25", "sentence-transformers", "torch")  # fmt: skip

    def load(self) -> None:
        from llama_index.core import StorageContext, VectorStoreIndex  # noqa: F401
        from llama_index.core.retrievers import QueryFusionRetriever  # noqa: F401
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding
        from llama_index.readers.file import PyMuPDFReader  # noqa: F401
        from llama_index.retrievers.bm25 import BM25Retriever  # noqa: F401
        from llama_index.vector_stores.chroma import ChromaVectorStore  # noqa: F401

        self.model = HuggingFaceEmbedding(model_name=model_folder())
        self.model.get_text_embedding("warm up")

    def ingest(self, papers: Sequence[Path], store: Path) -> int:
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.core.storage.docstore import SimpleDocumentStore
        from llama_index.readers.file import PyMuPDFReader

        reader = PyMuPDFReader()
        pages = [page for path in papers for page in reader.load_data(path, extra_info=_of(path))]
        for page in pages:
            page.excluded_embed_metadata_keys = page.excluded_llm_metadata_keys = [*page.metadata]
        splitter = SentenceSplitter(chunk_size=1000, chunk_overlap=200, tokenizer=list)
        nodes = splitter.get_nodes_from_documents(pages)
        documents = SimpleDocumentStore()
        documents.add_documents(nodes)
        context = StorageContext.from_defaults(documents, vector_store=_chroma(store))
        VectorStoreIndex(nodes, storage_context=context, embed_model=self.model)
        context.persist(str(store))
        for paper in dict.fromkeys(_of_paper(node) for node in nodes):
            own = [node for node in nodes if _of_paper(node) == paper]
            # else a chunk that can't be written would be left out, and the others be mistaken
            _bm25(own).persist(str(store / BM25 / paper), raise_on_serialization_error=True)
        return len(nodes)

    def open(self, store: Path, scopes: Sequence[Scope]) -> None:
        from llama_index.core import VectorStoreIndex

        self.load()
        index = VectorStoreIndex.from_vector_store(_chroma(store), embed_model=self.model)
        self.retrievers = {scope: _retriever(index, store, scope) for scope in scopes}

    def search(self, question: str, scope: Scope, k: int) -> list[Hit]:
        found = self.retrievers[scope].retrieve(question)[:k]
        return [Hit(_of_paper(n), (int(n.metadata["source"]),), n.text) for n in found]


def _of(path: Path) -> dict[str, str]:
    return {"paper": path.stem}


def _of_paper(node: Any) -> str:
    return str(node.metadata["paper"])


def _bm25(nodes: Sequence[Any]) -> Any:
    from llama_index.retrievers.bm25 import BM25Retriever

    return BM25Retriever.from_defaults(nodes=list(nodes), similarity_top_k=K)


def _stored_bm25(store: Path, scope: Scope) -> Any:
    from llama_index.core.storage.docstore import SimpleDocumentStore
    from llama_index.retrievers.bm25 import BM25Retriever

    if len(scope) == 1:
        return BM25Retriever.from_persist_dir(str(store / BM25 / scope[0]))
    nodes = SimpleDocumentStore.from_persist_dir(str(store)).docs.values()
    return _bm25([node for node in nodes if _of_paper(node) in scope])


def _retriever(index: Any, store: Path, scope: Scope) -> Any:
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters

    within = MetadataFilter(key="paper", value=list(scope), operator=FilterOperator.IN)
    dense = index.as_retriever(similarity_top_k=K, filters=MetadataFilters(filters=[within]))
    return QueryFusionRetriever(
        [dense, _stored_bm25(store, scope)],
        llm=MockLLM(),  # asked for nothing with one query, but it wants one
        mode="reciprocal_rerank",
        similarity_top_k=K,
        num_queries=1,
        use_async=False,
    )


def _chroma(store: Path) -> Any:
    import chromadb
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(str(store / "chroma"))
    return ChromaVectorStore(chroma_collection=client.get_or_create_collection("papers"))


if __name__ == "__main__":
    serve(LlamaIndex())
