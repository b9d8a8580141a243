import pytest

from ingest.joining import Words, join_lines

SEEN = Words.of(["a language model with pre-training in each language", "art and task and guage"])


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["one"], "one"),
        (["one", "two"], "one two"),
        (["hyphen-", "ated words"], "hyphenated words"),
        (["lan-", "guage models"], "language models"),
        (["pre-", "training"], "pre-training"),
        (["state-of-", "the-art"], "state-of-the-art"),
        (["task-", "specific"], "task-specific"),
        (["Pre-", "Training"], "Pre-Training"),
        (["LARGE LAN-", "GUAGE MODELS"], "LARGE LANGUAGE MODELS"),
        (["BERT-", "LSTM"], "BERT-LSTM"),
        (["1990-", "and later"], "1990-and later"),
        (["https://example.org/", "a/paper"], "https://example.org/a/paper"),
        ([], ""),
    ],
)
def test_a_hyphen_at_a_lines_end_stays_where_the_rest_of_the_paper_has_it(
    lines: list[str], text: str
) -> None:
    assert join_lines(lines, SEEN).text == text
