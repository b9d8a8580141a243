"""What a section does in its paper, from the words of its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Role

# In order: the first that matches decides, so the more telling words come first. A title is read
# by the parts that "and" and the like divide. The first pattern tells a part by how it begins; the
# second by how its head ends, which is what stands before a preposition: "experiments" in
# "Preliminary experiments on MNIST", "learning" in "Transfer learning from data".
_PATTERNS: tuple[tuple[Role, str, str], ...] = (
    (Role.APPENDIX, r"appendix|appendices|supplement\w*|supporting information",
                    r"appendix|appendices|supplement\w*(?: materials?| information)?"),
    (Role.CONCLUSION, r"conclusions?|concluding|summary$",
                      r"conclusions?|outlook|(?:future|further) (?:works?|directions?|research|"
                      r"plans?)|(?:closing|concluding|final) remarks|next steps"),
    (Role.RELATED_WORK, r"background|relations? (?:to|with) (?:previous|prior|other) works?|"
                        r"(?:related|previous|prior) works?",
                        r"(?:related|previous|prior|earlier|existing) (?:works?|research|studies|"
                        r"approaches|literature)|literature (?:review|survey)|background|"
                        r"state-of-the-art|preliminar(?:y|ies)"),
    (Role.INTRODUCTION, r"introduction|(?:our |main )*contributions?$|motivations?",
                        r"(?<!an )introduction|motivations?"),
    (Role.DISCUSSION, r"discussions?|limitations?|ethic\w*|threats to validity|lessons|"
                      r"(?:broader |societal )impacts?|impact statement|implications?",
                      r"discussions?|limitations?|(?:broader|societal|social|environmental) "
                      r"impacts?|implications?|ethic\w*|ethical (?:considerations|statement)"),
    (Role.RESULTS, r"results?|ablations?|findings|comparisons? (?:with|to|against)|"
                   r"performance (?:on|of|by|for)|case stud(?:y|ies)",
                   r"results?|comparisons?|findings|ablations?|ablation stud(?:y|ies)|"
                   r"ablation experiments?|(?:error|results?|qualitative|quantitative|empirical|"
                   r"failure|performance|further|detailed|comparative) analys[ie]s|"
                   r"case stud(?:y|ies)|visuali[sz]ations?"),
    (Role.DATA, r"data\s?sets?|corpus|corpora|annotations?|benchmarks?|inter-annotator agreement|"
                r"data (?:analysis|quality|samples?|sources?|descriptions?|statistics|splits?|"
                r"details|exploration)",
                r"(?:data|data\s?set|corpus) (?:collection|preparation|construction|creation|"
                r"annotation|acquisition|generation|cleaning|filtering|selection|extraction|"
                r"pre-?\s?processing)|data|data\s?sets?|corpus|corpora|annotations?|benchmarks?|"
                r"inter-annotator agreement|annotators?|(?:training|test) sets?"),
    (Role.EXPERIMENTS, r"experiment\w*|evaluat\w+|baselines?|implementation$|reproducibility|"
                       r"hyper-?\s?parameters?|training details?|ablation",
                       r"experiments?|evaluations?|baselines?|set-?ups?|settings?|metrics?|"
                       r"hyper-?\s?parameters?|implementation details?|training details?|"
                       r"compared methods|simulations?|reproducibility"),
)  # fmt: skip
_RULES = tuple(
    (role, re.compile(rf"(?:{begins})\b"), re.compile(rf"(?:^|.*[\s-])(?:{ends})$"))
    for role, begins, ends in _PATTERNS
)
# The whole title.
_NAMES = (
    (Role.ABSTRACT, re.compile(r"abstract|(?:executive |plain language )?summary")),
    (Role.REFERENCES, re.compile(
        r"(?:bibliographical )?references?|bibliograph\w+|literature cited|works cited|literature|"
        r"references? (?:and|&) notes?|.*\b(?:resource|data\s?set) references")),
    (Role.INTRODUCTION, re.compile(r"overview")),
    (Role.RESULTS, re.compile(r"analys[ie]s")),
)  # fmt: skip
# Anywhere in the title, if nothing else is told.
_METHOD = re.compile(
    r"\b(?:methods?|methodolog\w+|approach(?:es)?|models?|model(?:l)?ing|architectures?|"
    r"algorithms?|frameworks?|proposed|systems?|(?:problem|task) (?:formulation|definition|"
    r"statement|description)|formulation|training|inference|learning|encoders?|"
    r"decod(?:ers?|ing)|loss(?:es)?|objectives?|optimi[sz]ation|attention|networks?|layers?|"
    r"embeddings?|features?|pre-?processing|pre-?training|fine-?tuning|notations?|theory|design)\b"
)
# These say nothing by themselves: "Overview of experiments", "The data".
_OPENING = re.compile(
    r"^(?:(?:the|our)\s+)?(?:(?:overview|descriptions?|summary|details|presentation|preparation|"
    r"construction|creation|sources?|statistics|guidelines)\s+(?:of|for)\s+(?:the\s+|our\s+)?)?"
)
_COMPOUND = re.compile(r"\bstate of the art|\bend to end")
_PARTS = re.compile(r"\s*(?:[,/&:;+–—]|\band\b)\s*")
_PREPOSITION = re.compile(
    r"\s(?:of|for|with|on|in|from|to|by|via|under|using|over|across|between|against|without|"
    r"during|at|as|based|beyond|within|through|towards?|among)\s|\s*\("
)
# What a subsection can't be told apart from its parent by.
_INHERITED = (Role.REFERENCES, Role.APPENDIX, Role.ABSTRACT)
# A subsection of these keeps its parent's role unless its title names one of `_TELLING`.
_TELLING = {
    Role.RELATED_WORK: {Role.DATA, Role.RESULTS, Role.EXPERIMENTS},
    Role.DATA: {Role.RESULTS, Role.EXPERIMENTS, Role.RELATED_WORK},
    Role.RESULTS: {Role.DISCUSSION, Role.DATA, Role.EXPERIMENTS, Role.CONCLUSION},
    Role.INTRODUCTION: {Role.RELATED_WORK},
    Role.CONCLUSION: {Role.DISCUSSION},
    Role.DISCUSSION: {Role.CONCLUSION, Role.RESULTS, Role.RELATED_WORK},
    Role.EXPERIMENTS: {Role.DATA, Role.RESULTS, Role.DISCUSSION, Role.CONCLUSION},
    Role.METHOD: {Role.DATA, Role.EXPERIMENTS, Role.RESULTS, Role.DISCUSSION, Role.RELATED_WORK},
}
_BACK_MATTER = re.compile(
    r"\b(?:acknowledge?ments?|funding|author'?s?'? contributions?|disclosures?|"
    r"reproducibility statement)\b"
)


def role_of(title: str, parent_role: Role | None = None) -> Role:
    """The role of a section called ``title`` (without number) inside one of ``parent_role``.

    A subsection takes its parent's role unless its own title says another; at the top level an
    unknown title is OTHER.
    """
    if parent_role in _INHERITED:
        return parent_role
    said = _said(title)
    if parent_role is None or parent_role is Role.OTHER:
        return said
    return said if said in _TELLING[parent_role] else parent_role


def fill_roles(roles: Sequence[Role], levels: Sequence[int]) -> list[Role]:
    """Roles that the order of sections tells: what has none and stands before the experiments
    but after the introduction, at the top level or below such a section, is METHOD.
    """
    opening = {Role.INTRODUCTION, Role.ABSTRACT, Role.RELATED_WORK}
    trials = {Role.EXPERIMENTS, Role.RESULTS, Role.DATA}
    tops = [i for i, level in enumerate(levels) if level == 1]
    first = next((i for i in tops if roles[i] in opening), None)
    last = max((i for i in tops if roles[i] in trials), default=None)
    if first is None or last is None:
        return list(roles)
    return [
        Role.METHOD if first < i < last and role is Role.OTHER else role
        for i, role in enumerate(roles)
    ]


def _said(title: str) -> Role:
    plain = re.sub(r"\s+", " ", title.lower()).strip(" .:*").replace("’", "'")
    if _BACK_MATTER.search(plain):
        return Role.OTHER
    for role, name in _NAMES:
        if name.fullmatch(plain):
            return role
    divided = _PARTS.split(_COMPOUND.sub(lambda found: found[0].replace(" ", "-"), plain))
    parts = [_OPENING.sub("", part, count=1) for part in divided]
    heads = [_PREPOSITION.split(part, maxsplit=1)[0] for part in parts]
    for role, begins, ends in _RULES:
        if any(map(begins.match, parts)) or any(map(ends.match, heads)):
            return role
    return Role.METHOD if _METHOD.search(plain) else Role.OTHER
