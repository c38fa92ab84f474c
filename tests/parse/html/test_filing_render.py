"""The reader's HTML says what the text says, at the same offsets, and lets nothing of the document's own markup through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.conftest import MIRROR
from tests.parse.documents import PLAIN_10K, heading, page, paragraph
from tests.parse.html.test_filing_html import SCRAPS
from workbench.parse.html.filing_html import extract
from workbench.parse.html.filing_render import render, render_extracted

ALLOWED = {"p", "pre", "hr", "div", "table", "tr", "td", "b", "i", "u", "sup", "sub", "span", "mark"}
ATTRIBUTES = {"data-start", "data-fact", "class", "colspan", "id", "style"}


def tree(rendered: str) -> html.HtmlElement:
    return html.fragment_fromstring(rendered, create_parent="article")


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=200, deadline=None)
@given(SCRAPS, st.data())
def test_any_span_says_what_the_text_says(scraps: list[str], data: st.DataObject) -> None:
    document = extract(page("start ", *scraps))
    offsets = st.integers(0, len(document.text))
    start, end = sorted((data.draw(offsets), data.draw(offsets)))
    low, high = sorted((data.draw(offsets), data.draw(offsets)))
    root = tree(render_extracted(document, start=start, end=end, highlight=(low, high)))
    assert squeezed(root.text_content()) == squeezed(document.text[start:end])
    marked = "".join(mark.text_content() for mark in root.iter("mark"))
    assert squeezed(marked) == squeezed(document.text[max(low, start) : max(min(high, end), low, start)])
    assert len(root.xpath("//mark[@id='passage']")) == (1 if marked else 0)
    for element in root.iterdescendants():
        assert element.tag in ALLOWED
        assert set(element.attrib) <= ATTRIBUTES


@settings(max_examples=100, deadline=None)
@given(SCRAPS, st.data())
def test_matches_are_marked_beside_the_passage(scraps: list[str], data: st.DataObject) -> None:
    document = extract(page("start ", *scraps))
    offsets = st.integers(0, len(document.text))
    cuts = sorted(data.draw(st.lists(offsets, max_size=8, unique=True)))
    matches = list(zip(cuts[::2], cuts[1::2], strict=False))
    low, high = sorted((data.draw(offsets), data.draw(offsets)))
    root = tree(render_extracted(document, highlight=(low, high), matches=matches))
    assert squeezed(root.text_content()) == squeezed(document.text)
    passage = "".join(mark.text_content() for mark in root.xpath("//mark[not(@class)]"))
    assert squeezed(passage) == squeezed(document.text[low:high])
    matched = "".join(mark.text_content() for mark in root.xpath("//mark[@class='match']"))
    beside = (document.text[place] for start, end in matches for place in range(start, end) if not low <= place < high)
    assert squeezed(matched) == squeezed("".join(beside))


def test_blocks_carry_their_offset() -> None:
    document = extract(page(heading("Item 1. Business"), paragraph("We sell."), "<table><tr><td>a</td><td>1</td></tr>"
                            "<tr><td>b</td><td>2</td></tr></table>"))  # fmt: skip
    for element in tree(render_extracted(document)).xpath("//*[@data-start]"):
        start = int(element.get("data-start"))
        assert squeezed(document.text[start:]).startswith(squeezed(element.text_content()))


def test_nothing_hostile_comes_through() -> None:
    hostile = page(
        "<script>alert(1)</script>"
        "<p onclick='x()' style='background:url(http://evil.example/x)'>A &lt;script&gt; &amp; \"b\"</p>"
        "<img src='http://evil.example/x.png' alt='Our logo' onerror='x()'><a href='javascript:x()'>link</a>"
        "<iframe src='http://evil.example'></iframe><form action='http://evil.example'><input value='v'></form>"
        "<p><ix:nonfraction id='\"><script>x</script>'>12</ix:nonfraction></p><svg onload='x()'></svg>"
        "<link href='http://evil.example'>"
    )
    rendered = render(hostile)
    assert "evil" not in rendered
    assert "<script" not in rendered
    root = tree(rendered)
    assert {element.tag for element in root.iterdescendants()} <= ALLOWED
    assert "[Our logo]" in root.text_content()
    assert 'A <script> & "b"' in root.text_content()


def test_figures_keep_the_id_of_their_fact() -> None:
    rendered = render(page("<table><tr><td>Sales</td><td>$</td><td><ix:nonfraction id='f-7'>1,234</ix:nonfraction></td></tr>"
                           "<tr><td>Costs</td><td></td><td>9</td></tr></table>"))  # fmt: skip
    assert [(one.get("data-fact"), one.text) for one in tree(rendered).xpath("//span[@data-fact]")] == [("f-7", "1,234")]


def test_labels_are_set_in_as_they_were() -> None:
    rows = [
        ("0", "Net sales:"),
        ("9pt", "Products"),
        ("0", "&#160;&#160;&#160;Goods"),
        ("1px;padding:0 1pt 0 19pt", "Shoes"),
        ("18pt;text-indent:-9pt", "Services"),
        ("99999pt", "Far"),
    ]
    table = "".join(f"<tr><td><div style='padding-left:{by}'>{label}</div></td><td>1</td></tr>" for by, label in rows)
    root = tree(render(page(f"<table>{table}</table>")))
    assert [cell.get("style") for cell in root.xpath("//tr/td[1]")] == [
        None, "padding-left:1em", "padding-left:1em", "padding-left:2em", "padding-left:1em", "padding-left:6em",
    ]  # fmt: skip


def test_a_span_of_plain_text() -> None:
    document = extract(PLAIN_10K.encode())
    start = document.text.index("ITEM 2.")
    root = tree(render_extracted(document, start=start, end=start + 60, highlight=(start + 10, start + 20)))
    assert root.xpath("//mark")[0].text == "PROPERTIES"
    assert root.xpath("//pre")[0].get("data-start") == str(start)


@pytest.mark.mirror
def test_an_annual_report_renders_whole_and_by_section() -> None:
    content = (MIRROR / "Archives/edgar/data/320193/000032019324000123/aapl-20240928.htm").read_bytes()
    document = extract(content)
    assert squeezed(tree(render_extracted(document)).text_content()) == squeezed(document.text)
    offset = document.text.index("391,035", document.text.index("CONSOLIDATED STATEMENTS OF OPERATIONS"))
    root = tree(render(content, start=offset - 2000, end=offset + 2000, highlight=(offset, offset + 7)))
    (mark,) = root.xpath("//mark")
    assert mark.text == "391,035"
    assert mark.getparent().get("data-fact").startswith("f-")
