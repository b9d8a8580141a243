"""paper-qa with the chunks that are its default, 5000/250 characters.

The model reads 256 tokens at most, about a fifth of such a chunk.
"""

from __future__ import annotations

from paperqa_peer import PaperQA
from peer import serve

if __name__ == "__main__":
    serve(PaperQA(chunk_chars=5000, overlap=250))
