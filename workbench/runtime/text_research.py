"""Questions about the text of filings: an item, its versions over the years, what changed in it, and similar companies."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.changes import ChangeKind, ItemPair
from workbench.domain.identity import Accession
from workbench.runtime.arguments import AsOf, CompanyName, find_as_of, find_company, texts_of
from workbench.runtime.research import Research, choice

if TYPE_CHECKING:
    import pandas as pd

    from workbench.ports import ObjectStore


class TextResearch(Research):
    """An item is named as in `1A`, `7` or, in a quarterly report, `II.1A`. All raise as `Research` says.

    NotFound also stands for an item that no filing here has; its hint says how to load some.
    """

    objects: ObjectStore

    def section(
        self,
        company: CompanyName,
        item: str,
        *,
        accession: str | None = None,
        form: str | None = None,
        as_of: AsOf = None,
    ) -> pd.DataFrame:
        """One row a paragraph of an item, with its span: of this filing, or of the newest one; see `section_frame`.

        The newest annual report with the item is read, or the newest filing of `form`.
        """
        from db.filings.changes import item_version
        from workbench.analysis.filings.text_frames import section_frame
        from workbench.ingest.filings.changes import item_paragraphs

        chosen = Accession.parse(accession) if accession else None
        with self.database.read() as connection:
            filer = find_company(connection, company)
            version = item_version(connection, filer, item, accession=chosen, form=form, as_of=find_as_of(as_of))
        return section_frame(version, item_paragraphs(self.objects, version))

    def text_history(
        self, company: CompanyName, item: str, *, form: str | None = None, as_of: AsOf = None, limit: int = 20
    ) -> pd.DataFrame:
        """One row a filing with the item, oldest first, and how much of its wording is new; see `text_history_frame`.

        The newest `limit` annual reports, or filings of `form`; amendments are left out.
        """
        from db.filings.changes import item_versions
        from workbench.analysis.filings.text_frames import text_history_frame
        from workbench.ingest.filings.changes import item_changes, item_text

        _check_limit(limit)
        with self.database.read() as connection:
            filer = find_company(connection, company)
            newest_first = item_versions(connection, filer, item, form=form, as_of=find_as_of(as_of), limit=limit)
        versions = newest_first[::-1]
        texts = [item_text(self.objects, version) for version in versions]
        pairs = [ItemPair(filer, old, new) for old, new in pairwise(versions)]
        changed = [item_changes(self.objects, pair).diff.changed_ratio for pair in pairs]
        return text_history_frame(versions, texts, [None, *changed][: len(versions)])

    def changes(
        self,
        company: CompanyName,
        item: str = "1A",
        *,
        old: str | None = None,
        new: str | None = None,
        form: str | None = None,
        kinds: str | Iterable[str] = (),
        as_of: AsOf = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """One row a change of an item between two filings, the most significant first; see `changes_frame`.

        By default the newest annual report is compared with the one before; `old` and `new` name others by accession, and
        `form` another report. `kinds` are any of added, removed, reworded, numbers and moved.
        """
        from db.filings.changes import choose_versions
        from workbench.analysis.filings.changes_json import select_changes
        from workbench.analysis.filings.text_frames import changes_frame
        from workbench.ingest.filings.changes import item_changes

        chosen = [choice(ChangeKind, kind) for kind in texts_of(kinds)]
        sides = [Accession.parse(each) if each else None for each in (old, new)]
        with self.database.read() as connection:
            filer, day = find_company(connection, company), find_as_of(as_of)
            pair = choose_versions(connection, filer, item, form=form, old=sides[0], new=sides[1], as_of=day)
        results = item_changes(self.objects, pair)
        return changes_frame(results, select_changes(results, chosen)[:limit])

    def similar(self, company: CompanyName, *, as_of: AsOf = None, limit: int = 10) -> pd.DataFrame:
        """One row a company, the most similar first by text, industry and size; see `similar_frame`."""
        from workbench.analysis.filings.text_frames import similar_frame
        from workbench.search.similar import similar_companies

        _check_limit(limit)
        with self.database.read() as connection:
            filer, day = find_company(connection, company), find_as_of(as_of)
            return similar_frame(similar_companies(connection, self.embedder.model, filer, as_of=day, limit=limit))


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise InvalidRequest(f"limit is at least 1, not {limit}")
