"""Candidates judged anew."""
