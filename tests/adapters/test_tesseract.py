"""Text recognition by a program: what it says, and one clear error when it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.parse.pdfs import pdf
from workbench.adapters.tesseract import Tesseract, find_tesseract
from workbench.domain.errors import MalformedDocument, SetupError
from workbench.parse.uploads.own_document import DocumentKind, OwnText, read_own
from workbench.parse.uploads.pdf_reader import PDF_EXTRACTOR

# Pages of another program in its place: the picture's first line, or what the argument says.
PROGRAM = """#!{python}
import sys
picture, out, flag, language = sys.argv[1:]
if language == "xxx":
    sys.exit("Failed loading language 'xxx'")
if language == "bad":
    sys.exit("Error: cannot read")
if language == "slow":
    import time
    time.sleep(30)
print("Seen: " + open(picture, "rb").readline().decode().strip() + "\\f")
"""


def _tesseract(folder: Path, languages: str = "eng", seconds: float = 20) -> Tesseract:
    program = folder / "tesseract"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    return Tesseract(str(program), languages=languages, timeout_seconds=seconds)


def test_it_reads_a_picture(tmp_path: Path) -> None:
    assert _tesseract(tmp_path).recognize(b"P5 2 1 255\n\x00\xff") == "Seen: P5 2 1 255"


@pytest.mark.parametrize(
    ("languages", "seconds", "error", "message"),
    [
        ("xxx", 20, SetupError, "cannot read xxx"),
        ("bad", 20, MalformedDocument, "text recognition failed: Error: cannot read"),
        ("slow", 0.3, MalformedDocument, "took longer than 0.3 seconds"),
    ],
)
def test_what_it_cannot_do_is_one_error(
    tmp_path: Path, languages: str, seconds: float, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        _tesseract(tmp_path, languages, seconds).recognize(b"P5 1 1 255\n\x00")


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(SetupError, match="there is no Tesseract at '/nowhere/tesseract'") as caught:
        Tesseract("/nowhere/tesseract", languages="eng", timeout_seconds=1).recognize(b"")
    assert caught.value.hint is not None
    assert "apt-get install tesseract-ocr" in caught.value.hint


def test_only_pages_without_text_are_recognized(tmp_path: Path) -> None:
    content = pdf([["Typed words of the first page"], [], ["Typed words of the last"]])
    read = read_own(content, DocumentKind.PDF, _tesseract(tmp_path).recognize)
    first, second, third = read.paged.extracted.text.split("\n\n")
    assert (first, third) == ("Typed words of the first page", "Typed words of the last")
    assert second.startswith("Seen: P5 ")  # a grey picture of the page
    assert [page.number for page in read.paged.pages] == [1, 2, 3]
    assert read.extractor == f"{PDF_EXTRACTOR}+ocr"


def test_a_typed_document_needs_no_recognition() -> None:
    def never(_: bytes) -> str:
        raise AssertionError

    read = read_own(pdf([["Typed words"]]), DocumentKind.PDF, never)
    assert read == OwnText(read.paged, PDF_EXTRACTOR)


def test_pictures_without_words_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedDocument, match="holds no text"):
        read_own(pdf([[], []]), DocumentKind.PDF, lambda _: "")


@pytest.mark.skipif(find_tesseract("tesseract") is None, reason="Tesseract is not installed")
def test_the_program_itself_reads_a_scanned_page() -> None:
    from workbench.parse.uploads.pdf_reader import pictures_of

    (picture,) = pictures_of(pdf([["The harvest of walnuts fell by a third"]]), [1])
    assert "walnuts fell" in Tesseract("tesseract", languages="eng", timeout_seconds=60).recognize(picture)
