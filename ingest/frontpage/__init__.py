"""Facts about a paper, from the look and the words of its first pages; `ingest.metadata` asks for them."""
