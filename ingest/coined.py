"""What a paper calls that which it proposes, and other names that it goes by.

Only what its title, its abstract and its opening say of its own work counts as coined: what it
uses has names as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rag.sentences import sentences
from rag.types import Metadata, Name, NameKind, Paper, Term

OPENING = 5000
"""Characters of the text in which a paper says what it proposes."""

_NAME = r"[A-Za-z][A-Za-z0-9]*(?:[-+][A-Za-z0-9]+)*"
_QUOTE = r"[\"“”‘’'*]*"
_VERBS = (
    r"(?:propos|present|introduc|develop|describ|design|releas|creat|construct)(?:e|es|ed|ing|s)?"
)
_OWN = re.compile(
    rf"\b(?:we|paper|work|article|study|report)\s(?:\w+ly\s|(?:[\w’'-]+\s){{1,6}}and\s)?({_VERBS})\s",
    re.I,
)
_CALLED = re.compile(
    rf"\b(?:called|named|codenamed|dubbed|termed|coined|denoted|abbreviated)\s(?:as\s)?[\"“‘'*]*({_NAME})"
)
_WE_CALL = re.compile(
    r"\b[Ww]e\s(?:call|name|dub|term|denote|refer\sto|coin)\s(?:(?:it|them|this|these|the|our)\b\s?)?"
    rf"(?:\w+\s){{0,4}}?(?:as\s|by\s)?(?:the\s)?[\"“‘'*]*({_NAME})"
)
_NOUN = r"(?:networks?|models?|architecture|framework|method|algorithm|system|approach)"
_ENDS = r"(?=\s?[,.;:(–—]|\s(?:which|that|to|for|an?|as|in|by|is)\b)"
_AT_ONCE = re.compile(
    rf"(?:(?:a|an|the|our|new|novel|simple|first)\s)*[\"“‘'*]*({_NAME})[\"”’'*]*{_ENDS}"
)
_CITATION = r"BIBREF\d+|\[\d[\d, ]*\]|\((?:[A-Z][\w-]+ (?:et al|and|&)|[A-Z]\w+,? \d{4})[^)]*\)"
_OF_OTHERS = re.compile(rf"\b{_NAME}\s?(?:{_CITATION})")
_BY_OTHERS = re.compile(r"\b(?:existing|based|using|with|on|from|via|previous)\b")
_PREPOSITION = re.compile(r"\b(?:for|of|on|with|using|in|to|by|based|from|via|that|which|and)\b")
_TOKEN = re.compile(rf"(?<![\w.@/-]){_NAME}(?![\w@/]|-\w)")
_PLACEHOLDER = re.compile(r"[A-Z]+(?:FORM|REF)\d+$")  # formulas and references of QASPER
_SIZE = re.compile(r"-\d+$|(?<=[a-z])s$")  # of ResNet-50, DenseNets
_NOT_A_NAME = re.compile(
    r"survey|review|study|analysis|overview|report|introduction|tutorial", re.I
)

# Short forms of what many papers use: no paper's own name.
_COMMON = frozenset(
    """
    acl ai ann api arxiv asr auc bfs bibref bilstm bleu bpe cbow cnn convnet cpu crf ctc cv cvae
    cvpr dag dnn em emnlp f1 fcn figref fnn gan gcn glm gnn gpu gru hmm html i.i.d iclr icml id
    iid ir kb kg kl knn lda llm lm lr lstm map mcmc mdp ml mle mlp mrr mse mt naacl ner neurips nips
    nlg nli nlp nlu nmt nn pca pdf pos qa rbm relu rl rmse rnn roc rouge secref seq2seq sgd smt
    sota svm tabref tf tfidf tts url us usa vae vqa wer wmt word2vec xml
    """.split()
)
_OFTEN, _VERY_OFTEN, _MID_SENTENCE = 5, 15, 3
_STEM = 5  # letters that "Dense" and "Densely" share


def names(paper: Paper, terms: tuple[Term, ...]) -> tuple[Name, ...]:
    """The names of ``paper``, whose short forms are ``terms``; each once a kind."""
    meta = paper.metadata
    coined, subject = list(dict.fromkeys(_coined(paper, terms))), _subject(paper)
    if subject and _is_called(subject, " ".join(meta.abstract.split())):
        coined = list(dict.fromkeys((*coined, subject)))
    found = [Name(title, NameKind.TITLE) for title in _titles(meta.title)]
    found += [Name(name, NameKind.COINED) for name in coined]
    found += [Name(subject, NameKind.SUBJECT)] if subject and subject not in coined else []
    found += [Name(meta.arxiv_id, NameKind.ARXIV)] if meta.arxiv_id else []
    return (*found, *_authors(meta))


def is_coined(word: str) -> bool:
    """Whether it is written as coinages are: a capital or digit inside; nor common."""
    letters = re.sub(r"[-+]", "", word)
    unlike_a_word = any(c.isupper() or c.isdigit() for c in letters[1:])
    capital = any(c.isupper() for c in letters)
    hyphenated = re.fullmatch(r"[A-Z]?[a-z]+(?:-[A-Z]?[a-z]+)+", word)  # "Long-Short"
    return (
        len(letters) > 1
        and unlike_a_word
        and capital
        and not hyphenated
        and word.lower().replace("-", "").rstrip("s") not in _COMMON
        and not _PLACEHOLDER.match(word)
    )


def _titles(title: str) -> Iterator[str]:
    yield title
    _, colon, rest = title.partition(": ")
    if colon and len(rest.split()) > 2:
        yield rest


def _coined(paper: Paper, terms: tuple[Term, ...]) -> Iterator[str]:
    head, text = _before_colon(paper.metadata.title), paper.text
    unlike_words = any(is_coined(part) or part[0].isdigit() for part in head.split())
    if unlike_words or (len(head.split()) == 1 and _is_proper(head, text)):
        yield head
    yield from (term.short for term in terms if _of_title(term, paper.metadata.title))
    defined = {term.short: term.long for term in terms}
    opening = " ".join(f"{paper.metadata.abstract}\n{text[:OPENING]}".split())
    for span in sentences(opening):
        for name in _proposed(span.of(opening), defined):
            if is_coined(name) and _written(name, text) >= min(_MID_SENTENCE, len(text) // OPENING):
                yield name


def _before_colon(title: str) -> str:
    """What stands before a title's colon, if it is short enough for a name."""
    head, colon, _ = title.partition(":")
    short = colon and len(head.split()) <= 2 and not _NOT_A_NAME.search(head)
    return head.strip(" \"'“”*") if short else ""


def _is_proper(name: str, text: str) -> bool:
    """Whether ``text`` writes its capitals after words in small letters too."""
    if name.lower() in _COMMON or not name[:1].isupper():
        return False
    inside = rf"(?<=[a-z,] ){re.escape(name)}\b"
    return len(re.findall(inside, " ".join(text.split()))) >= _MID_SENTENCE


def _proposed(sentence: str, defined: dict[str, str]) -> Iterator[str]:
    """What the sentence calls that which it proposes."""
    sentence = _OF_OTHERS.sub("", sentence)
    for call in _WE_CALL.finditer(sentence):
        yield call[1]
    own = _OWN.search(sentence)
    if not own:
        return
    rest = sentence[own.end() :]
    if at_once := _AT_ONCE.match(rest):
        yield at_once[1]
    if (called := _CALLED.search(rest)) and not _BY_OTHERS.search(rest[: called.start()]):
        yield called[1]
    yield from (short for short, long in defined.items() if _defines(rest, short, long))


def _defines(proposal: str, short: str, long: str) -> bool:
    """Whether what is proposed is ``long``, and ``short`` is given to it."""
    before, found, after = proposal.lower().partition(long.lower())
    if not found or _PREPOSITION.search(before):
        return False
    return _follows(short, proposal[len(proposal) - len(after) :])


def _follows(short: str, after: str) -> bool:
    """Whether ``after`` begins with the short form in parentheses or behind a comma."""
    named = rf"(?:\s?\(|, (?:or )?){_QUOTE}{re.escape(short)}s?{_QUOTE}\)?(?:\s{_NOUN})?{_ENDS}"
    return re.match(named, after) is not None


def _subject(paper: Paper) -> str:
    """The coined word that the paper writes most, if that is often; else nothing."""
    counts = Counter[str]()
    for word, times in Counter(_TOKEN.findall(paper.text)).items():
        counts[_SIZE.sub("", word)] += times
    for word, count in counts.most_common():
        if is_coined(word):
            head = f"{paper.metadata.title} {paper.metadata.abstract}"
            often = count >= _VERY_OFTEN or (count >= _OFTEN and word in head)
            return word if often else ""
    return ""


def _is_called(name: str, abstract: str) -> bool:
    """Whether the abstract says that something is called so, and does not say of others' work."""
    return any(
        found[1] == name
        and not _BY_OTHERS.search(abstract[max(found.start() - 60, 0) : found.start()])
        for found in _CALLED.finditer(abstract)
    )


def _of_title(term: Term, title: str) -> bool:
    """Whether the title begins with what the short form stands for, which the paper writes often.

    Further on in a title stands what others named as well: "... for Question Answering".
    """
    titled = [word[:_STEM] for word in re.findall(r"\w+", title.lower())]
    long = [word[:_STEM] for word in re.findall(r"\w{3,}", term.long.lower())]
    often = term.count >= _VERY_OFTEN and is_coined(term.short)
    return often and bool(long) and titled[:1] == long[:1] and set(long) <= set(titled)


def _authors(meta: Metadata) -> Iterator[Name]:
    for position, author in enumerate(meta.authors):
        kind = NameKind.AUTHOR if position else NameKind.FIRST_AUTHOR
        parts = re.sub(r"\b(?:Jr|Sr|II|III)\.?$", "", author).split()
        if parts:
            yield Name(parts[-1], kind)
            yield Name(" ".join(parts), NameKind.FULL_NAME)


def _written(name: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text))
