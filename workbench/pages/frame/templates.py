"""The templates of pages: each subject has its own beside its code."""

from __future__ import annotations

from workbench.analysis.templates import Templates

PAGES = Templates("workbench.pages")
fragment = PAGES.fragment
