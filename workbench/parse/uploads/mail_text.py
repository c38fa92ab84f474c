"""The text of an e-mail (RFC 5322, MIME): who wrote to whom, when and about what, and what they wrote; and its attachments."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from html import escape
from typing import NamedTuple, cast

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.filing_html import extract
from workbench.parse.html.paged_text import PagedText

MAIL_EXTRACTOR = "workbench-mail/1"
MOST_ATTACHMENTS = 100

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_ENCRYPTED = frozenset(["application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"])
_OF_THE_MAIL_ITSELF = frozenset(["application/pkcs7-signature", "application/pgp-signature", "text/calendar", "text/vcard"])
_LONGEST_NAME = 150


class Attachment(NamedTuple):
    """A file in an e-mail: its name and its bytes."""

    name: str
    content: bytes


class Mail(NamedTuple):
    """An e-mail: its subject, its text, and the files in it. Pictures and signatures are left out."""

    subject: str | None
    paged: PagedText
    attachments: tuple[Attachment, ...]


def read_mail(content: bytes) -> Mail:
    """The e-mail; its formatted text before the plain one. Raises MalformedDocument for one that cannot be decoded."""
    message = message_from_bytes(content, policy=policy.default)
    if message.get_content_type() in _ENCRYPTED:
        raise MalformedDocument("the e-mail is encrypted", hint="save it decrypted and add that")
    try:
        head = [f"<p><b>{name}:</b> {escape(_line(message[name]))}</p>" for name in _HEADERS if message[name]]
        body = _body(message)
        attachments = tuple(_attachments(message))
    except LookupError as error:
        raise MalformedDocument(f"the e-mail is in an unknown encoding: {error}") from None
    except (MessageError, ValueError, AttributeError, TypeError) as error:
        raise MalformedDocument(f"the e-mail is damaged: {error}") from None
    if not head and not body.strip():
        raise MalformedDocument("the e-mail holds no text")
    subject = _line(message["Subject"]) if message["Subject"] else None
    return Mail(subject or None, PagedText(extract(f"{''.join(head)}{body}".encode()), ()), attachments)


def _body(message: EmailMessage) -> str:
    """The text as HTML."""
    part = message.get_body(preferencelist=("html", "plain"))
    if part is None:
        return ""
    text = str(cast("EmailMessage", part).get_content())
    if part.get_content_subtype() == "html":
        return text
    paragraphs = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{escape(each).replace(chr(10), '<br>')}</p>" for each in paragraphs)


def _attachments(message: EmailMessage) -> list[Attachment]:
    attachments: list[Attachment] = []
    if not message.is_multipart():
        return attachments
    for number, part in enumerate(message.iter_attachments(), start=1):
        kind = part.get_content_type()
        if kind.startswith("image/") or kind in _OF_THE_MAIL_ITSELF:
            continue
        name = _line(part.get_filename() or "")
        if kind == "message/rfc822":
            inner = cast("EmailMessage", part.get_content())
            name = name or f"{_line(inner['Subject']) if inner['Subject'] else f'message {number}'}"
            attachments.append(Attachment(_with_suffix(name, ".eml"), inner.as_bytes()))
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            suffix = {"text/html": ".html", "text/plain": ".txt", "application/pdf": ".pdf"}.get(kind, "")
            attachments.append(Attachment(_with_suffix(name or f"attachment {number}", suffix), content))
    if len(attachments) > MOST_ATTACHMENTS:
        raise MalformedDocument(f"the e-mail has {len(attachments)} attachments; at most {MOST_ATTACHMENTS} are read")
    return attachments


def _with_suffix(name: str, suffix: str) -> str:
    name = name.replace("/", " ").replace("\\", " ")[-_LONGEST_NAME:]
    return name if re.search(r"\.\w{1,5}$", name) else name + suffix


def _line(text: object) -> str:
    return " ".join(str(text).split())
