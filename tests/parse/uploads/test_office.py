"""Word documents, workbooks and presentations: their text with headings and tables, sheets and slides as pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from docx.oxml.ns import qn
from openpyxl.styles import Alignment, Font
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from tests.parse import office
from workbench.domain.errors import MalformedDocument
from workbench.parse.html.paged_html import lay_out_html
from workbench.parse.html.passages import split_passages
from workbench.parse.html.table_context import table_context
from workbench.parse.items.own_headings import titled_sections
from workbench.parse.uploads import office_package, workbook_text
from workbench.parse.uploads.office_package import OfficeFormat, check_package, office_format, stated_title
from workbench.parse.uploads.office_reader import read_office
from workbench.parse.uploads.own_document import DocumentKind, kind_of, layout_of, read_own
from workbench.parse.uploads.own_title import usable_title
from workbench.parse.uploads.slides_text import slide_pages
from workbench.parse.uploads.word_text import word_pages
from workbench.parse.uploads.workbook_text import workbook_pages

# Costco Wholesale, fiscal 2023 and 2022, millions of dollars.
COSTCO = [("", "2023", "2022"), ("Net sales", "237,710", "222,730"), ("Membership fees", "4,580", "4,224")]
TEXT = "The warehouse business depends on volume, and the members renew because prices stay low. " * 4


def _table(document: Any, rows: list[tuple[str, ...]]) -> Any:
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return table


def test_headings_of_a_word_document_are_sections_and_tables_are_tables() -> None:
    def write(document: Any) -> None:
        document.add_heading("Costco initiation", 0)
        for title in ("Business", "Members", "Valuation"):
            document.add_heading(title, 1)
            document.add_paragraph(TEXT)
        _table(document, COSTCO)

    extracted, pages = lay_out_html(word_pages(office.word(write)))
    assert pages == ()
    assert [(each.item, each.title) for each in titled_sections(extracted)] == [
        ("S1", "Business"), ("S2", "Members"), ("S3", "Valuation"),
    ]  # fmt: skip
    assert extracted.text.endswith("\t2023\t2022\nNet sales\t237,710\t222,730\nMembership fees\t4,580\t4,224")
    row = extracted.blocks[-1]
    assert [extracted.text[cell.start : cell.end] for cell in row.cells] == ["Membership fees", "4,580", "4,224"]
    assert [cell.column for cell in row.cells] == [0, 1, 2]


def test_a_style_is_a_heading_by_the_style_it_is_based_on() -> None:
    def write(document: Any) -> None:
        for name, base in (("Kapitel 1", "Heading 2"), ("Chapter text", "Normal")):
            style = document.styles.add_style(name, 1)
            style.base_style = document.styles[base]
        document.add_paragraph("Ausblick", "Kapitel 1")
        document.add_paragraph("Umsatz steigt.", "Chapter text")

    blocks = lay_out_html(word_pages(office.word(write))).extracted.blocks
    assert [(block.is_bold, block.size) for block in blocks] == [(True, 15.0), (False, 0.0)]


def test_what_tracked_changes_delete_is_no_text_and_what_they_insert_is() -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("Guidance is ")
        for name, tag, text in (("w:del", "w:delText", "raised"), ("w:ins", "w:t", "withdrawn")):
            change, run, words = (paragraph._p.makeelement(qn(one), {}) for one in (name, "w:r", tag))
            words.text = text
            run.append(words)
            change.append(run)
            paragraph._p.append(change)

    assert lay_out_html(word_pages(office.word(write))).extracted.text == "Guidance is withdrawn"


def test_marks_of_notes_are_no_digits_and_merged_cells_keep_their_columns() -> None:
    def write(document: Any) -> None:
        document.add_paragraph("Revenue of 1,234").add_run("2").font.superscript = True
        table = _table(document, [("Sales", "", ""), *COSTCO])
        table.cell(0, 1).merge(table.cell(0, 2)).text = "53 weeks and 52 weeks"

    text = lay_out_html(word_pages(office.word(write))).extracted.text
    assert text.startswith("Revenue of 1,234²\n\nSales\t53 weeks and 52 weeks\n\t2023\t2022\n")


def test_sheets_are_pages_and_figures_stand_as_they_are_shown() -> None:
    def write(book: Any) -> None:
        sheet = book.active
        sheet.title = "Income statement"
        sheet["A1"], sheet["A2"] = "Costco Wholesale", "USD millions"
        sheet["A1"].font = Font(bold=True)
        sheet["B4"] = date(2023, 9, 3)
        sheet["C4"] = date(2022, 8, 28)
        sheet["B4"].number_format = sheet["C4"].number_format = '"FY"yy'
        for row, (label, *values) in enumerate((("Net sales", 237710, 222730), ("Members' growth", 0.0842, -0.005)), 5):
            sheet.cell(row, 1, label).alignment = Alignment(indent=1)
            for column, value in enumerate(values, 2):
                sheet.cell(row, column, value).number_format = "#,##0" if value > 1 else "0.0%;(0.0%)"
        sheet["A7"], sheet["B7"] = "Sum", "=SUM(B5:B6)"
        sheet["A10"] = "Source: annual report"
        drivers = book.create_sheet("Drivers")
        drivers.sheet_state = "hidden"
        drivers["XFD900000"] = 861
        book.create_sheet("Scratch")

    extracted, pages = lay_out_html(workbook_pages(office.workbook(write)))
    assert [page.label for page in pages] == ["sheet Income statement", "sheet Drivers, hidden", "sheet Scratch"]
    assert extracted.text.split("\n\n") == [
        "Income statement", "Costco Wholesale", "USD millions",
        "\tFY23\tFY22\nNet sales\t237,710\t222,730\nMembers' growth\t8.4%\t(0.5%)\nSum\t=SUM(B5:B6)",
        "Source: annual report", "Drivers", "861",
    ]  # fmt: skip
    start = extracted.text.index("Members' growth")
    assert table_context(extracted, start) == "Income statement\nCostco Wholesale\nUSD millions\nFY23\tFY22"
    assert {span.page for span in split_passages(extracted, [], pages)} == {1, 2}


def test_formulas_have_the_values_that_were_stored_with_them() -> None:
    def write(book: Any) -> None:
        book.active["A1"], book.active["B1"] = "Sum", "=1+1"

    def with_value(part: bytes) -> bytes:
        return part.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")

    content = office.changed(office.workbook(write), {"xl/worksheets/sheet1.xml": with_value})
    assert lay_out_html(workbook_pages(content)).extracted.text == "Sheet\n\nSum 2"


def test_merged_cells_of_a_sheet_span_the_columns_that_hold_something() -> None:
    def write(book: Any) -> None:
        sheet = book.active
        sheet.append(("", "Fiscal year", None, "Change"))
        sheet.append(("Region", 2023, 2022, None))
        sheet.append(("Canada", 33101, 31675, "5%"))
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("D1:D2")

    extracted = lay_out_html(workbook_pages(office.workbook(write))).extracted
    rows = [block for block in extracted.blocks if block.table]
    assert [(extracted.text[cell.start : cell.end], cell.column, cell.span) for cell in rows[0].cells] == [
        ("Fiscal year", 1, 2), ("Change", 3, 1),
    ]  # fmt: skip
    assert extracted.text.endswith("Canada\t33101\t31675\t5%")


def test_more_cells_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_text, "MOST_CELLS", 2)
    with pytest.raises(MalformedDocument, match="more than 2 cells"):
        workbook_pages(office.workbook(lambda book: book.active.append((1, 2, 3))))


def _deck(presentation: Any) -> None:
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "Membership\vfees"
    frame = first.placeholders[1].text_frame
    frame.text = "Renewal rate of 92.7%"
    mark = frame.paragraphs[0].add_run()
    mark.text = "1"
    mark.font._element.set("baseline", "30000")
    first.notes_slide.notes_text_frame.text = "Pause here."
    second = presentation.slides.add_slide(presentation.slide_layouts[6])
    second._element.set("show", "0")
    second.shapes.add_textbox(0, Inches(6), Inches(2), Inches(1)).text_frame.text = "Below"
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(0, Inches(1), Inches(2), Inches(1)).text_frame.text = "Above"
    table = second.shapes.add_table(3, 3, 0, Inches(3), Inches(6), Inches(1)).table
    for row, cells in enumerate(COSTCO):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    data = CategoryChartData(number_format="0.0%")
    data.categories = ["2022", "2023"]
    data.add_series("Gross margin", (0.1048, 0.1057))
    second.shapes.add_chart(XL_CHART_TYPE.LINE, 0, Inches(7), Inches(3), Inches(2), data)
    presentation.slides.add_slide(presentation.slide_layouts[6])


def _one_slide(presentation: Any) -> None:
    presentation.slides.add_slide(presentation.slide_layouts[5]).shapes.title.text = "One"


def test_slides_are_pages_with_tables_charts_and_notes() -> None:
    extracted, pages = lay_out_html(slide_pages(office.slides(_deck)))
    assert [page.label for page in pages] == ["slide 1", "slide 2, hidden", "slide 3"]
    assert extracted.text.startswith("Membership fees\n\nRenewal rate of 92.7%¹\n\nSpeaker notes\n\nPause here.\n\nAbove\n\n")
    assert "Net sales\t237,710\t222,730\nMembership fees\t4,580\t4,224\n\nBelow" in extracted.text
    assert extracted.text.endswith("\tGross margin\n2022\t10.5%\n2023\t10.6%")
    assert extracted.blocks[0].is_bold


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (office.word(lambda document: document.add_paragraph("One")), "a.docx", DocumentKind.WORD),
        (office.workbook(lambda book: book.active.append(("One", 1))), "a.dat", DocumentKind.WORKBOOK),
        (office.slides(_one_slide), "a.pptx", DocumentKind.SLIDES),
    ],
)
def test_the_kind_is_in_the_package_whatever_its_name(content: bytes, name: str, kind: DocumentKind) -> None:
    assert kind_of(content, name) is kind
    assert "One" in read_own(content, kind).paged.extracted.text


def test_the_layout_of_a_presentation_can_be_had_again() -> None:
    content = office.slides(_deck)
    read = lay_out_html(slide_pages(content))
    assert layout_of(content, "a.pptx", read.extracted.text, read.pages) == read.extracted


def test_documents_with_macros_are_read() -> None:
    def with_macros(part: bytes) -> bytes:
        return part.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )

    plain = office.word(lambda document: document.add_paragraph("Auto-open"))
    content = office.changed(plain, {"[Content_Types].xml": with_macros, "word/vbaProject.bin": lambda _: b"\xd0\xcf\x11\xe0"})
    assert kind_of(content, "a.docm") is DocumentKind.WORD
    assert lay_out_html(word_pages(content)).extracted.text == "Auto-open"


PLAIN = office.word(lambda document: document.add_paragraph("One"))
BINARY = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (PLAIN[: len(PLAIN) // 2], "damaged: its end is missing"),
        (office.changed(PLAIN, {"[Content_Types].xml": lambda _: BINARY}), "binary Excel workbook"),
    ],
)
def test_packages_that_cannot_be_read_are_refused_by_name(content: bytes, message: str) -> None:
    with pytest.raises(MalformedDocument, match=message):
        office_format(content)


def test_an_archive_of_other_things_is_no_office_document() -> None:
    assert office_format(office.changed(PLAIN, {"[Content_Types].xml": lambda _: b"<Types/>"})) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_any_reader_sees_them(encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w>&a;</w>'
    content = office.changed(PLAIN, {"word/footnotes.xml": lambda _: bomb.encode(encoding)})
    with pytest.raises(MalformedDocument, match="declares entities"):
        check_package(content)
    with pytest.raises(MalformedDocument, match="declares entities"):
        read_office(content, OfficeFormat.WORD)


def test_a_package_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_package, "MOST_UNPACKED", 1 << 20)
    with pytest.raises(MalformedDocument, match="unpacks to more than 1 MB"):
        check_package(office.changed(PLAIN, {"word/media/a.bin": lambda _: bytes(2 << 20)}))


def test_a_document_whose_main_part_is_broken_is_one_error() -> None:
    broken = office.changed(PLAIN, {"word/document.xml": lambda _: b"<w:document"})
    with pytest.raises(MalformedDocument, match="Word document is damaged"):
        read_office(broken, OfficeFormat.WORD)


def test_the_title_is_that_of_the_properties_unless_a_program_wrote_it() -> None:
    def write(document: Any) -> None:
        document.core_properties.title = " Costco: the moat\n& the members "

    assert stated_title(office.word(write)) == "Costco: the moat & the members"
    assert stated_title(office.slides(lambda _: None)) in {None, "PowerPoint Presentation"}
    assert usable_title("PowerPoint Presentation") is None
    assert usable_title("Microsoft Word - Costco annual report.doc") == "Costco annual report.doc"
    assert usable_title("Presentation title") is None
    assert usable_title("Costco investor presentation") == "Costco investor presentation"
