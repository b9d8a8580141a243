"""`scholium eval`: measure retrieval on a question set."""

from __future__ import annotations
