"""The items that the SEC's forms have: their parts, order and titles, as data.

Titles are those of the forms as last amended (Forms 10-K, 10-Q, 8-K, 20-F, and 10-KSB and 10-QSB, which ended in 2009);
`words` recognises a title as filers print it, in the wording of any year since 1994.
"""

# ruff: noqa: E501  one item a line: the tables below are read as tables

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class FormItem(NamedTuple):
    """One item of a form: `order` counts along the form, `words` matches the beginning of its printed title."""

    order: int
    part: str | None
    item: str
    title: str
    words: re.Pattern[str]


_TEN_K = """
I   | 1   | Business | (?:description of |our )?business|the company
I   | 1A  | Risk Factors | (?:certain )?risk factors|factors that
I   | 1B  | Unresolved Staff Comments | unresolved
I   | 1C  | Cybersecurity | cyber ?-?security
I   | 2   | Properties | (?:description of )?propert
I   | 3   | Legal Proceedings | (?:legal|material) proceedings|litigation
I   | 4   | Mine Safety Disclosures | mine safety|submission of matters|executive officers|[\\[(]?(?:removed|reserved)
II  | 5   | Market for Registrant's Common Equity, Related Stockholder Matters and Issuer Purchases of Equity Securities | market (?:for|price|information|and)|common (?:equity|stock)
II  | 6   | Reserved | [\\[(]?(?:removed|reserved)|(?:consolidated )?selected|five.year|summary
II  | 7   | Management's Discussion and Analysis of Financial Condition and Results of Operations | management.{0,3}s? discussion|financial review
II  | 7A  | Quantitative and Qualitative Disclosures About Market Risk | (?:quantitative|qualitative|disclosures? about market)
II  | 8   | Financial Statements and Supplementary Data | (?:consolidated )?financial statements|financial statement|index to (?:consolidated )?financial
II  | 9   | Changes in and Disagreements with Accountants on Accounting and Financial Disclosure | (?:changes|disagreements)
II  | 9A  | Controls and Procedures | controls? and|internal control|disclosure controls|\\(t\\)
II  | 9B  | Other Information | other information
II  | 9C  | Disclosure Regarding Foreign Jurisdictions that Prevent Inspections | disclosures? regarding
III | 10  | Directors, Executive Officers and Corporate Governance | (?:our )?(?:directors|board|executive officers|information about)
III | 11  | Executive Compensation | executive|compensation of
III | 12  | Security Ownership of Certain Beneficial Owners and Management and Related Stockholder Matters | (?:security|stock|share|beneficial) ownership|ownership of
III | 13  | Certain Relationships and Related Transactions, and Director Independence | (?:certain|transactions|relationships)
III | 14  | Principal Accountant Fees and Services | (?:principal|independent|audit|controls|exhibit|financial statement)
IV  | 15  | Exhibits and Financial Statement Schedules | (?:exhibit|financial statement)
IV  | 16  | Form 10-K Summary | (?:form )?(?:10.?k )?summary|none|not applicable
"""

# Until fiscal 2002 Item 14 held the exhibits of Part IV; for some months of 2003 it held the controls of Part III.
_OLD_ITEM_14 = re.compile(r"exhibit|financial statement", re.IGNORECASE)

_TEN_Q = """
I  | 1  | Financial Statements | (?:(?:unaudited|condensed|consolidated|interim|and|[(),]) ?)*financial (?:statements|information)
I  | 2  | Management's Discussion and Analysis of Financial Condition and Results of Operations | management.{0,3}s? discussion
I  | 3  | Quantitative and Qualitative Disclosures About Market Risk | quantitative|qualitative|market risk
I  | 4  | Controls and Procedures | controls? and|disclosure controls|evaluation of
II | 1  | Legal Proceedings | (?:legal|material) proceedings|litigation
II | 1A | Risk Factors | (?:certain )?risk factors
II | 2  | Unregistered Sales of Equity Securities, Use of Proceeds, and Issuer Purchases of Equity Securities | (?:unregistered|changes in|issuer|purchases|repurchases|recent|share|sales? of|market for)
II | 3  | Defaults Upon Senior Securities | defaults?
II | 4  | Mine Safety Disclosures | mine safety|submission of matters|[\\[(]?(?:removed|reserved)
II | 5  | Other Information | other (?:information|events|matters)
II | 6  | Exhibits | (?:index to |list of )?exhibits?
"""

# Of small business issuers (Regulation S-B), 1993 to 2009; Item 14 came in 2003, Items 8A and 8B after it.
_TEN_KSB = """
I   | 1  | Description of Business | (?:description of |our )?business|the company
I   | 2  | Description of Property | (?:description of )?propert
I   | 3  | Legal Proceedings | (?:legal|material) proceedings|litigation
I   | 4  | Submission of Matters to a Vote of Security Holders | submission of matters
II  | 5  | Market for Common Equity, Related Stockholder Matters and Small Business Issuer Purchases of Equity Securities | market (?:for|price|information)|common (?:equity|stock)
II  | 6  | Management's Discussion and Analysis or Plan of Operation | management.{0,3}s? (?:discussion|plan)|plan of operation
II  | 7  | Financial Statements | (?:consolidated )?financial statements|index to (?:consolidated )?financial
II  | 8  | Changes in and Disagreements with Accountants on Accounting and Financial Disclosure | (?:changes|disagreements)
II  | 8A | Controls and Procedures | controls? and|disclosure controls|\\(t\\)
II  | 8B | Other Information | other information
III | 9  | Directors, Executive Officers, Promoters, Control Persons and Corporate Governance | (?:our )?(?:directors|executive officers)
III | 10 | Executive Compensation | executive|compensation of
III | 11 | Security Ownership of Certain Beneficial Owners and Management and Related Stockholder Matters | (?:security|stock|share|beneficial) ownership
III | 12 | Certain Relationships and Related Transactions, and Director Independence | (?:certain|transactions|relationships)
III | 13 | Exhibits | (?:exhibit|financial statement)
III | 14 | Principal Accountant Fees and Services | (?:principal|independent|audit|controls)
"""

_TEN_QSB = """
I  | 1  | Financial Statements | (?:(?:unaudited|condensed|consolidated|interim|and|[(),]) ?)*financial (?:statements|information)
I  | 2  | Management's Discussion and Analysis or Plan of Operation | management.{0,3}s? (?:discussion|plan)|plan of operation
I  | 3  | Controls and Procedures | controls? and|disclosure controls|evaluation of
II | 1  | Legal Proceedings | (?:legal|material) proceedings|litigation
II | 2  | Unregistered Sales of Equity Securities and Use of Proceeds | (?:unregistered|changes in|issuer|purchases|recent|share|sales? of)
II | 3  | Defaults Upon Senior Securities | defaults?
II | 4  | Submission of Matters to a Vote of Security Holders | submission of matters
II | 5  | Other Information | other (?:information|events|matters)
II | 6  | Exhibits | (?:index to |list of )?exhibits?
"""

_TWENTY_F = """
I   | 1   | Identity of Directors, Senior Management and Advisers | identity|description of business
I   | 2   | Offer Statistics and Expected Timetable | offer|description of propert
I   | 3   | Key Information | key information|legal
I   | 4   | Information on the Company | information (?:on|about|regarding)|control of
I   | 4A  | Unresolved Staff Comments | unresolved
I   | 5   | Operating and Financial Review and Prospects | operating|nature of trading
I   | 6   | Directors, Senior Management and Employees | directors|exchange controls
I   | 7   | Major Shareholders and Related Party Transactions | major|principal shareholders|taxation
I   | 8   | Financial Information | financial information|selected|consolidated
I   | 9   | The Offer and Listing | (?:the )?offer|management
I   | 10  | Additional Information | additional|directors
I   | 11  | Quantitative and Qualitative Disclosures About Market Risk | quantitative|qualitative|disclosures about|compensation
I   | 12  | Description of Securities Other than Equity Securities | description|options
II  | 13  | Defaults, Dividend Arrearages and Delinquencies | default|interest of
II  | 14  | Material Modifications to the Rights of Security Holders and Use of Proceeds | material|description
II  | 15  | Controls and Procedures | control|disclosure controls|default
II  | 16  | Reserved | [\\[(]?reserved|changes
II  | 16A | Audit Committee Financial Expert | audit
II  | 16B | Code of Ethics | code|business conduct
II  | 16C | Principal Accountant Fees and Services | principal|independent
II  | 16D | Exemptions from the Listing Standards for Audit Committees | exemption
II  | 16E | Purchases of Equity Securities by the Issuer and Affiliated Purchasers | purchase|share repurchase
II  | 16F | Change in Registrant's Certifying Accountant | change
II  | 16G | Corporate Governance | corporate
II  | 16H | Mine Safety Disclosure | mine
II  | 16I | Disclosure Regarding Foreign Jurisdictions that Prevent Inspections | disclosure
II  | 16J | Insider Trading Policies | insider
II  | 16K | Cybersecurity | cyber
III | 17  | Financial Statements | (?:consolidated )?financial statements
III | 18  | Financial Statements | (?:consolidated )?financial statements
III | 19  | Exhibits | exhibit|financial statements and exhibits
"""

# The two-part numbers came on 23 August 2004 (release 33-8400); the single numbers are those of before.
_EIGHT_K = """
| 1    | Changes in Control of Registrant | change
| 2    | Acquisition or Disposition of Assets | acqui|dispos
| 3    | Bankruptcy or Receivership | bankrupt
| 4    | Changes in Registrant's Certifying Accountant | change
| 5    | Other Events and Regulation FD Disclosure | other
| 6    | Resignations of Registrant's Directors | resign
| 7    | Financial Statements and Exhibits | financial|exhibit
| 8    | Change in Fiscal Year | change
| 9    | Regulation FD Disclosure | regulation|other|results
| 10   | Amendments to the Registrant's Code of Ethics | amend|code
| 11   | Temporary Suspension of Trading Under Employee Benefit Plans | temporary
| 12   | Results of Operations and Financial Condition | results|disclosure
| 1.01 | Entry into a Material Definitive Agreement | entry
| 1.02 | Termination of a Material Definitive Agreement | termination
| 1.03 | Bankruptcy or Receivership | bankrupt
| 1.04 | Mine Safety - Reporting of Shutdowns and Patterns of Violations | mine
| 1.05 | Material Cybersecurity Incidents | material|cyber
| 2.01 | Completion of Acquisition or Disposition of Assets | completion
| 2.02 | Results of Operations and Financial Condition | results
| 2.03 | Creation of a Direct Financial Obligation or an Obligation under an Off-Balance Sheet Arrangement of a Registrant | creation
| 2.04 | Triggering Events That Accelerate or Increase a Direct Financial Obligation or an Obligation under an Off-Balance Sheet Arrangement | trigger
| 2.05 | Costs Associated with Exit or Disposal Activities | costs?
| 2.06 | Material Impairments | material
| 3.01 | Notice of Delisting or Failure to Satisfy a Continued Listing Rule or Standard; Transfer of Listing | notice
| 3.02 | Unregistered Sales of Equity Securities | unregistered
| 3.03 | Material Modification to Rights of Security Holders | material
| 4.01 | Changes in Registrant's Certifying Accountant | change
| 4.02 | Non-Reliance on Previously Issued Financial Statements or a Related Audit Report or Completed Interim Review | non
| 5.01 | Changes in Control of Registrant | change
| 5.02 | Departure of Directors or Certain Officers; Election of Directors; Appointment of Certain Officers; Compensatory Arrangements of Certain Officers | departure|election|appointment|compensatory
| 5.03 | Amendments to Articles of Incorporation or Bylaws; Change in Fiscal Year | amend|change
| 5.04 | Temporary Suspension of Trading Under Registrant's Employee Benefit Plans | temporary
| 5.05 | Amendments to the Registrant's Code of Ethics, or Waiver of a Provision of the Code of Ethics | amend
| 5.06 | Change in Shell Company Status | change
| 5.07 | Submission of Matters to a Vote of Security Holders | submission
| 5.08 | Shareholder Director Nominations | shareholder
| 6.01 | ABS Informational and Computational Material | abs
| 6.02 | Change of Servicer or Trustee | change
| 6.03 | Change in Credit Enhancement or Other External Support | change
| 6.04 | Failure to Make a Required Distribution | failure
| 6.05 | Securities Act Updating Disclosure | securities
| 7.01 | Regulation FD Disclosure | regulation
| 8.01 | Other Events | other
| 9.01 | Financial Statements and Exhibits | financial|exhibit
"""

_FORMS = {
    "10-K": _TEN_K, "10-Q": _TEN_Q, "10-KSB": _TEN_KSB, "10-QSB": _TEN_QSB, "20-F": _TWENTY_F, "8-K": _EIGHT_K,
}  # fmt: skip
_SAME_ITEMS = {
    "10-K405": "10-K",
    "10-KT": "10-K",
    "10-KT405": "10-K",
    "10-QT": "10-Q",
    "10KSB": "10-KSB",
    "10KSB40": "10-KSB",
    "10-KSB40": "10-KSB",
    "10-KTSB": "10-KSB",
    "10QSB": "10-QSB",
    "8-K12B": "8-K",
    "8-K12G3": "8-K",
    "8-K15D5": "8-K",
}


def base_form(form: str) -> str:
    """The form whose items a filing has: amendments and the variants of 10-K, 10-Q and 8-K have those of the form itself."""
    form = form.strip().upper().removesuffix("/A").strip()
    return _SAME_ITEMS.get(form, form)


@cache
def form_items(form: str) -> tuple[FormItem, ...]:
    """The items of a form in its order; empty for a form that has none."""
    items = []
    for order, line in enumerate(_FORMS.get(base_form(form), "").strip().splitlines()):
        part, item, title, words = (field.strip() for field in line.split(" | " if line[0] != "|" else "| ", 3))
        items.append(FormItem(order, part or None, item, title, re.compile(words, re.IGNORECASE)))
    return tuple(items)


def part_of(form_item: FormItem, title: str) -> str | None:
    """The part an item stands in, which for a 10-K's Item 14 depends on the year, known by its printed title."""
    if form_item.item == "14" and form_item.part == "III" and _OLD_ITEM_14.match(title):
        return "IV"
    return form_item.part


def readable_title(form: str, part: str | None, item: str, printed: str) -> str:
    """The printed title of an item; the form's own where it is printed in capitals and says the same."""
    if not printed.isupper():
        return printed
    same = (one for one in form_items(form) if one.item == item and one.part == part and one.words.match(printed))
    return next((one.title for one in same), printed)
