"""Small calculation linkbases of companies that do not exist."""

from __future__ import annotations

from collections.abc import Sequence

SUMMATION = "http://www.xbrl.org/2003/arcrole/summation-item"
Arc = tuple[str, str, str]  # total, term, weight


def linkbase(roles: dict[str, Sequence[Arc]], *, arcrole: str = SUMMATION, more: str = "") -> bytes:
    """A linkbase of one calculation link a role, concepts as `us-gaap_Assets`; `more` are further attributes of each arc."""
    links = "".join(
        f'<calculationLink xlink:type="extended" xlink:role="http://www.acme.example/role/{role}">'
        + "".join(
            f'<loc xlink:type="locator" xlink:label="{name}" xlink:href="schema.xsd#{name}"/>'
            for name in sorted({name for total, term, _ in arcs for name in (total, term)})
        )
        + "".join(
            f'<calculationArc xlink:type="arc" xlink:arcrole="{arcrole}" xlink:from="{total}" xlink:to="{term}" '
            f'order="{place}" weight="{weight}" {more}/>'
            for place, (total, term, weight) in enumerate(arcs, 1)
        )
        + "</calculationLink>"
        for role, arcs in roles.items()
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?><linkbase xmlns='http://www.xbrl.org/2003/linkbase' "
        f"xmlns:xlink='http://www.w3.org/1999/xlink'>{links}</linkbase>"
    ).encode()
