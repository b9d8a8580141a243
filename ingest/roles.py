"""What a section does in its paper, from the words of its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Role

# In order: the first that matches decides, so the more telling words come first.
_PATTERNS: tuple[tuple[Role, str], ...] = (
    (Role.ABSTRACT, r"^(?:abstract|summary|(?:executive|plain language) summary)$"),
    (Role.REFERENCES, r"^(?:(?:bibliographical )?references?|bibliograph\w+|literature cited|"
                      r"works cited|references? (?:and|&) notes?|literature)$"),
    (Role.REFERENCES, r"\b(?:resource|data\s?set) references$"),
    (Role.APPENDIX, r"\b(?:appendix|appendices|supplement\w*|supporting information)\b"),
    (Role.CONCLUSION, r"\b(?:conclusions?|concluding|outlook|future (?:work|works|directions?|"
                      r"research|plans?)|further work|closing remarks|final remarks|"
                      r"next steps|summary)\b"),
    (Role.RELATED_WORK, r"\b(?:related (?:works?|research|literature|studies|approaches)|"
                        r"(?:previous|prior|earlier|existing) (?:works?|research|studies|"
                        r"approaches|literature)|literature (?:review|survey)|background|"
                        r"state of the art|preliminar(?:y|ies))\b"),
    (Role.INTRODUCTION, r"\b(?:introduct\w+|motivations?|contributions?)\b|^overview$"),
    (Role.DISCUSSION, r"\b(?:discussions?|limitations?|(?:broader )?impacts?|ethic\w*|"
                      r"threats to validity|implications?|societal|lessons)\b"),
    (Role.RESULTS, r"\b(?:results?|findings?|ablations?|(?:error|result|results|qualitative|"
                   r"quantitative|empirical|failure|performance|further|detailed|"
                   r"comparative) (?:analys[ie]s)|case stud(?:y|ies)|"
                   r"comparisons? (?:with|to|against)|visuali[sz]ations?)\b|^analys[ie]s$"),
    (Role.DATA, r"\b(?:data|data\s?sets?|corpus|corpora|annotations?|benchmarks?|"
                r"inter-annotator agreement|annotators?|training sets?|test sets?)\b"),
    (Role.EXPERIMENTS, r"\b(?:experiment\w*|evaluat\w+|baselines?|(?:set-?ups?|settings?)|"
                       r"hyper-?\s?parameters?|implementation(?: details?)?|metrics?|"
                       r"training details?|ablation|compared methods|simulations?|"
                       r"reproducibility)\b"),
    (Role.METHOD, r"\b(?:methods?|methodolog\w+|approach(?:es)?|models?|model(?:l)?ing|"
                  r"architectures?|algorithms?|frameworks?|proposed|systems?|(?:problem|task) "
                  r"(?:formulation|definition|statement|description)|formulation|training|"
                  r"inference|learning|encoders?|decod(?:ers?|ing)|loss(?:es)?|objectives?|"
                  r"optimi[sz]ation|attention|networks?|layers?|embeddings?|features?|"
                  r"pre-?processing|pre-?training|fine-?tuning|notations?|theory|design)\b"),
)  # fmt: skip
_RULES = tuple((role, re.compile(pattern)) for role, pattern in _PATTERNS)
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
_BACK_MATTER = re.compile(r"\b(?:acknowledge?ments?|funding|author contributions?|disclosures?)\b")


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
    plain = re.sub(r"\s+", " ", title.lower()).strip(" .:*")
    if _BACK_MATTER.search(plain):
        return Role.OTHER
    return next((role for role, rule in _RULES if rule.search(plain)), Role.OTHER)
