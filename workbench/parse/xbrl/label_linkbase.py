"""What a filing calls its concepts: the labels of a label linkbase, alone or inside the filing's schema."""

from __future__ import annotations

from lxml import etree

from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.fact import Concept

_LINK = "{http://www.xbrl.org/2003/linkbase}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Better first: the terse label is what a table prints, the standard one ends in `[Member]`.
_ROLES = ("http://www.xbrl.org/2003/role/terseLabel", "http://www.xbrl.org/2003/role/label")
_LONGEST = 200


def parse_labels(content: bytes) -> dict[Concept, str]:
    """The English label of each concept, the terse one where there is one; empty for a schema without labels.

    Raises MalformedDocument for what is no XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedDocument(f"the label linkbase is not well-formed: {error}") from None
    labels: dict[Concept, str] = {}
    for link in root.iter(f"{_LINK}labelLink"):
        labels |= _of_link(link)
    return labels


def _of_link(link: etree._Element) -> dict[Concept, str]:
    concepts = {place.get(f"{_XLINK}label"): _concept(place) for place in link.iter(f"{_LINK}loc")}
    texts: dict[str | None, dict[str, str]] = {}
    for resource in link.iter(f"{_LINK}label"):
        role, language = resource.get(f"{_XLINK}role") or "", resource.get(_LANGUAGE) or "en"
        text = " ".join("".join(map(str, resource.itertext())).split()).removesuffix("[Member]").strip()
        if role in _ROLES and language.startswith("en") and 0 < len(text) <= _LONGEST and text.isprintable():
            texts.setdefault(resource.get(f"{_XLINK}label"), {})[role] = text
    by_concept: dict[Concept, dict[str, str]] = {}
    for arc in link.iter(f"{_LINK}labelArc"):
        concept = concepts.get(arc.get(f"{_XLINK}from"))
        if concept is not None:
            by_concept.setdefault(concept, {}).update(texts.get(arc.get(f"{_XLINK}to"), {}))
    return {
        concept: next(by_role[role] for role in _ROLES if role in by_role)
        for concept, by_role in by_concept.items()
        if by_role
    }


def _concept(place: etree._Element) -> Concept | None:
    """A locator points to an element's id in a schema, which is prefix, underscore and name (EDGAR Filer Manual, 6.7)."""
    prefix, _, name = (place.get(f"{_XLINK}href") or "").rpartition("#")[2].partition("_")
    return Concept(prefix, name) if prefix and name else None
