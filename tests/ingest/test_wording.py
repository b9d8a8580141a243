import pytest

from ingest.wording import is_upper, joined, restored, spellings_of
from tests.ingest.printed import line


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["one"], "one"),
        (["one", "two"], "one two"),
        (["hyphen-", "ated words"], "hyphenated words"),
        (["Pre-", "Training"], "Pre-Training"),
        (["1990-", "and later"], "1990- and later"),
    ],
)
def test_lines_are_joined_and_hyphens_of_the_lines_end_undone(lines: list[str], text: str) -> None:
    assert joined(lines) == text


@pytest.mark.parametrize(
    ("text", "upper"),
    [
        ("INTRODUCTION", True),
        ("BERT", True),
        ("CNN", False),
        ("2.1 RELATED WORK", True),
        ("Of", False),
    ],
)
def test_capitals_are_told_by_four_letters_or_more(text: str, upper: bool) -> None:
    assert is_upper(text) is upper


def test_capitals_are_set_back_to_the_papers_own_spelling() -> None:
    spellings = spellings_of([line("we train ImageNet and the LSTM on data", 0)])
    assert restored("ON THE LSTM FOR IMAGENET DATA: AN OVERVIEW", spellings) == (
        "On the LSTM for ImageNet Data: An Overview"
    )
    assert restored("Already Fine", spellings) == "Already Fine"
