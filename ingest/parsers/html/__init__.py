"""Reads articles written in HTML: arXiv's (as LaTeXML makes them), Distill's, and plain ones.

bytes ─ document: text, main part ─ blocks: headings, typed blocks, links ─ parser: the paper
"""

from ingest.parsers.html.parser import HtmlParser

__all__ = ["HtmlParser"]
