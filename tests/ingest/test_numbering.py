import pytest

from ingest.numbering import Style, as_letter, continues, read_number, split_numbers


@pytest.mark.parametrize(
    ("text", "number", "style", "values", "title"),
    [
        ("1 Introduction", "1", Style.DECIMAL, (1,), "Introduction"),
        ("3.2. Training", "3.2", Style.DECIMAL, (3, 2), "Training"),
        ("4.Results", "4", Style.DECIMAL, (4,), "Results"),
        ("Section 2: Method", "2", Style.DECIMAL, (2,), "Method"),
        ("A.2 Proofs", "A.2", Style.LETTER, (1, 2), "Proofs"),
        ("Appendix B. Details", "B", Style.LETTER, (2,), "Details"),
        ("IV. Experiments", "IV", Style.ROMAN, (4,), "Experiments"),
        ("C. Ablation", "C", Style.LETTER, (3,), "Ablation"),
    ],
)
def test_a_number_is_read(
    text: str, number: str, style: Style, values: tuple[int, ...], title: str
) -> None:
    read = read_number(text)
    assert read is not None
    assert (read[0].text, read[0].style, read[0].values, read[1]) == (number, style, values, title)


@pytest.mark.parametrize("text", ["3D Detection", "2019 Results", "U.S. policy", "T5 models", "In"])
def test_other_openings_are_no_numbers(text: str) -> None:
    assert read_number(text) is None


def test_a_roman_digit_can_be_a_letter() -> None:
    read = read_number("I. Proofs")
    assert read is not None
    letter = as_letter(read[0])
    assert letter is not None
    assert letter.values == (9,)


@pytest.mark.parametrize(
    ("values", "seen", "fits"),
    [
        ("1", [], True),
        ("3", [(1,), (2,)], True),
        ("4", [(1,), (2,)], False),
        ("2.1", [(1,), (2,)], True),
        ("3.1", [(1,), (2,)], False),
        ("2.3", [(2,), (2, 1)], False),
    ],
)
def test_numbers_come_in_sequence(values: str, seen: list[tuple[int, ...]], fits: bool) -> None:
    read = read_number(f"{values} X")
    assert read is not None
    assert continues(read[0], seen) is fits


def test_an_article_is_no_number_unless_a_b_follows() -> None:
    assert [n for n, _ in split_numbers(["A Model", "Results"])] == [None, None]
    assert [n.text if n else "" for n, _ in split_numbers(["A Data", "B Proofs"])] == ["A", "B"]
