"""The version of the rules by which facts become figures: what was computed ahead under another one is no answer.

One digest for all of it: stored statements, latest figures of screens, annual figures, check results. After an upgrade that
changes a rule, each of them is computed anew by the job `metrics`. Until then a statement, ratio or key figure of one company
is computed when it is asked for, which takes a moment; what goes over all companies (screens, the company list, industries,
alerts, the feed of failed checks, marts) leaves out a company whose figures are of other rules and counts it as not evaluated,
because thousands of companies cannot be computed within a request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import db
import workbench.domain
from workbench.domain.identity import Company

_DB, _DOMAIN = Path(db.__file__).parent, Path(workbench.domain.__file__).parent
_PACKAGES = ("facts", "statements", "measures", "concept_map")
_MODULES = (
    "facts/as_filed.py",
    "facts/calculations.py",
    "facts/fiscal_years.py",
    "facts/share_classes.py",
    "statements/annual_figures.py",
    "statements/as_known.py",
    "statements/checks.py",
    "statements/company_facts.py",
    "statements/restatements.py",
    "statements/stored_restatements.py",
    "statements/stored_statements.py",
    "screens/company_metrics.py",
    "screens/company_values.py",
    "screens/valuation.py",
    "screens/value_terms.py",
)
_SUFFIXES = frozenset({".py", ".json", ".toml"})


def rule_files() -> list[Path]:
    """The files of code and data that figures follow from, beside the facts."""
    domain = [file for name in _PACKAGES for file in (_DOMAIN / name).rglob("*") if file.suffix in _SUFFIXES]
    return sorted([*domain, *(_DB / name for name in _MODULES)])


def digest_of(files: Iterable[Path]) -> str:
    """A digest of the names and bytes of these files, in their order."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.parent.name}/{file.name}:{len(content)}:".encode() + content)
    return digest.hexdigest()


# Read as the code itself is: a process goes by the rules it began with, whatever replaces the files under it.
RULES = digest_of(rule_files())
SIC = " sic "

# SQL: the companies whose latest figures, annual figures and checks are of these rules. A digest has nothing to quote.
EVALUATED = f"(select cik from company_metric_states where reader like '{RULES}%')"  # noqa: S608


def rules_for(company: Company) -> str:
    """What a company's figures follow from beside its facts: the rules, and the SIC code, which says what lines it has."""
    return f"{RULES}{SIC}{company.sic or ''}"
