"""Commands that stand for characters, and those whose arguments say nothing."""

from __future__ import annotations

import unicodedata

SYMBOLS = {
    **{c: c for c in "%&_#${}"},
    " ": " ", "\n": " ", "\t": " ", ",": " ", ";": " ", ":": " ", ">": " ", "!": "", "-": "",
    "/": "", "@": "", "space": " ", "quad": " ", "qquad": " ", "enspace": " ", "thinspace": " ",
    "nobreakspace": " ", "hfill": " ", "hfil": " ", "dots": "...", "ldots": "...",
    "textellipsis": "...", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textbar": "|", "textless": "<", "textgreater": ">", "textunderscore": "_", "textdollar": "$",
    "textquotesingle": "'", "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“",
    "textquotedblright": "”", "textendash": "–", "textemdash": "—", "textdegree": "°",
    "textregistered": "®", "texttrademark": "™", "textcopyright": "©", "copyright": "©",
    "textmu": "µ", "texttimes": "×", "textpm": "±", "pounds": "£", "euro": "€", "S": "§",
    "P": "¶", "dag": "†", "ddag": "‡", "textdagger": "†", "textdaggerdbl": "‡", "ss": "ß",
    "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å",
    "l": "ł", "L": "Ł", "i": "i", "j": "j", "dh": "ð", "th": "þ", "DJ": "Đ", "dj": "đ",
    "bibnamedelima": " ", "bibnamedelimb": " ", "bibnamedelimi": " ", "bibinitperiod": ".",
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "eg": "e.g.", "ie": "i.e.",
    "textbullet": "•", "bullet": "•", "checkmark": "✓", "cmark": "✓", "xmark": "✗", "slash": "/",
    "lq": "‘", "rq": "’", "percent": "%", "today": "", "textsuperscript": "", "newline": "\ue002",
    "\\": "\ue002", "tabularnewline": "\ue002", "linebreak": "\ue002",
}  # fmt: skip

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327",
    "k": "\u0328", "d": "\u0323", "b": "\u0331", "t": "\u0361",
}  # fmt: skip
ACCENTS = frozenset(_ACCENTS)

ARGUMENTS = {
    name: signature
    for signature, names in {
        "d": "includeonly pagestyle thispagestyle hyphenation graphicspath phantom hphantom "
        "vphantom hypersetup usetikzlibrary tikzset pgfplotsset newlength linespread markright "
        "theoremstyle enlargethispage pdfinfo marginpar index sisetup lstset newsavebox usebox "
        "AtBeginDocument acmConference acmBooktitle acmISBN acmDOI acmYear acmJournal setcopyright "
        "settopmatter titlerunning authorrunning runningtitle runningauthor shorttitle "
        "shortauthors "
        "icmltitlerunning icmlcorrespondingauthor email ead orcid orcidID received "
        "revised accepted usetheme subtitle ccsdesc pdfoutput bstctlcite vskip urlstyle "
        "stepcounter "
        "refstepcounter pagenumbering includepdf lstinputlisting fancyhf floatstyle "
        "bibpunct setlist counterwithout interfootnotelinepenalty "
        " pageref inst IEEEpubid thanks correspondence",
        "dd": "setlength addtolength setcounter addtocounter fontsize markboth "
        "DeclareUnicodeCharacter SetKwInOut SetKwFunction SetKw SetKwData addtokomafont "
        " AtBeginEnvironment floatname setkeys newfloat",
        "ddd": "definecolor addcontentsline crefname Crefname SetKwBlock",
        "sd": "vspace hspace",
        "sod": "includegraphics",
        "sddd": "titlespacing",
        "od": "color todo captionsetup fancyhead fancyfoot usepgfplotslibrary includesvg "
        "newtcolorbox",
        "odk": "textcolor rotatebox",
        "odd": "rule",
        "do": "newcounter",
        "dk": "href colorbox foreignlanguage adjustbox",
        "dok": "scalebox",
        "ddk": "fcolorbox",
        "sddk": "resizebox",
        "ooodk": "parbox",
        "ook": "makebox framebox",
        "dook": "raisebox",
        "o": "allowdisplaybreaks pagebreak nopagebreak nolinebreak",
    }.items()
    for name in names.split()
}
"""For each command its arguments: ``d`` and ``o`` are dropped (braces and brackets), ``s`` is a
star, ``k`` is kept."""

ENVIRONMENTS = {
    "minipage": "oood", "multicols": "d", "wrapfigure": "odod", "wraptable": "odod",
    "adjustbox": "d", "spacing": "d", "mdframed": "o", "tcolorbox": "o", "subfigure": "od",
    "subtable": "od", "tablenotes": "o", "figure": "o", "table": "o", "figure*": "o", "table*": "o",
    "algorithm": "o", "algorithm*": "o", "algorithm2e": "o", "algorithmic": "o",
    "sidewaystable": "o",
    "sidewaysfigure": "o", "threeparttable": "o", "thebibliography": "d", "measuredfigure": "",
    "icmlauthorlist": "", "list": "dd", "floatrow": "", "SCfigure": "oo", "listing": "o",
}  # fmt: skip
"""For each environment the arguments that follow its beginning."""

DROPPED = frozenset(
    "tikzpicture pgfpicture axis CCSXML overpic picture asy forest tikzcd circuitikz".split()
)
"""Environments that draw."""

NAMED = {
    "abstractname": "Abstract", "refname": "References", "bibname": "References",
    "figurename": "Figure", "tablename": "Table", "appendixname": "Appendix",
    "contentsname": "Contents", "proofname": "Proof",
}  # fmt: skip


def accented(name: str, letter: str) -> str:
    """The letter under the accent of the command ``name``; what is no letter stays as it is, and
    nothing at all is the character that looks like the accent.
    """
    base = letter.strip()
    if not base[:1].isalpha():
        return base or (name if name in "~^" else "")
    return unicodedata.normalize("NFC", base[0] + _ACCENTS[name]) + base[1:]
