r"""Which symbols does a text use, and where is one of them defined? Pure.

A symbol is a Greek letter (``λ``, ``\lambda``), a letter with an index (``d_k``, ``W_{q}``), or a
letter that stands alone in a formula (``$h$``). A plain "h" in a PDF can't be told from a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.types import Span

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵε", "zeta": "ζ",
    "eta": "η", "theta": "θϑ", "kappa": "κ", "lambda": "λ", "mu": "μµ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σς", "tau": "τ", "phi": "φϕ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "Sigma": "Σ",
}  # fmt: skip
_NAME_OF = {letter: name for name, letters in _GREEK.items() for letter in letters}
_USED = re.compile(
    rf"\\(?P<name>{'|'.join(_GREEK)})(?![A-Za-z])"
    rf"|(?<![^\W\d])(?P<letter>[{''.join(_NAME_OF)}])(?![^\W\d_]{{2}})"
    r"|(?<![\w\\])(?P<base>[A-Za-z])_(?:\{(?P<braced>\w{1,8})\}|(?P<index>\w))(?!\w)"
    r"|\$\s*(?P<alone>[A-Za-z])\s*\$"
)
_STATES = r"(?:denotes?|represents?|indicates?|stands?\s+for|refers?\s+to)"
_FORMS = (
    r"(?i:\b(?:where|with|let|here)\b)[^.;]{{0,100}}?{0}\s*(?:is|are|be|" + _STATES + r")\b",
    r"{0}\s*(?:" + _STATES + r"|(?:is|are)\s+(?:defined|called|the|an?))\b",
    r"(?i:\bdenot(?:e|ed|es|ing)\b)[^.;]{{0,80}}?\b(?:by|as|with)\s+{0}",
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter, or the TeX name of a Greek one, and its index. ``alone``: a plain letter, known
    for a symbol only inside a formula.
    """

    base: str
    index: str = ""
    alone: bool = False

    @property
    def pattern(self) -> str:
        """What finds it, in TeX and as it is printed, with the formula's marks if it has any."""
        letters = _GREEK.get(self.base)
        base = rf"(?:\\{self.base}(?![A-Za-z])|[{letters}])" if letters else self.base
        if self.alone:
            return rf"\$\s*{base}\s*\$"
        before = "" if letters else r"(?<![\w\\])"
        index = rf"_\{{?{self.index}\}}?" if self.index else ""
        return rf"\$?\s*{before}{base}{index}(?![\w_])\s*\$?"

    @property
    def shown(self) -> str:
        """As a reader would write it."""
        return _GREEK.get(self.base, self.base)[0] + (f"_{self.index}" if self.index else "")


def symbols(text: str) -> list[Symbol]:
    """The symbols of ``text``, each once, in order."""
    return list(dict.fromkeys(_read(match) for match in _USED.finditer(text)))


def definitions(symbol: Symbol, text: str) -> Iterator[Span]:
    """Where ``text`` says what the symbol stands for, by the surer wordings first."""
    for form in _FORMS:
        for match in re.finditer(form.format(symbol.pattern), text):
            yield Span(match.end() - len(match[0].lstrip()), match.end())


def _read(match: re.Match[str]) -> Symbol:
    if name := match["name"] or _NAME_OF.get(match["letter"] or ""):
        return Symbol(name)
    if base := match["base"]:
        return Symbol(base, match["braced"] or match["index"])
    return Symbol(match["alone"], alone=True)
