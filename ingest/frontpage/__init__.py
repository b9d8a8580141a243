"""Title and authors, from the look of the first page; `ingest.metadata` asks for them."""
