"""The templates of the pages, which lie beside the code that uses them."""

from __future__ import annotations

from workbench.analysis.templates import Templates

PAGES = Templates("workbench.pages")
fragment = PAGES.fragment
