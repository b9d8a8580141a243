"""Joins a paper's parts: its bibliography read, and the words that point to other parts linked."""
