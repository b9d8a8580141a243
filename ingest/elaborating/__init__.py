"""What a language model writes of a paper's passages while the paper comes in."""
