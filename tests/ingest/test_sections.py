from ingest.sections import Title, section_tree
from rag.types import Role


def shape(titles: list[Title]) -> list[tuple[str, int]]:
    return [(section.heading, section.level) for section in section_tree(titles)]


def test_what_stands_between_a_section_and_its_parts_lies_in_it() -> None:
    titles = [
        Title("1", "Introduction", 1),
        Title("E", "Additional Details", 1),
        Title("", "Version Control", 1),
        Title("E.1", "Resources", 2),
        Title("E.2", "Licenses", 2),
        Title("F", "Prompts", 1),
    ]
    assert shape(titles) == [
        ("1 Introduction", 1),
        ("E Additional Details", 1),
        ("Version Control", 2),
        ("E.1 Resources", 2),
        ("E.2 Licenses", 2),
        ("F Prompts", 1),
    ]
    assert [section.parent for section in section_tree(titles)] == [None, None, 1, 1, 1, None]


def test_acknowledgements_hold_no_sections() -> None:
    titles = [
        Title("5", "Conclusion", 1),
        Title("", "Acknowledgments", 1),
        Title("", "Reproducibility Statement", 2),
        Title("", "Ethics Statement", 2),
    ]
    assert [level for _, level in shape(titles)] == [1, 1, 1, 1]


def test_lettered_sections_after_numbered_ones_are_appendices() -> None:
    titles = [
        Title("1", "Introduction", 1),
        Title("2", "Experiments", 1),
        Title("A", "Experimental Settings", 1),
        Title("A.1", "Training", 2),
        Title("B", "Limitations", 1),
        Title("", "References", 1),
    ]
    roles = [section.role for section in section_tree(titles)]
    assert roles[2:] == [Role.APPENDIX, Role.APPENDIX, Role.APPENDIX, Role.REFERENCES]


def test_roman_sections_are_none_even_after_decimal_parts() -> None:
    titles = [
        Title("I", "Introduction", 1),
        Title("A", "Scope", 2),
        Title("1", "Aims", 3),
        Title("V", "Results", 1),
    ]
    assert section_tree(titles)[-1].role is Role.RESULTS
