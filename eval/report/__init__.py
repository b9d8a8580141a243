"""What was found, as files: a page for people, JSON for programs, runs for other scorers."""

from eval.report.findings import Findings, Origin, find
from eval.report.page import write_page
from eval.report.runs import write_questions, write_run, write_trec
from eval.report.summary import write_summary

__all__ = [
    "Findings",
    "Origin",
    "find",
    "write_page",
    "write_questions",
    "write_run",
    "write_summary",
    "write_trec",
]
