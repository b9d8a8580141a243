from pathlib import Path

from eval.answers.findings import AnswerFindings


def write_page(path: Path, found: AnswerFindings) -> None:
    pass
