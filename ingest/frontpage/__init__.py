"""What a paper's first pages tell, by their look and words; `ingest.metadata` asks for it."""
