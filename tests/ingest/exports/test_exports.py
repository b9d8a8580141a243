"""What BibTeX and Zotero's RDF say of papers, and what is ingested of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.commands import ingest
from ingest.events import Failed, Skipped, Stored
from ingest.exports import export_items
from ingest.exports.item import arxiv_in
from ingest.exports.tex_words import plain
from rag.config import Settings
from rag.errors import SourceError
from rag.store.catalog import Catalog
from rag.types import Metadata

SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}})


def bib(folder: Path, text: str) -> Path:
    path = folder / "library.bib"
    path.write_text(text, encoding="utf-8")
    return path


def one(folder: Path, fields: str) -> Metadata:
    [item] = export_items(bib(folder, f"@article{{key, {fields}}}"))
    return item.metadata


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        ("{\\'E}t{\\'e}", "Été"),
        ('G{\\"o}del and Erd{\\H{o}}s', "Gödel and Erdős"),
        ('\\v{C}ech, \\c{c}a, \\aa ngstr\\"om', "Čech, ça, ångström"),
        ('{\\ss}, \\O{}, {\\L}ukasz, na{\\"\\i}ve', "ß, Ø, Łukasz, naïve"),
        ("{BERT}: \\emph{Pre-training} of 5--7~layers", "BERT: Pre-training of 5–7 layers"),
        ("A \\& B, 5\\%, a\\_b \\{x\\}", "A & B, 5%, a_b {x}"),
        ("The $\\ell_2$ norm {of} $x^{2}$", "The $\\ell_2$ norm of $x^{2}$"),
    ],
)
def test_how_tex_reads(tex, words):
    assert plain(tex) == words


def test_the_fields_of_an_entry(tmp_path):
    assert one(
        tmp_path,
        """title = {{BERT} for {\\'E}t{\\'e}}, author = {Devlin, Jacob and van den Berg, Rianne and
        King, Jr., Martin Luther and Kristina Toutanova and {Team, The} and others},
        date = {2018-10-11}, doi = {https://doi.org/10.1/a\\_b}, abstract = {We  do.},
        booktitle = {NAACL}, keywords = {nlp, bert; words}, eprint = {1810.04805v2},
        archiveprefix = {arXiv}""",
    ) == Metadata(
        title="BERT for Été",
        authors=(
            "Jacob Devlin", "Rianne van den Berg", "Martin Luther King Jr.", "Kristina Toutanova",
            "Team, The",
        ),
        year=2018,
        arxiv_id="1810.04805",
        abstract="We do.",
        arxiv_version=2,
        doi="10.1/a_b",
        venue="NAACL",
        keywords=("nlp", "bert", "words"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["arXiv preprint arXiv:1607.06450"], ("1607.06450", None)),
        (["", "http://arxiv.org/abs/1607.06450v3"], ("1607.06450", 3)),
        (["arXiv:hep-th/9901001, 1999"], ("hep-th/9901001", None)),
        (["10.48550/arXiv.2106.09685"], ("2106.09685", None)),
        (["pages 1607.06450", "the arXiv: a history"], ("", None)),
    ],
)
def test_arxiv_ids_in_other_fields(texts, found):
    assert arxiv_in(*texts) == found


@pytest.mark.parametrize(
    "field",
    [
        "Full Text PDF:files/1/a.pdf:application/pdf;Snapshot:files/1/a.html:text/html",
        "Snapshot:files/1/a.html:text/html;Full Text PDF:files/1/a.pdf:application/pdf",
        ":files/1/a.pdf:PDF",
        "files/1/a.pdf",
        "files/1/gone.pdf;files/1/a.pdf",
        "{ABSOLUTE}",
        "Full\\; Text\\: PDF:{ABSOLUTE}:application/pdf",
        "{MENDELEY}",
    ],
)
def test_files_of_an_entry(tmp_path, field):
    file = tmp_path / "files" / "1" / "a.pdf"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"%PDF-")
    file.with_suffix(".html").write_text("<p>")
    field = field.replace("{ABSOLUTE}", str(file)).replace("{MENDELEY}", f":{str(file)[1:]}:pdf")
    [item] = export_items(bib(tmp_path, f"@misc{{k, file = {{{field}}}}}"))
    found = item.file()
    assert found
    assert found.resolve() == file.resolve()


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:link="http://purl.org/rss/1.0/modules/link/" xmlns:bib="http://purl.org/net/biblio#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:foaf="http://xmlns.com/foaf/0.1/">
 <bib:Article rdf:about="http://arxiv.org/abs/1706.03762">
  <z:itemType>journalArticle</z:itemType>
  <dcterms:isPartOf rdf:resource="urn:issn:1"/>
  <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Vaswani</foaf:surname>
   <foaf:givenName>Ashish</foaf:givenName></foaf:Person></rdf:li>
   <rdf:li><foaf:Person><foaf:surname>Team</foaf:surname></foaf:Person></rdf:li></rdf:Seq>
  </bib:authors>
  <link:link rdf:resource="#item_3"/><link:link rdf:resource="#item_4"/>
  <dc:subject>Attention</dc:subject>
  <dc:subject><z:AutomaticTag><rdf:value>Translation</rdf:value></z:AutomaticTag></dc:subject>
  <dc:title>Attention Is All You Need</dc:title>
  <dcterms:abstract>We propose.</dcterms:abstract><dc:date>June 12, 2017</dc:date>
  <dc:identifier>DOI 10.1/x</dc:identifier>
  <dc:identifier><dcterms:URI><rdf:value>http://arxiv.org/abs/1706.03762v5</rdf:value>
  </dcterms:URI></dc:identifier>
 </bib:Article>
 <bib:Journal rdf:about="urn:issn:1"><dc:title>NeurIPS</dc:title></bib:Journal>
 <z:Attachment rdf:about="#item_3"><z:itemType>attachment</z:itemType>
  <rdf:resource rdf:resource="files/3/a%20b.md"/><link:type>text/markdown</link:type></z:Attachment>
 <z:Attachment rdf:about="#item_4"><z:itemType>attachment</z:itemType>
  <dc:identifier>http://example.org</dc:identifier></z:Attachment>
 <bib:Memo rdf:about="#item_5"><rdf:value>a note</rdf:value></bib:Memo>
 <rdf:Description rdf:about="#item_6"><z:itemType>webpage</z:itemType>
  <dc:title>No File</dc:title></rdf:Description>
</rdf:RDF>"""


def test_zoteros_rdf(tmp_path):
    (tmp_path / "files" / "3").mkdir(parents=True)
    (tmp_path / "files" / "3" / "a b.md").write_text("# T")
    (tmp_path / "export.rdf").write_text(RDF)
    first, second = export_items(tmp_path / "export.rdf")
    assert first.metadata == Metadata(
        title="Attention Is All You Need",
        authors=("Ashish Vaswani", "Team"),
        year=2017,
        arxiv_id="1706.03762",
        abstract="We propose.",
        arxiv_version=5,
        doi="10.1/x",
        venue="NeurIPS",
        keywords=("Attention", "Translation"),
    )
    assert first.file() == tmp_path / "files" / "3" / "a b.md"
    assert (second.key, second.file()) == ("No File", None)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.bib", "", "has no entries"),
        ("a.rdf", "<html/>", "not rdf:RDF"),
        ("a.rdf", "no XML", "not XML"),
    ],
)
def test_what_is_no_export(tmp_path, name, content, complaint):
    (tmp_path / name).write_text(content)
    with pytest.raises(SourceError, match=complaint):
        export_items(tmp_path / name)


def test_an_export_is_ingested_with_what_it_knows(tmp_path):
    (tmp_path / "a.md").write_text("Some text of a paper without a title.\n")
    (tmp_path / "own.md").write_text("---\ntitle: Its Own\n---\n\nSome other text.\n")
    export = bib(
        tmp_path,
        """@article{a, title={From {BibTeX}}, author={Lovelace, Ada}, year={2017},
            eprint={1706.03762}, eprinttype={arxiv}, file={a.md}}
        @article{own, title={Another}, author={Hopper, Grace}, file={own.md}}
        @article{gone, title={Gone}, file={gone.pdf}}
        @article{preprint, title={P}, eprint={2106.09685}, archiveprefix={arXiv}}
        @misc{page, title={Q}, url={https://example.org/q}}
        @book{paper, title={R}}""",
    )
    library = tmp_path / "library"
    events = list(ingest([str(export), str(tmp_path / "a.md")], library, SETTINGS, jobs=1))
    skipped = {e.source.rpartition(" ")[2]: e.reason for e in events if isinstance(e, Skipped)}
    assert list(skipped) == ["gone", "preprint", "page", "paper"]
    assert "gone.pdf" in skipped["gone"]
    assert "scholium ingest arxiv:2106.09685" in skipped["preprint"]
    assert "scholium ingest https://example.org/q" in skipped["page"]
    assert skipped["paper"] == "has no file"
    assert not [event for event in events if isinstance(event, Failed)]
    assert len([event for event in events if isinstance(event, Stored)]) == 2
    with Catalog(library) as catalog:
        known = {row.metadata.title: row for row in catalog.papers()}
    assert set(known) == {"From BibTeX", "Its Own"}
    first = known["From BibTeX"]
    assert (first.paper_id, first.metadata.authors) == ("1706.03762", ("Ada Lovelace",))
    assert known["Its Own"].metadata.authors == ("Grace Hopper",)


def test_an_export_that_cannot_be_read_fails_alone(tmp_path):
    (tmp_path / "a.md").write_text("# A\n\nText.\n")
    (tmp_path / "b.bib").write_text("nothing")
    sources = [str(tmp_path / "b.bib"), str(tmp_path / "a.md")]
    events = list(ingest(sources, tmp_path / "library", SETTINGS, jobs=1))
    assert [event.reason for event in events if isinstance(event, Failed)] == ["has no entries"]
    assert [event for event in events if isinstance(event, Stored)]


def test_a_name_that_no_file_can_have_harms_no_other_entry(tmp_path):
    (tmp_path / "a.md").write_text("# A\n\nText.\n")
    long = f"{'x' * 300}.pdf"
    export = bib(
        tmp_path,
        f"@article{{long, file={{{long}}}}}\n@article{{both, file={{{long};a.md}}}}\n"
        "@article{Some Key, title={In Full}, file={a.md}}\n@article{open, title={Never closed",
    )
    events = list(ingest([str(export)], tmp_path / "library", SETTINGS, jobs=1))
    skipped = {e.source.rpartition(": ")[2]: e.reason for e in events if isinstance(e, Skipped)}
    assert list(skipped) == ["long", "open"]
    assert "none of its files is there" in skipped["long"]
    assert skipped["open"] == "can't be read: a value in braces has no end"
    assert len([event for event in events if isinstance(event, Stored)]) == 1
    assert [item.key for item in export_items(export)] == ["long", "both", "Some Key", "open"]


def test_what_looks_like_ids_without_end_is_told_at_once():
    assert arxiv_in("arxiv." * 200_000 + "!") == ("", None)
