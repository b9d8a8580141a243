"""What the small print, the head and the text of a paper tell besides title, year and abstract."""

import pytest

from ingest.arxiv import stamp_in, version_in_name
from ingest.frontpage.accents import composed
from ingest.frontpage.doi import clean_doi
from ingest.frontpage.venue import venue_of
from ingest.metadata import find_metadata
from tests.ingest.printed import Page, line


def head(*texts: str, **face: object) -> Page:
    """A page with these lines between title and abstract."""
    page = Page().heading("Cutting Papers Into Useful Parts", size=16)
    return page.text(*texts, **face)


def authors(*texts: str, **face: object) -> tuple[str, ...]:
    page = head(*texts, **face).heading("Abstract").prose().heading("1 Introduction").prose()
    return find_metadata(page.lines, {}, "x.pdf").authors


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("O˘guz", "Oğuz"),
        ("N˘adejde", "Nădejde"),
        ("Franc¸ois", "François"),
        ("Garc´ıa", "García"),
        ("Jurgen¨ Schmidhuber", "Jurgen Schmidhuber"),
        ("a˘ b", "a b"),
        ("Ada Lovelace", "Ada Lovelace"),
    ],
)
def test_loose_accents_go_to_their_letters(written: str, read: str) -> None:
    assert composed(written) == read


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (("Ada Lovelace♠∗Charles Babbage♢Mary Somerville♡",), 3),
        (("Ada Lovelace,1 Li Yi,2 Lu Xu1,2",), 3),
        (("John Smith, Senior Member, IEEE, and Jane Doe, Fellow, IEEE",), 2),
        (("Ada Lovelace1,a and Charles Babbage2",), 2),
        (("Ada Lovelace1,aand Charles Babbage2",), 2),
        (("Prof. Ada Lovelace, Cyprien de Masson d’Autume",), 2),
        (("Li Yi",), 0),  # alone, it might be anything
    ],
)
def test_names_in_many_forms(lines: tuple[str, ...], names: int) -> None:
    assert len(authors(*lines)) == names


def test_a_name_may_go_on_in_the_next_line() -> None:
    found = authors("Ada Lovelace1, Charles Babbage2, M.", "Somerville1, Luigi Menabrea2")
    assert found == ("Ada Lovelace", "Charles Babbage", "M. Somerville", "Luigi Menabrea")


def test_names_set_in_italics_leave_no_room_for_places() -> None:
    page = head("Ada Lovelace, Charles Babbage", italic=True).text("Ockham Park, Surrey Hills")
    page.heading("Abstract").prose().heading("1 Introduction").prose()
    assert find_metadata(page.lines, {}, "x").authors == ("Ada Lovelace", "Charles Babbage")


def test_a_line_that_opens_with_a_mark_names_a_place_once_there_are_names() -> None:
    assert authors("Ada Lovelace1, Charles Babbage2", "1Ockham Park, 2Dorset Street") == (
        "Ada Lovelace",
        "Charles Babbage",
    )


def test_cells_are_read_in_rows_though_the_columns_were_read_apart() -> None:
    page = Page().heading("Cutting Papers Into Useful Parts", size=16)
    for x, names in ((72, ("Ada Lovelace", "Mary Somerville")), (320, ("Charles Babbage",))):
        page.lines += [line(name, 120 + 30 * at, x=x) for at, name in enumerate(names)]
    page.y = 200
    page.heading("Abstract").prose().heading("1 Introduction").prose()
    found = find_metadata(page.lines, {}, "x").authors
    assert found == ("Ada Lovelace", "Charles Babbage", "Mary Somerville")


def test_a_line_of_another_size_that_looks_like_a_name_is_none() -> None:
    page = Page().heading("Cutting Papers Into Useful Parts", size=16)
    page.text("Somewhere Else", size=8).text("Ada Lovelace, Charles Babbage", size=11)
    page.text("Ockham Park", size=8).heading("Abstract").prose().heading("1 Introduction").prose()
    found = find_metadata(page.lines, {}, "x").authors
    assert found == ("Ada Lovelace", "Charles Babbage")


def test_a_column_of_names_may_be_read_after_the_abstract() -> None:
    page = Page().heading("Cutting Papers Into Useful Parts", size=16)
    page.lines.append(line("Ada Lovelace", 120))
    page.y = 160
    page.heading("Abstract").prose()
    page.lines.append(line("Charles Babbage", 120, x=320))
    page.heading("1 Introduction").prose()
    found = find_metadata(page.lines, {}, "x").authors
    assert found == ("Ada Lovelace", "Charles Babbage")


def test_a_name_may_share_its_line_with_a_place() -> None:
    assert authors("Ada Lovelace, University of London", "Charles Babbage (Google Research)") == (
        "Ada Lovelace",
        "Charles Babbage",
    )


def test_affiliations_may_stand_at_the_foot_of_the_page() -> None:
    page = head("Ada Lovelace * 1 Charles Babbage 2").heading("Abstract").prose(20)
    page.heading("1 Introduction").prose(20)
    page.text(
        "*Equal contribution 1University of Oslo, Norway 2Google",
        "Research. Correspondence to:",
        "Ada Lovelace <a@b.org>.",
        size=8,
    )
    assert find_metadata(page.lines, {}, "x").affiliations == (
        "University of Oslo, Norway",
        "Google Research",
    )


def test_a_sentence_below_the_names_holds_none() -> None:
    found = authors("Ada Lovelace", "approach to Knowledge Graph Embedding")
    assert found == ("Ada Lovelace",)


@pytest.mark.parametrize(
    ("notice", "venue"),
    [
        ("Published as a conference paper at ICLR 2015", "ICLR 2015"),
        ("∗This is a preprint of a short paper accepted at ICWSM 2017.", "ICWSM 2017"),
        ("Preprint, to appear in ICML 2019.", "ICML 2019"),
        (
            "31st Conference on Neural Information Processing Systems (NIPS 2017), Long Beach, CA.",
            "31st Conference on Neural Information Processing Systems (NIPS 2017)",
        ),
        (
            "Proceedings of the 34th International Conference on Machine Learning, Sydney, "
            "Australia, PMLR 70, 2017. Copyright 2017 by the author(s).",
            "Proceedings of the 34th International Conference on Machine Learning",
        ),
        (
            "Published in Transactions on Machine Learning Research (05/2023)",
            "Transactions on Machine Learning Research (05/2023)",
        ),
        (
            "Journal of Machine Learning Research 3 (2003) 1137–1155",
            "Journal of Machine Learning Research",
        ),
        ("Neural Computation 9(8):1735–1780, 1997", "Neural Computation"),
        ("N. Navab et al. (Eds.): MICCAI 2015, Part III, LNCS 9351, pp. 234", "MICCAI 2015"),
        ("KDD ’16, August 13-17, 2016, San Francisco, CA, USA", "KDD ’16"),
        ("In Proc. INTERSPEECH, pages 2706–2710, 2016.", "INTERSPEECH"),
        ("This CVPR paper is the Open Access version, provided by", "CVPR"),
        (
            "Proceedings of Machine Learning Research vol 65:1–17, 2017",
            "Proceedings of Machine Learning Research",
        ),
        ("Under review as a conference paper at ICLR 2017", ""),
        ("Submitted to the 30th Conference on Things (CT 2020). Do not distribute.", ""),
        (
            "To appear in the Proceedings of the 2020 Conference on Cutting Papers.",
            "Proceedings of the 2020 Conference on Cutting Papers",
        ),
        ("Accepted by IEEE Transactions on Parts.", "IEEE Transactions on Parts"),
        ("*Equal contribution.", ""),
        ("June 2021", ""),
        ("The code will be published at GitHub after review of this paper.", ""),
        ("2The data of the 5th Workshop on Things (WT 2010).", ""),
        ("Figure 1: Scores of systems that others published at ACL 2018.", ""),
        ("We compare with the winners of the 5th Workshop on Things (WT 2010).", ""),
        ("A proof appears in Appendix B of this paper.", ""),
        ("", ""),
    ],
)
def test_the_venue_is_what_the_small_print_says(notice: str, venue: str) -> None:
    assert venue_of([notice]) == venue


def test_a_conference_says_more_than_the_series_of_its_proceedings() -> None:
    series = "Proceedings of Machine Learning Research 157, 2021"
    assert venue_of([series, "ACML 2021"]) == "ACML 2021"


def test_what_the_text_says_of_other_papers_is_no_venue() -> None:
    page = (
        head("Ada Lovelace").heading("Abstract").text("This was published at ICML 1999 by others")
    )
    page.heading("1 Introduction").prose()
    assert find_metadata(page.lines, {}, "x").venue == ""
    page.lines.append(line("Published as a conference paper at ICLR 2021", 30))
    assert find_metadata(page.lines, {}, "x").venue == "ICLR 2021"


def test_a_file_may_tell_its_venue_and_year() -> None:
    page = head("Ada Lovelace").heading("Abstract").prose().heading("1 Introduction").prose()
    info = {"subject": "2016 IEEE Conference on Cutting and Pasting", "creationDate": "D:2020"}
    found = find_metadata(page.lines, info, "x")
    assert (found.venue, found.year) == ("2016 IEEE Conference on Cutting and Pasting", 2016)


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("https://doi.org/10.1145/3404835.3462891", "10.1145/3404835.3462891"),
        ("DOI: 10.1007/978-3-319-24574-4_28.", "10.1007/978-3-319-24574-4_28"),
        ("(doi:10.1016/S0004-3702(97)00043-X)", "10.1016/s0004-3702(97)00043-x"),
        ("no doi", ""),
    ],
)
def test_dois_are_written_one_way(written: str, doi: str) -> None:
    assert clean_doi(written) == doi


@pytest.mark.parametrize(
    ("note", "doi"),
    [
        ("10 pages. https://doi.org/10.1145/3404835.3462891", "10.1145/3404835.3462891"),
        ("https://doi.org/10.1145/nnnnnnn.nnnnnnn", ""),
        ("DOI 10.5445/KSP/XXXXXXXX/XX", ""),
        ("https://doi.org/10.48550/arXiv.1706.03762", ""),
    ],
)
def test_the_papers_doi_stands_in_its_small_print(note: str, doi: str) -> None:
    page = head("Ada Lovelace").heading("Abstract").prose(12).heading("1 Introduction").prose()
    page.text(note, size=8)
    assert find_metadata(page.lines, {}, "x").doi == doi


def test_affiliations_are_whole_and_without_marks_and_addresses() -> None:
    page = head("Ada Lovelace1∗, Charles Babbage2", bold=True)
    page.text("1Department of Physics", "University of Oslo", "2Google Research ada@example.org")
    page.text("∗Equal contribution at the University")
    page.heading("Abstract").prose().heading("1 Introduction").prose()
    assert find_metadata(page.lines, {}, "x").affiliations == (
        "Department of Physics, University of Oslo",
        "Google Research",
    )


@pytest.mark.parametrize(
    ("lines", "keywords"),
    [
        (("Keywords: cutting, useful parts,", "pasting."), ("cutting", "useful parts", "pasting")),
        (("Index Terms— cutting; parts, useful",), ("cutting", "parts, useful")),
        (("Key words and phrases. cutting · parts",), ("cutting", "parts")),
        (("Keywords are not what this is about",), ()),
    ],
)
def test_keywords(lines: tuple[str, ...], keywords: tuple[str, ...]) -> None:
    page = head("Ada Lovelace").heading("Abstract").prose().text(*lines)
    page.heading("1 Introduction").prose()
    assert find_metadata(page.lines, {}, "x").keywords == keywords


REPO = "https://github.com/ada/parts"


@pytest.mark.parametrize(
    "texts",
    [
        (f"Our code is available at {REPO}.",),
        ("Code and trained models are", f"publicly available: {REPO}"),
        ("We release our implementation at https://", "github.com/ada/parts."),
        ("The code can be found at https://github.", "com/ada/parts."),
        ("Source code is at https://github.com/ada/", "parts."),
    ],
)
def test_code_is_what_the_paper_calls_its_own(texts: tuple[str, ...]) -> None:
    page = head("Ada Lovelace").heading("Abstract").prose().heading("1 Introduction").prose()
    page.turn().text(*texts)
    assert find_metadata(page.lines, {}, "x").code == (REPO,)


@pytest.mark.parametrize(
    "texts",
    [
        (f"We use the official implementation of GLAD at {REPO}.",),
        (f"Scores are computed with the script of Smith et al. at {REPO}.",),
        ("Our code is available at https://example.org/code.",),
        (REPO,),
    ],
)
def test_others_code_is_not(texts: tuple[str, ...]) -> None:
    page = head("Ada Lovelace").heading("Abstract").prose().heading("1 Introduction").prose()
    page.turn().text(*texts)
    assert find_metadata(page.lines, {}, "x").code == ()


def test_a_note_with_a_url_is_told_by_what_calls_it() -> None:
    page = head("Ada Lovelace").heading("Abstract").prose().heading("1 Introduction").prose().turn()
    page.text("We release our code.3 We use a tagger.4 It works.")
    page.text(f"3{REPO}", size=8).text("4https://github.com/others/tagger", size=8)
    page.heading("References").text("Our code is available at https://github.com/x/y")
    assert find_metadata(page.lines, {}, "x").code == (REPO,)


def test_the_version_comes_with_the_id() -> None:
    stamp = stamp_in("arXiv:1706.03762v5 [cs.CL] 6 Dec 2017")
    assert stamp is not None
    assert stamp.version == 5
    assert (version_in_name("1706.03762v2"), version_in_name("1706.03762")) == (2, None)
    page = head("Ada Lovelace").heading("Abstract").prose()
    assert find_metadata(page.lines, {}, "1706.03762v2.pdf").arxiv_version == 2


def test_a_template_tells_no_venue() -> None:
    page = head("Ada Lovelace").heading("Abstract").prose().heading("1 Introduction").prose()
    info = {"subject": "Proceedings of the International Conference on Machine Learning 2019"}
    found = find_metadata(page.lines, info, "x")
    assert (found.venue, found.year) == ("", None)
