"""What a request for papers is about, without the words of the request.

"Could you list some studies that explore knowledge editing?" asks for "knowledge editing". The rest
is noise to both indexes: the verbs of asking are rare in papers, so BM25 weighs them, and a
sentence about studies lies nearer to surveys of studies than to what it asks for.
"""

from __future__ import annotations

import re

from rag.text import analyse

MIN_TERMS = 2
"""Fewer are left to a question that was no request after all."""

_ASKING = r"""
    (?:(?:can|could|would|will)\ you\ )?(?:please\ |kindly\ )*
    (?:provide|give|list|name|tell|show|find|cite|mention|recommend|suggest|share|point|inform|send|
       identify|point\ out)
    (?:\ (?:me|us))?(?:\ (?:with|to|about|of|on))?
  | (?:are|is|were|was)\ there
  | (?:do|have)\ you\ (?:know|seen|have|come\ across|heard)(?:\ (?:of|about))?
  | (?:what|which)(?:\ (?:are|is|were|was))?
  | (?:i\ am|i'm|we\ are|we're)\ (?:looking|searching)\ for
  | (?:i|we)(?:\ want|\ need|\ would\ like|'d\ like)
       (?:\ to\ (?:find|see|read|know(?:\ (?:of|about))?))?
  | where\ (?:can|could)\ (?:i|we)\ (?:find|read)
"""
_SOME = r"""
    (?:any|some|a\ few|several|all|other|more|a|an|the|one\ of\ the|
       (?:examples?|instances?|lists?|number)\ (?:of|from))
"""
_KIND = r"""
    (?:existing|recent|latest|relevant|key|main|seminal|notable|important|related|prior|previous|
       research|scientific|academic|scholarly|first|original|earl(?:y|ier)|published)
"""
_WORKS = r"""
    (?:papers?|stud(?:y|ies)|articles?|publications?|literature|
       works?(?!\ (?:well|best|better|worse|badly|when|for|as|if|without|under|out)\b)|
       research(?:es)?(?!\ (?:areas?|groups?|problems?|questions?|topics?)\b))
"""
_LINK = r"(?:that|which|who|where|in\ which)"
_DONE = r"""
    (?:(?:has|have|had)\ been|was|were|is|are|been)\ (?:done|made|conducted|carried\ out|published|
       written|undertaken)
"""
_REPORTED = r"""
    (?:mention|discuss|describ|explor|investigat|examin|address|propos|present|introduc|suggest|
       report|consider|cover|stud|concern|depict|express|exemplif)(?:s|es|e|ed|ing|y|ies|ied|ying)?
  | (?:deal|dealt|deals|dealing|work|works|worked|working)\ (?:with|on)
  | focus(?:es|ed|ing)?(?:\ on)? | (?:talk|talks|talked|talking)\ about
  | look(?:s|ed|ing)?\ (?:at|into) | (?:is|are|was|were)\ about
"""
_ABOUT = r"(?:about|on|in|into|of|regarding|concerning|related\ to|relating\ to)"
_REQUEST = re.compile(
    rf"""\s*(?:(?:hi|hello|hey|please)[,!.]?\ )?
    (?:(?:{_ASKING})\ )?(?:{_SOME}\ )*(?:{_KIND}\ )*{_WORKS}
    (?:\ {_LINK})?(?:\ {_DONE})?
    (?:\ (?:have|has|had|also|specifically|explicitly))*(?:\ (?:{_REPORTED}))?(?:\ {_ABOUT})?
    \ (?:the\ )?(?P<topic>.+)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def topic(question: str) -> str:
    """What ``question`` asks papers about; all of it where it is no request for papers."""
    found = _REQUEST.fullmatch(" ".join(question.split()))
    about = found["topic"].rstrip(" ?.!") if found else ""
    return about if len(set(analyse(about))) >= MIN_TERMS else question
