"""RTF and e-mail that people bring: their words, tables and attachments, or one clear error."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from workbench.domain.errors import MalformedDocument
from workbench.parse.uploads.mail_text import read_mail
from workbench.parse.uploads.own_document import DocumentKind, extract_own, kind_of, read_own
from workbench.parse.uploads.own_title import html_title

FONTS = (
    rb"{\fonttbl{\f0\fnil\fcharset0 Arial;}{\f1\fnil\fcharset204 Arial Cyr;}}{\*\generator Writer 1;}{\info{\title Hidden}}"
)


def _rtf(body: bytes) -> str:
    content = rb"{\rtf1\ansi\ansicpg1252\deff0" + FONTS + body + b"}"
    assert kind_of(content, "a.txt") is DocumentKind.RTF
    return extract_own(content, DocumentKind.RTF).extracted.text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"{\b Orchards}\par Walnuts bear\line late.\par", "Orchards\n\nWalnuts bear\nlate."),
        (rb"Ben\'e9fice 5 \u8364?, \u8211\'96 up \emdash 3\~%", "Benéfice 5 €, – up —3 %"),
        (rb"\uc2\u8364\'80\'80 and \uc0\u8364 end", "€ and €end"),
        (rb"{\f1\'cf\'f0\'e8\'e1\'fb\'eb\'fc} 2023", "Прибыль 2023"),
        (rb"a \{brace\} and a \\ slash", r"a {brace} and a \ slash"),
        (rb"Seen{\pict\wmetafile8 0102abcd}{\footer Page 3}{\*\comment nobody} text", "Seen text"),
    ],
    ids=["paragraphs", "characters", "skipped", "code-page", "signs", "left-out"],
)
def test_rtf_keeps_what_a_reader_sees(body: bytes, text: str) -> None:
    assert _rtf(body) == text


def test_a_table_of_rtf_has_rows_and_cells() -> None:
    rows = rb"\trowd\cellx900\cellx1800\pard\intbl Sales\cell 1,234{\super 2}\cell\row\pard\intbl Costs\cell 900\cell\row\pard"
    assert _rtf(rb"Figures\par" + rows + rb" After\par") == "Figures\n\nSales\t1,234²\nCosts\t900\n\nAfter"


def test_bold_paragraphs_of_rtf_are_headings() -> None:
    content = rb"{\rtf1{\b Risk factors}\par Frost.\par}"
    assert [block.is_bold for block in extract_own(content, DocumentKind.RTF).extracted.blocks] == [True, False]


@pytest.mark.parametrize(
    ("content", "message"), [(b"{\\rtf1 " + b"{" * 3000, "its groups do not end"), (rb"{\rtf1{\pict 00}}", "holds no text")]
)
def test_damaged_rtf_is_one_error(content: bytes, message: str) -> None:
    with pytest.raises(MalformedDocument, match=message):
        extract_own(content, DocumentKind.RTF)


def test_a_name_alone_makes_no_rtf() -> None:
    with pytest.raises(MalformedDocument, match="is not RTF, although its name says so"):
        kind_of(b"plain words", "a.rtf")


def _mail() -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "Ann Miller <ann@example.org>", "ben@example.org"
    mail["Subject"] = "Größe der Ernte"
    mail.set_content("Dear Ben,\n\nthe harvest fell\nby a third.\n")
    return mail


def test_a_mail_says_who_wrote_what_to_whom() -> None:
    content = _mail().as_bytes()
    assert kind_of(content, "letter") is DocumentKind.MAIL
    text = extract_own(content, DocumentKind.MAIL).extracted.text
    assert text.startswith(
        "From: Ann Miller <ann@example.org>\n\nTo: ben@example.org\n\nSubject: Größe der Ernte\n\nDear Ben,"
    )
    assert text.endswith("the harvest fell\nby a third.")
    assert read_own(content, DocumentKind.MAIL).title == "Größe der Ernte"


def test_formatted_text_comes_before_plain() -> None:
    mail = _mail()
    mail.add_alternative(
        "<html><body><table><tr><td>2023</td><td>5 t</td></tr><tr><td>2022</td><td>6 t</td></tr></table></body></html>", "html"
    )
    assert extract_own(mail.as_bytes(), DocumentKind.MAIL).extracted.text.endswith("\n\n2023\t5 t\n2022\t6 t")


def test_attachments_are_files_of_their_own_without_pictures() -> None:
    mail, inner = _mail(), _mail()
    mail.add_attachment(b"year,tons\n2023,5\n", "text", "csv", filename="../crops/tons.csv")
    mail.add_attachment(b"\x89PNG", "image", "png", filename="logo.png")
    mail.add_attachment("<p>Frost</p>", "html")
    mail.add_attachment(inner)
    attachments = read_mail(mail.as_bytes()).attachments
    assert [each.name for each in attachments] == [".. crops tons.csv", "attachment 3.html", "Größe der Ernte.eml"]
    assert attachments[0].content == b"year,tons\n2023,5\n"
    assert kind_of(attachments[2].content, attachments[2].name) is DocumentKind.MAIL


@pytest.mark.parametrize(
    ("kind", "body", "message"),
    [
        ("application/pkcs7-mime; name=smime.p7m", b"AAAA", "is encrypted"),
        ("text/plain; charset=klingon", b"nuqneH", "in an unknown encoding"),
    ],
)
def test_a_mail_that_cannot_be_read_is_one_error(kind: str, body: bytes, message: str) -> None:
    content = b"From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + body
    with pytest.raises(MalformedDocument, match=message):
        read_mail(content)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"<html><head><title>Acme  Annual\nReport &amp; Accounts</title></head>", "Acme Annual Report & Accounts"),
        (b"<title>acme-20231231</title>", None),
        (b"<p>no title here</p>", None),
        ("<title>Прибыль компании</title>".encode(), "Прибыль компании"),
    ],
)
def test_the_title_of_html(content: bytes, title: str | None) -> None:
    assert html_title(content) == title
