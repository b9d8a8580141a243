"""Holds an answer to its evidence; `checking` is the page to read first."""

from rag.verify.checking import UNSUPPORTED, verify

__all__ = ["UNSUPPORTED", "verify"]
