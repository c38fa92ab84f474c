"""The text of a document: what a reader would see, in order, with tables that keep their rows and columns."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import MIRROR
from tests.parse.documents import page
from workbench.domain.errors import MalformedDocument
from workbench.parse.html.filing_html import extract


def text(*parts: str) -> str:
    return extract(page(*parts)).text


def test_paragraphs_are_separated_by_a_blank_line_and_white_space_is_one_space() -> None:
    assert text("<p>One\n  two&nbsp;&#160;three</p><div><span>Four</span> <b>five</b>,<i>six</i></div>") == (
        "One two three\n\nFour five,six"
    )


def test_line_breaks() -> None:
    assert text("<div>Item 1.<br>Business<br><br>We sell.</div>") == "Item 1.\nBusiness\n\nWe sell."


def test_hidden_elements_scripts_and_inline_xbrl_headers_are_left_out() -> None:
    assert text(
        "<div style='display:none'>no<ix:header><ix:hidden>no</ix:hidden></ix:header></div>", "<script>no</script>",
        "<p>yes<!-- no --> indeed <span style='DISPLAY: none'>no</span><ix:nonfraction id='f1'>5</ix:nonfraction></p>",
    ) == "yes indeed 5"  # fmt: skip


def test_invisible_characters_and_old_control_characters() -> None:
    assert text("<p>co&shy;op&#8203;erate &#147;quoted&#148; &#150; it&#146;s</p>") == "cooperate “quoted” – it’s"


def test_encodings() -> None:
    for encoding, declared in (("utf-8", ""), ("cp1252", ""), ("cp1252", "<meta charset=iso-8859-1>"), ("utf-16", "")):
        source = f"<html><head>{declared}</head><body><p>Société – “naïve” €5</p></body></html>"
        assert extract(source.encode(encoding)).text == "Société – “naïve” €5"
    japanese = "<html><head><meta charset='shift_jis'></head><body><p>日本</p></body></html>"
    assert extract(japanese.encode("shift_jis")).text == "日本"


def test_a_table_keeps_columns_joins_signs_and_drops_layout_columns() -> None:
    cells = "<td>{}</td><td></td><td>$</td><td>{}</td><td></td><td></td><td>$</td><td>{}</td><td></td>"
    narrow = "<td>{}</td><td></td><td colspan=2>{}</td><td>)</td><td></td><td colspan=2>{}</td><td></td>"
    table = (
        "<table><tr><td></td><td></td><td colspan=3>2024</td><td></td><td colspan=3>2023</td></tr>"
        f"<tr>{cells.format('Sales', '1,234', '987')}</tr><tr>{narrow.format('Loss', '(56', '—')}</tr>"
        f"<tr>{narrow.format('Rate', '', '7').replace('<td>)</td>', '<td></td>', 1)}</tr></table>"
    )
    assert text(table) == "\t2024\t2023\nSales\t$1,234\t$987\nLoss\t(56)\t—\nRate\t\t7"


def test_tables_of_layout_are_paragraphs() -> None:
    assert text("<table><tr><td>Item 1A.</td><td>Risk Factors</td></tr></table>") == "Item 1A. Risk Factors"
    bullets = "<table><tr><td>•</td><td>First</td></tr><tr><td>•</td><td><p>Second</p></td></tr></table>"
    assert text(bullets) == "• First\n\n• Second"
    nested = "<table><tr><td><p>Left</p></td><td><table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"
    assert text(nested + "</td></tr></table><p>After</p>") == "Left\n\na\t1\nb\t2\n\nAfter"


def test_pictures_are_what_they_show_and_not_the_names_of_their_files() -> None:
    names = [
        "05 PRO013950_photo.jpg",
        "Wordmark Blue.GIF",
        "[MISSING IMAGE: lg_peak-bw.jpg]",
        "LOGO",
        "Image 3",
        "446",
        "g66145g66i43",
    ]
    assert text("".join(f"<p>x<img alt='{name}'></p>" for name in names)) == "\n\n".join("x" for _ in names)
    assert text("<p><img alt='Our stores by country'></p>") == "[Our stores by country]"
    portraits = "<table><tr><td><img alt='05 photo.jpg'></td><td><p>Ann, 54, leads sales.</p></td></tr>"
    assert text(portraits + portraits.removeprefix("<table>") + "</table>") == "Ann, 54, leads sales.\n\nAnn, 54, leads sales."


def test_row_spans_keep_the_next_rows_in_their_columns() -> None:
    table = "<table><tr><td rowspan=2>a</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    assert text(table) == "a\t1\t2\n\t3\t4"


def test_absurd_spans_cost_nothing() -> None:
    assert text("<table><tr><td colspan=99999999>a</td><td>1</td></tr><tr><td>b</td><td rowspan=-4>2</td></tr></table>")


def pages(count: int, foot: str = "<p>{}</p>") -> str:
    return "".join(
        f"<p>Words of page {chr(96 + n)} that go on for a while.</p>{foot.format(n)}<hr style='page-break-after:always'>"
        "<p><a href='#toc'>Table of Contents</a></p>"
        for n in range(1, count + 1)
    )


def test_page_numbers_are_no_text_but_known() -> None:
    document = extract(page(pages(5)))
    assert "Table of Contents" not in document.text
    assert document.text.split("\n\n") == [f"Words of page {chr(96 + n)} that go on for a while." for n in range(1, 6)]
    assert [number for _, number in document.pages] == [1, 2, 3, 4, 5]
    assert [document.text[offset:].split(" that")[0] for offset, _ in document.pages][2] == "Words of page c"


def test_running_footers_stay_and_are_marked() -> None:
    document = extract(page(pages(5, "<p>ACME Inc. | 2024 Form 10-K | {}</p>")))
    marked = [document.text[block.start : block.end] for block in document.blocks if block.is_boilerplate]
    assert marked == [f"ACME Inc. | 2024 Form 10-K | {n}" for n in range(1, 6)]
    assert [number for _, number in document.pages] == [1, 2, 3, 4, 5]


def test_a_number_alone_that_counts_no_pages_stays() -> None:
    assert "1776" in text("<p>Founded in</p><p>1776</p><hr><p>and so on</p>")


def test_anchors_links_and_looks() -> None:
    document = extract(page("<p><a href='#x'>Go</a></p><p>Between</p><div id='x'></div><p style='font-weight:700'>There</p>"))
    assert [(document.text[link.start : link.end], link.target) for link in document.links] == [("Go", "x")]
    assert document.text[document.anchors["x"] :] == "There"
    assert [block.is_bold for block in document.blocks] == [False, False, True]


def test_preformatted_lines_stand_as_they_are() -> None:
    assert text("<pre>a   1\nb   2\n\nnext</pre>") == "a   1\nb   2\n\nnext"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (gzip.compress(b"<html><body>x</body></html>"), "gzip"),
        (bytes(range(256)) * 40, "binary"),
        (b"<html><body><div style='display:none'>x</div></body></html>", "no text"),
        (b"<html><body>" + b"<table><tr><td>x" * 5_000 + b"</body></html>", "too deeply"),
        (b"<SEC-DOCUMENT>x\n<SEC-HEADER>\n</SEC-HEADER>", "no document"),
        (b"<DOCUMENT>\n<TYPE>UPLOAD\n<TEXT>\n<PDF>\nbegin 644 a.pdf\nM)5!\n</TEXT></DOCUMENT>", "encoded files"),
    ],
    ids=["nothing", "blank", "pdf", "gzip", "binary", "hidden", "deep", "submission", "encoded"],
)
def test_what_is_no_document_is_one_clear_error(content: bytes, reason: str) -> None:
    with pytest.raises(MalformedDocument, match=reason):
        extract(content)


def test_a_hundred_megabytes_are_refused_at_once() -> None:
    with pytest.raises(MalformedDocument, match="at most 67 MB"):
        extract(b"<p>x</p>" * 12_500_000)


@pytest.mark.parametrize("tags", ["<P><FONT SIZE=2>", "<div>", "<ul><li>", "<p><a name=x>", "<center><b>"])
def test_tags_never_closed_lose_no_text(tags: str) -> None:
    document = extract(f"<html><body>{(tags + 'words') * 5000}</body></html>".encode())
    assert document.text.split() == ["words"] * 5000


def test_cut_and_unclosed_html_gives_the_text_there_is() -> None:
    assert (
        extract(b"<html><body><p>One<p>Two <b>three<table><tr><td>a<td>1<tr><td>b<td>2").text
        == "One\n\nTwo three\n\na\t1\nb\t2"
    )


SCRAPS = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div>", "</div>", "<table>", "</table>", "<tr>", "<td>", "<td colspan=3>", "</td>", "<br>",
         "<hr>", "<b>", "</b>", "<a href='#x'>", "</a>", "<i id='x'>", "word", " ", "$", "1,234", ")",
         "(5", "%", "&nbsp;", "&amp;", "é", "12", "•"]
    ),
    max_size=60,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(SCRAPS)
def test_blocks_tile_the_text_whatever_the_markup(scraps: list[str]) -> None:
    document = extract(page("start ", *scraps))
    at = 0
    for block in document.blocks:
        assert document.text[at : block.start].strip() == ""
        assert at <= block.start < block.end <= len(document.text)
        pieces = block.runs or tuple(run for cell in block.cells for run in cell.runs)
        assert "".join(document.text[run.start : run.end] for run in pieces).split() == (
            document.text[block.start : block.end].split()
            if block.kind != "row"
            else "".join(document.text[block.start : block.end].split("\t")).split()
        )
        at = block.end
    assert document.text[at:] == ""
    assert document == extract(page("start ", *scraps))
    for index, block in enumerate(document.blocks):
        assert document.block_index(block.start) == document.block_index(block.end - 1) == index


@pytest.mark.mirror
def test_a_full_submission_gives_its_first_document() -> None:
    document = extract((MIRROR / "Archives/edgar/data/72333/000007233323000015/0000072333-23-000015.txt").read_bytes())
    alone = extract((MIRROR / "Archives/edgar/data/72333/000007233323000015/jwn-20230301.htm").read_bytes())
    assert document.text == alone.text


def test_row_spans_without_end_cost_no_more_than_their_cells() -> None:
    rows = ("<tr>" + "<td rowspan=1000>1</td>" * 100 + "</tr>") * 100
    assert len(text(f"<table>{rows}</table>").split()) == 10_000


def test_cells_that_straddle_columns_lose_nothing() -> None:
    table = (
        "<table><tr><td colspan=2>a</td><td colspan=2>b</td></tr><tr><td></td><td colspan=2>c</td><td></td></tr>"
        "<tr><td colspan=2>d</td><td colspan=2>e</td></tr></table>"
    )
    assert text(table).split() == ["a", "b", "c", "d", "e"]


def test_a_body_after_the_end_of_the_document_is_read() -> None:
    head = "<html><head><style>p { color: blue; }</style></head></html>"
    assert extract(f"{head}<div><p>Form TA-1</p></div>".encode()).text == "Form TA-1"
    assert extract(b"<html><body><p>One</p></body></html><p>Two</p>").text == "One\n\nTwo"
    with pytest.raises(MalformedDocument, match="holds no text"):
        extract(head.encode())


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Sales of $7,180<sup>3</sup> rose", "Sales of $7,180³ rose"),
        ("Sales of 7,180<sup>(3)</sup> rose", "Sales of 7,180⁽³⁾ rose"),
        ("10<sup>12</sup> cells", "10¹² cells"),
        ("Net sales<sup>(1)(2)</sup> rose", "Net sales⁽¹⁾⁽²⁾ rose"),
        ("1,467<sup>[3]</sup>", "1,467[³]"),
        ("Section 5<sup>(a)</sup>", "Section 5(a)"),
        ('in 2019<font style="vertical-align:super;font-size:70%">1, 2</font>', "in 2019¹, ²"),
        ('7,180<span style="position:relative;top:-3.5pt;font-size:6pt">4</span>', "7,180⁴"),
        ('7,180<font style="vertical-align:top;font-size:6pt">4</font>', "7,180⁴"),
        ('7,180<span style="vertical-align:30%">4</span>', "7,180⁴"),
        ('7,180<span style="position:relative;bottom:3px">4</span>', "7,180⁴"),
        ('7,180 <span style="vertical-align:0pt">4</span> <span style="vertical-align:top">5</span>', "7,180 4 5"),
        ('7,180 <span style="vertical-align:-4pt">4</span> <span style="position:relative;bottom:-2px">5</span>', "7,180 4 5"),
        ("the 5<sup>th</sup> plant", "the 5th plant"),
        ("CO<sub>2</sub>", "CO2"),
        ('<sup>$</sup>7,180<sup><ix:nonFraction name="a" id="f1">95</ix:nonFraction></sup>', "$7,18095"),
    ],
)
def test_the_mark_of_a_note_is_no_digit_of_a_number(markup: str, text: str) -> None:
    assert extract(f"<html><body><p>{markup}</p></body></html>".encode()).text == text


def test_the_mark_of_a_note_in_a_cell_of_its_own_belongs_to_the_figure() -> None:
    rows = (
        "<tr><td>Sales<sup>1</sup></td><td>7,180</td><td><sup>2</sup></td></tr><tr><td>Cost</td><td>5,020</td><td></td></tr>"
    )
    assert extract(f"<html><body><table>{rows}</table></body></html>".encode()).text == "Sales¹\t7,180²\nCost\t5,020"


def test_the_mark_of_a_note_in_a_cell_of_its_own_is_no_negative_figure() -> None:
    figures = (
        "<tr><td>Net sales</td><td>1,467</td><td><sup>(1)</sup></td><td>1,334</td><td></td></tr>"
        "<tr><td>Interest</td><td>5</td><td></td><td>(6</td><td>)</td></tr>"
    )
    assert text(f"<table>{figures}</table>") == "Net sales\t1,467⁽¹⁾\t1,334\nInterest\t5\t(6)"
    labels = "<tr><td>Net sales</td><td><sup>(1)</sup></td><td>1,467</td></tr><tr><td>Interest</td><td></td><td>5</td></tr>"
    assert text(f"<table>{labels}</table>") == "Net sales⁽¹⁾\t1,467\nInterest\t5"
