"""``report.html`` on answers: one file for people, without a script and without anything to fetch.

Filtering and sorting are done by the style sheet alone, by which of the page's buttons is chosen.
"""

from __future__ import annotations

from pathlib import Path

from eval.answers.cards import KINDS, cards, orders
from eval.answers.findings import AnswerFindings
from eval.answers.measures import LOWER, MEASURES
from eval.answers.outcome import length
from eval.report.page import changed
from eval.report.plots import forest

HERE = Path(__file__).parent
STYLES = (HERE.parent / "report" / "page.css", HERE / "page.css")


def write_page(path: Path, found: AnswerFindings) -> None:
    """Writes the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(found), encoding="utf-8")


def render(found: AnswerFindings) -> str:
    """The page as HTML; what papers, questions and answers say is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    shown = cards(found)
    return environment.get_template("page.html").render(
        found=found,
        origin=found.origin,
        style="\n".join(path.read_text(encoding="utf-8") for path in STYLES),
        lower=LOWER,
        meaning={measure.name: measure.what for measure in MEASURES},
        times=[_times(found, index) for index in range(len(found.outcomes))],
        spends=any(outcome.usage.prompt_tokens for outcome in found.outcomes),
        differing={o.name: changed(o.settings) for o in found.outcomes if o.settings},
        forest=_forest(found),
        cards=shown,
        kinds={k: said for k, said in KINDS.items() if any(k in card.kinds for card in shown)},
        counts={k: sum(k in card.kinds for card in shown) for k in KINDS},
        orders=orders(found),
    )


def _times(found: AnswerFindings, index: int) -> dict[str, str]:
    outcome = found.outcomes[index]
    times = {
        "words, median": outcome.percentile(length, 50),
        "ms to the first words, median": outcome.percentile(lambda given: given.first_ms, 50),
        "ms, median": outcome.percentile(lambda given: given.latency_ms, 50),
        "ms, 95th percentile": outcome.percentile(lambda given: given.latency_ms, 95),
    }
    return {name: f"{value:.0f}" if value else "–" for name, value in times.items()}


def _forest(found: AnswerFindings) -> str:
    differences = found.differences.get(found.headline)
    return forest(differences, found.headline) if differences else ""
