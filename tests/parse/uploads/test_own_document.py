"""PDF, HTML, text and Markdown that people bring: their kind, their text, their pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parse.pdfs import pdf
from workbench.domain.errors import MalformedDocument
from workbench.domain.filings.documents import DocumentPage, page_at
from workbench.parse.html.paged_text import PageText, lay_out, lay_out_again
from workbench.parse.html.passages import split_passages
from workbench.parse.uploads import bounded_process, pdf_reader
from workbench.parse.uploads.own_document import DocumentKind, extract_own, kind_of, layout_of

MAIL = b"""From: ann@example.org
To: ben@example.org
Subject: The harvest
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

VGhlIGhhcnZlc3QgZmVsbC4=
"""
HARVEST = ["The harvest of walnuts fell by a third", "because of frost in April."]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.7\n", "a.txt", DocumentKind.PDF),
        (b"\xef\xbb\xbf  %PDF-1.4\n", "a", DocumentKind.PDF),
        (b"# Head\n", "README.MD", DocumentKind.MARKDOWN),
        (b"<p>one</p>", "a.txt", DocumentKind.HTML),
        (b"we write <p> to begin a paragraph", "a.txt", DocumentKind.TEXT),
        (b"plain", "letter", DocumentKind.TEXT),
        (b"no tags here", "a.HTML", DocumentKind.HTML),
        (MAIL, "letter.txt", DocumentKind.MAIL),
        (MAIL, "letter.eml", DocumentKind.MAIL),
        (rb"{\rtf1\ansi {\b Orchards} bear late\par}", "a.txt", DocumentKind.RTF),
    ],
)
def test_the_kind_is_told_by_bytes_then_by_name(content: bytes, name: str, kind: DocumentKind) -> None:
    assert kind_of(content, name) is kind


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.pdf", "the document is empty"),
        (b" \n\t", "a.md", "the document is empty"),
        (b"<html>", "a.pdf", "the document is not a PDF, although its name says so"),
        (b"PK\x03\x04rest", "a.docx", "the document is not a Word document, although its name says so, or it is damaged"),
        (b"\xd0\xcf\x11\xe0", "a.doc", "the document is a Word document of before 2007, which cannot be read"),
        (b"\xd0\xcf\x11\xe0", "letter.msg", "the document is an Outlook message, which cannot be read"),
        (b"PK\x03\x04rest", "a", "the document is a ZIP archive, not HTML or text"),
        ("Прибыль компании выросла на треть.".encode("koi8-r"), "a.txt", "does not name its character encoding"),
        ("Прибыль компании выросла на треть.".encode("cp1251"), "a.md", "does not name its character encoding"),
        ("売上高は増加した。".encode("shift_jis"), "a.txt", "does not name its character encoding"),
        ("매출이 늘었다".encode("euc_kr"), "a.txt", "does not name its character encoding"),
        ("Spółka zwiększyła sprzedaż w każdym kraju, także w Łodzi.".encode("cp1250"), "a.txt", "does not name its character"),
        ("Şirketin gelirleri yüzde on iki arttı; ığdır şubesi kapandı.".encode("cp1254"), "a.txt", "does not name its charac"),
        (
            "Doanh thu cu\u0309a công ty tăng mươ\u0300i hai phâ\u0300n trăm.".encode("cp1258"),
            "a.txt",
            "does not name its charac",
        ),
        ("売上高は増加した。".encode("iso2022_jp"), "a.txt", "does not name its character encoding"),
        ("公司收入增长".encode("hz"), "a.txt", "does not name its character encoding"),
        (b"\x00\x01\x02" * 100, "a.txt", "the document is binary, not HTML or text"),
    ],
)
def test_what_is_none_of_them_is_refused(content: bytes, name: str, message: str) -> None:
    with pytest.raises(MalformedDocument, match=message):
        kind_of(content, name)


@pytest.mark.parametrize(
    "content",
    [
        "Société générale a augmenté ses bénéfices à l’étranger : 12 €.".encode("cp1252"),
        "Größere Erträge für Aktionäre (§ 5) – über 3 ½ %.".encode("cp1252"),
        "Tekjur félagsins jukust um tólf prósent á árinu; það þótti gott.".encode("cp1252"),
        "Försäljningen ökade i både Malmö och Århus. Größe: ~{a} bis ~{b}".encode("cp1252"),
        "Прибыль компании выросла на треть.".encode(),
        "The café’s margin rose by 3°.".encode("latin-1", "ignore"),
        b'<meta charset="koi8-r"><p>' + "Прибыль компании".encode("koi8-r"),
        b"Note: revenue rose.\nFrom: the annual report\nSubject: margins\n",
    ],
)
def test_western_text_and_text_that_names_its_encoding_are_read(content: bytes) -> None:
    assert kind_of(content, "a") in {DocumentKind.TEXT, DocumentKind.HTML}


def test_a_pdf_keeps_its_pages_and_what_it_calls_them() -> None:
    content = pdf([["Preface"], HARVEST, [], ["Last"]], labels="0 << /S /r >> 1 << /S /D >> 3 << /S /D /P (F-) >>")
    extracted, pages = extract_own(content, DocumentKind.PDF)
    assert extracted.text == "Preface\n\nThe harvest of walnuts fell by a third\nbecause of frost in April.\n\nLast"
    assert [(page.number, page.label) for page in pages] == [(1, "i"), (2, "1"), (3, "2"), (4, "F-1")]
    assert [extracted.text[page.start :].split("\n")[0] for page in pages] == ["Preface", HARVEST[0], "Last", "Last"]
    assert page_at(pages, extracted.text.index("frost")) == pages[1]
    assert page_at(pages, len(extracted.text) - 1) == pages[3]


def test_paragraphs_of_a_pdf_are_told_by_their_distance() -> None:
    lines = ["Costs", "", "Freight rose by a fifth as ships", "went round the cape.", "", "Wages did not", "rise at all."]
    extracted, _ = extract_own(pdf([lines, lines]), DocumentKind.PDF)
    assert extracted.text.split("\n\n")[:3] == [
        "Costs", "Freight rose by a fifth as ships\nwent round the cape.", "Wages did not\nrise at all.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pdf([HARVEST], is_locked=True), "locked with a password"),
        (pdf([[]]), "holds no text, only pictures"),
        (pdf([HARVEST])[:-200], "damaged: its end is missing"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 9 + b"\n%%EOF", "the PDF is damaged and cannot be read"),
        (pdf([]), "the PDF is damaged"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_one_error(content: bytes, message: str) -> None:
    with pytest.raises(MalformedDocument, match=message):
        extract_own(content, DocumentKind.PDF)


def test_a_pdf_that_takes_too_long_or_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_process, "_SECONDS", 0.001)
    with pytest.raises(MalformedDocument, match="it takes more than"):
        pdf_reader.read_pdf(pdf([HARVEST]))


def test_a_form_feed_begins_a_page_of_text() -> None:
    extracted, pages = extract_own(b"One.\n\n\nStill one.\x0c\x0cThree.\nMore.\x0c", DocumentKind.TEXT)
    assert extracted.text == "One.\n\nStill one.\n\nThree.\nMore."
    assert pages == (DocumentPage(1, 0), DocumentPage(2, 18), DocumentPage(3, 18))
    assert extract_own(b"No pages at all.", DocumentKind.TEXT).pages == ()


def test_markdown_is_read_as_what_it_means() -> None:
    first = "# Cobalt\n\n30 *USD*.\n\n| Year | Price |\n|---|---|\n| 2023 | 33 |\n\n<b>raw</b>\n"
    content = f"{first}\x0c## Two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode()
    extracted, pages = extract_own(content, DocumentKind.MARKDOWN)
    assert extracted.text == "Cobalt\n\n30 USD.\n\nYear\tPrice\n2023\t33\n\n<b>raw</b>\n\nTwo\n\na\tb\n1\t2"
    assert [page.number for page in pages] == [1, 2]
    assert extracted.text[pages[1].start :].startswith("Two")
    rows = [block for block in extracted.blocks if block.table is not None]
    assert len({block.table for block in rows}) == 2
    assert [extracted.text[cell.start : cell.end] for cell in rows[-1].cells] == ["1", "2"]
    assert all(extracted.blocks[extracted.block_index(block.start)] == block for block in extracted.blocks)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (pdf([["Preface"], HARVEST, ["Last"]]), "a.pdf"),
        (b"One.\n\nTwo.\x0cThree\n   a    b", "a.txt"),
        (b"# One\n\x0cTwo", "a.md"),
        (b"<p>One</p><p>Two</p>", "a.html"),
    ],
)
def test_the_layout_can_be_had_again(content: bytes, name: str) -> None:
    extracted, pages = extract_own(content, kind_of(content, name))
    assert layout_of(content, name, extracted.text, pages) == extracted


PAGES = st.lists(st.text(st.sampled_from("ab .\n\n\t\f\0\ufffe\ud800é"), max_size=40), min_size=1, max_size=6)


@given(PAGES)
def test_pages_are_spans_of_the_text_and_passages_keep_to_them(sheets: list[str]) -> None:
    try:
        extracted, pages = lay_out([PageText(sheet) for sheet in sheets])
    except MalformedDocument:
        assert not any(character in "ab.é\ufffe" for sheet in sheets for character in sheet)
        return
    assert [page.number for page in pages] == list(range(1, len(sheets) + 1))
    assert list(pages) == sorted(pages)
    assert lay_out_again(extracted.text, pages) == extracted
    ends = [page.start for page in pages[1:]] + [len(extracted.text)]
    for span in split_passages(extracted, [], pages):
        page = pages[(span.page or 0) - 1]
        assert page.start <= span.start < span.end <= ends[page.number - 1]
        assert span.text == extracted.text[span.start : span.end]
