import pytest

from ingest.wording import is_upper, restored, spellings_of
from tests.ingest.printed import line


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
