"""A presentation as HTML: a page for each slide, with its title, text, tables, the data of its charts, and speaker notes.

Shapes are read from top to bottom, then from left to right. Hidden slides are read and say so. Pictures, slide numbers,
dates and footers are left out.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from html import escape
from io import BytesIO
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.exc import PythonPptxError

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.paged_html import HtmlPage
from workbench.parse.uploads.cell_formats import displayed

_BOILERPLATE = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER)
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_DIAGRAM_DATA = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
_EMU_A_LINE = 150_000  # shapes whose tops are closer than a line of text stand beside each other
_POINTS_A_LEVEL = 18


def slide_pages(content: bytes) -> list[HtmlPage]:
    """The slides in order, each labelled `slide` and its number. Raises MalformedDocument for a damaged presentation."""
    try:
        slides = list(Presentation(BytesIO(content)).slides)
        return [HtmlPage("".join(_slide(slide)), _label(number, slide)) for number, slide in enumerate(slides, 1)]
    except (PythonPptxError, KeyError, ValueError, AttributeError, etree.LxmlError, zipfile.BadZipFile) as error:
        raise MalformedDocument(f"the presentation is damaged and cannot be read: {error}") from None


def _label(number: int, slide: Any) -> str:
    return f"slide {number}{', hidden' if slide.element.get('show') in {'0', 'false'} else ''}"


def _slide(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None and title.has_text_frame and title.text_frame.text.strip():
        yield f"<h2>{escape(' '.join(title.text_frame.text.split()))}</h2>"
    yield from _shapes(shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None and frame.text.strip():
        yield f"<p><b>Speaker notes</b></p>{_text(frame)}"


def _shapes(shapes: Iterable[Any]) -> Iterator[str]:
    for shape in sorted(shapes, key=lambda each: ((each.top or 0) // _EMU_A_LINE, each.left or 0)):
        if shape.is_placeholder and shape.placeholder_format.type in _BOILERPLATE:
            continue
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _shapes(shape.shapes)
        elif shape.has_text_frame:
            yield _text(shape.text_frame)
        elif getattr(shape, "has_table", False) and shape.has_table:
            yield _table(shape.table)
        elif getattr(shape, "has_chart", False) and shape.has_chart:
            yield _chart(shape.chart)
        else:
            yield from _diagram(shape)


def _text(frame: Any) -> str:
    """The paragraphs of a text frame, set in by their levels."""
    return "".join(
        f'<p style="text-indent:{_POINTS_A_LEVEL * paragraph.level}pt">{_runs(paragraph)}</p>'
        for paragraph in frame.paragraphs
        if paragraph.text.strip()
    )


def _runs(paragraph: Any) -> str:
    pieces = []
    for element in paragraph._p:
        if element.tag == f"{_A}br":
            pieces.append("<br>")
            continue
        text = escape("".join(element.itertext(f"{_A}t")))
        properties = element.find(f"{_A}rPr")
        looks = properties.attrib if properties is not None else {}
        text = f"<sup>{text}</sup>" if text and _is_raised(looks.get("baseline", "0")) else text
        pieces.append(f"<b>{text}</b>" if text.strip() and looks.get("b") in {"1", "true"} else text)
    return "".join(pieces)


def _is_raised(baseline: str) -> bool:
    return not baseline.startswith("-") and baseline.strip("0%.") != ""


def _table(table: Any) -> str:
    rows = []
    for row in table.rows:
        cells = [
            f'<td colspan="{cell.span_width if cell.is_merge_origin else 1}"'
            f' rowspan="{cell.span_height if cell.is_merge_origin else 1}">{_text(cell.text_frame)}</td>'
            for cell in row.cells
            if not cell.is_spanned
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _chart(chart: Any) -> str:
    """The title and the data of a chart: a row for each category, a column for each series."""
    title = chart.chart_title.text_frame.text if chart.has_title and chart.chart_title.has_text_frame else ""
    tables = []
    for plot in chart.plots:
        names = [str(name) for name in plot.categories]
        series = [(one.name or "", list(one.values), _format_of(one)) for one in plot.series]
        head = "".join(f"<td>{escape(name)}</td>" for name, _, _ in series)
        rows = [f"<tr><td></td>{head}</tr>"]
        for index in range(max((len(values) for _, values, _ in series), default=0)):
            cells = (
                displayed(values[index], code) if index < len(values) and values[index] is not None else ""
                for _, values, code in series
            )
            name = names[index] if index < len(names) else ""
            rows.append(f"<tr><td>{escape(name)}</td>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>")
        tables.append(f"<table>{''.join(rows)}</table>")
    return f"{f'<p><b>{escape(title)}</b></p>' if title.strip() else ''}{''.join(tables)}"


def _format_of(series: Any) -> str | None:
    """The number format of a series' values, as they were stored with the chart."""
    codes = series._element.xpath("./c:val//c:formatCode/text() | ./c:yVal//c:formatCode/text()")
    return str(codes[0]) if codes else None


def _diagram(shape: Any) -> Iterator[str]:
    """The texts of a diagram (SmartArt), which stand in a part of their own."""
    if _DIAGRAM.encode() not in etree.tostring(shape.element):
        return
    for relation in shape.part.rels.values():
        if relation.reltype == _DIAGRAM_DATA and relation.rId.encode() in etree.tostring(shape.element):
            root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
            for paragraph in root.iter(f"{_A}p"):
                if text := "".join(map(str, paragraph.itertext(f"{_A}t"))).strip():
                    yield f"<p>{escape(text)}</p>"
