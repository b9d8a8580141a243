"""The paper's own DOI, by the small print of its first page."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DOI = re.compile(r"(?<![\d.])10\.\d{4,9}/[^\s\"<>,;]+")
# What templates hold until somebody fills it in.
_PLACEHOLDER = re.compile(r"n{4,}|x{4,}|123_4|1234567|0000000", re.IGNORECASE)


def doi_of(notices: Iterable[str]) -> str:
    """The first DOI, in lower case as they compare; empty if there is none.

    One of arXiv's (10.48550) is left out: it says no more than the arXiv id.
    """
    for notice in notices:
        for match in _DOI.finditer(notice):
            doi = clean_doi(match[0])
            if doi and not _PLACEHOLDER.search(doi) and not doi.startswith("10.48550/"):
                return doi
    return ""


def clean_doi(written: str) -> str:
    """A DOI without resolver, case and the punctuation around it; empty if it is none."""
    match = _DOI.search(written.strip())
    if match is None:
        return ""
    doi = match[0].rstrip(".:'’”")
    while doi.endswith((")", "]")) and doi.count("(") + doi.count("[") < doi.count(")") + doi.count(
        "]"
    ):
        doi = doi[:-1].rstrip(".:")
    return doi.lower()
