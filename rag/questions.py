"""What can be asked: any text of a question's length."""

from __future__ import annotations

from rag.errors import UsageError

MAX_QUESTION = 10_000
"""Characters. Longer ones are documents, not questions."""


def check_question(text: str) -> None:
    """Raises UsageError for what can't be searched for."""
    if not text.strip():
        raise UsageError("the question is empty: ask something, in quotes")
    if len(text) > MAX_QUESTION:
        raise UsageError(
            f"the question has {len(text):,} characters, the limit is {MAX_QUESTION:,}: "
            "ask about less at once, or ingest the text as a document"
        )
    check_characters(text)


def check_characters(text: str) -> None:
    """Raises UsageError for what no file, and no index, can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{text[error.start]!a} in {text[:40]!a} is no character: write the text in valid UTF-8"
        ) from error
