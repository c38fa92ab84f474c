"""Small inline XBRL documents of companies that do not exist."""

from __future__ import annotations

_NAMESPACES = (
    'xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    'xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" '
    'xmlns:ixt-sec="http://www.sec.gov/inlineXBRL/transformation/2015-08-31" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:iso4217="http://www.xbrl.org/2003/iso4217" '
    'xmlns:us-gaap="http://fasb.org/us-gaap/2024" xmlns:srt="http://fasb.org/srt/2024" '
    'xmlns:dei="http://xbrl.sec.gov/dei/2024" xmlns:acme="http://www.acme.example/20231231"'
)
_SCHEMA = (
    '<link:schemaRef xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xlink:href="acme-20231231.xsd" xlink:type="simple"/>'
)
YEAR = "<xbrli:startDate>2023-01-01</xbrli:startDate><xbrli:endDate>2023-12-31</xbrli:endDate>"
INSTANT = "<xbrli:instant>2023-12-31</xbrli:instant>"
UNITS = (
    '<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>'
    '<xbrli:unit id="shares"><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unit>'
    '<xbrli:unit id="pure"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>'
    '<xbrli:unit id="per"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unitNumerator>'
    "<xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unitDenominator></xbrli:divide></xbrli:unit>"
)


def context(name: str, period: str = YEAR, members: str = "", cik: int = 1234567) -> str:
    """A context; `members` as XML."""
    segment = f"<xbrli:segment>{members}</xbrli:segment>" if members else ""
    return (
        f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">{cik:010d}'
        f"</xbrli:identifier>{segment}</xbrli:entity><xbrli:period>{period}</xbrli:period></xbrli:context>"
    )


def explicit(axis: str, member: str) -> str:
    """A member of an axis."""
    return f'<xbrldi:explicitMember dimension="{axis}">{member}</xbrldi:explicitMember>'


def number(
    printed: str, *, name: str = "us-gaap:Revenues", at: str = "year", unit: str = "usd", ident: str = "f-1", more: str = ""
) -> str:
    """A numeric element."""
    return (
        f'<ix:nonFraction id="{ident}" name="{name}" contextRef="{at}" unitRef="{unit}" decimals="-6" {more}>{printed}'
        "</ix:nonFraction>"
    )


def document(body: str, *, contexts: str = "", hidden: str = "") -> bytes:
    """A whole document with the contexts `year` and `instant` and the units usd, shares, pure and per."""
    resources = f"{context('year')}{context('instant', INSTANT)}{contexts}{UNITS}"
    return (
        f"<?xml version='1.0' encoding='ASCII'?><html {_NAMESPACES}><head><title>10-K</title></head><body>"
        f'<div style="display:none"><ix:header><ix:hidden>{hidden}</ix:hidden><ix:references>{_SCHEMA}'
        f"</ix:references><ix:resources>{resources}</ix:resources>"
        f"</ix:header></div>{body}</body></html>"
    ).encode()


def label_linkbase(**labels: str) -> bytes:
    """A label linkbase: names of Acme's own elements to their terse labels."""
    links = "".join(
        f'<link:loc xlink:href="acme-20231231.xsd#acme_{name}" xlink:label="loc_{name}"/>'
        f'<link:label xlink:label="lab_{name}" xlink:role="http://www.xbrl.org/2003/role/label" xml:lang="en-US">'
        f"{text}, at length [Member]</link:label>"
        f'<link:label xlink:label="lab_{name}" xlink:role="http://www.xbrl.org/2003/role/terseLabel" xml:lang="en-US">'
        f"{text}</link:label>"
        f'<link:label xlink:label="lab_{name}" xlink:role="http://www.xbrl.org/2003/role/terseLabel" xml:lang="de">'
        f"Werkzeuge</link:label>"
        f'<link:labelArc xlink:from="loc_{name}" xlink:to="lab_{name}"/>'
        for name, text in labels.items()
    )
    return (
        '<link:linkbase xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<link:labelLink>{links}</link:labelLink></link:linkbase>"
    ).encode()
