import pytest

from ingest.roles import fill_roles, role_of
from rag.types import Role


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Abstract", Role.ABSTRACT),
        ("INTRODUCTION", Role.INTRODUCTION),
        ("Related Work", Role.RELATED_WORK),
        ("Background and Notation", Role.RELATED_WORK),
        ("Our Approach", Role.METHOD),
        ("Model Architecture", Role.METHOD),
        ("Datasets", Role.DATA),
        ("Data Collection and Annotation", Role.DATA),
        ("Experimental Setup", Role.EXPERIMENTS),
        ("Experimental Results", Role.RESULTS),
        ("Results and Discussion", Role.DISCUSSION),
        ("Error Analysis", Role.RESULTS),
        ("Limitations", Role.DISCUSSION),
        ("Conclusion and Future Work", Role.CONCLUSION),
        ("Discussion and Conclusions", Role.CONCLUSION),
        ("References", Role.REFERENCES),
        ("Supplementary Material", Role.APPENDIX),
        ("Acknowledgements", Role.OTHER),
        ("Preliminary experiments on MNIST", Role.EXPERIMENTS),
        ("Preliminaries", Role.RELATED_WORK),
        ("Split Finding Algorithms", Role.METHOD),
        ("Finding similar words", Role.OTHER),
        ("Main Findings", Role.RESULTS),
        ("Data-Parallel Processing", Role.OTHER),
        ("Training ensembles of specialists on very big datasets", Role.METHOD),
        ("Transfer Learning from Supervised Data", Role.METHOD),
        ("Training Data", Role.DATA),
        ("Summary of Experimental Conditions", Role.EXPERIMENTS),
        ("Summary of Results", Role.RESULTS),
        ("Method Summary", Role.METHOD),
        ("Summary and Outlook", Role.CONCLUSION),
        ("Parallel Implementation", Role.OTHER),
        ("Implementation Details", Role.EXPERIMENTS),
        ("Overview of the Experiments", Role.EXPERIMENTS),
        ("The Annotation Process", Role.DATA),
        ("Comparison with the State of the Art", Role.RESULTS),
        ("Results on the State-of-the-Art Benchmarks", Role.RESULTS),
        ("An Introduction to Random Fields", Role.OTHER),
        ("Impact of Depth", Role.OTHER),
        ("End to End Evaluations", Role.EXPERIMENTS),
        ("Relation to Previous Work", Role.RELATED_WORK),
        ("Insights and Overview", Role.OTHER),
        ("Reproducibility Statement", Role.OTHER),
        ("Winograd Schema Challenge", Role.OTHER),
    ],
)
def test_a_heading_says_what_its_section_does(title: str, role: Role) -> None:
    assert role_of(title) is role


@pytest.mark.parametrize(
    ("title", "parent", "role"),
    [
        ("Optimizer", Role.METHOD, Role.METHOD),
        ("Training", Role.EXPERIMENTS, Role.EXPERIMENTS),
        ("Datasets", Role.EXPERIMENTS, Role.DATA),
        ("Results", Role.EXPERIMENTS, Role.RESULTS),
        ("Conclusion", Role.APPENDIX, Role.APPENDIX),
        ("Neural models", Role.RELATED_WORK, Role.RELATED_WORK),
        ("Results", Role.OTHER, Role.RESULTS),
    ],
)
def test_a_subsection_takes_its_parents_role_unless_it_says_otherwise(
    title: str, parent: Role, role: Role
) -> None:
    assert role_of(title, parent) is role


def test_what_stands_between_introduction_and_experiments_is_method() -> None:
    roles = [Role.INTRODUCTION, Role.OTHER, Role.OTHER, Role.EXPERIMENTS, Role.OTHER]
    filled = fill_roles(roles, [1, 1, 2, 1, 1])
    assert filled == [Role.INTRODUCTION, Role.METHOD, Role.METHOD, Role.EXPERIMENTS, Role.OTHER]


def test_without_an_introduction_nothing_is_filled() -> None:
    assert fill_roles([Role.OTHER, Role.RESULTS], [1, 1]) == [Role.OTHER, Role.RESULTS]
