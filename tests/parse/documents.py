"""Documents written for the tests, in the shapes that filings come in."""

from __future__ import annotations

WORDS = "The company makes anvils and sells them by post to its customers in every state of the union. " * 12

PLAIN_10K = f"""<SEC-DOCUMENT>0000000001-96-000001.txt : 19960328
<SEC-HEADER>
CONFORMED SUBMISSION TYPE:	10-K405
</SEC-HEADER>
<DOCUMENT>
<TYPE>10-K405
<SEQUENCE>1
<TEXT>
<PAGE>
                       SECURITIES AND EXCHANGE COMMISSION
                            WASHINGTON, D.C. 20549

                                   FORM 10-K405

                            ACME ANVIL CORPORATION

                               TABLE OF CONTENTS

                                    PART I
Item 1.   Business .................................................    3
Item 2.   Properties ...............................................    4
Item 3.   Legal Proceedings ........................................    4
Item 4.   Submission of Matters to a Vote of Security Holders ......    5
                                    PART II
Item 5.   Market for Registrant's Common Equity ....................    5
Item 7.   Management's Discussion and Analysis .....................    6
Item 8.   Financial Statements and Supplementary Data ..............    7
                                    PART III
Item 10.  Directors and Executive Officers of the Registrant .......    8
                                    PART IV
Item 14.  Exhibits, Financial Statement Schedules ..................    9

                                       2
<PAGE>

                                    PART I

ITEM 1.   BUSINESS

     {WORDS}

     As described in
Item 3 of this report, the company is party to a suit.

                                       3
<PAGE>

ITEM 2.   PROPERTIES

     The company owns a shed.

ITEM 3.   LEGAL PROCEEDINGS

     A customer's foot was hurt.

                                       4
<PAGE>

ITEM 4.   SUBMISSION OF MATTERS TO A VOTE OF SECURITY HOLDERS

     None.

                                    PART II

ITEM 5.   MARKET FOR REGISTRANT'S COMMON EQUITY AND RELATED
          STOCKHOLDER MATTERS

     The stock is listed nowhere.

                                       5
<PAGE>

ITEM 7.   MANAGEMENT'S DISCUSSION AND ANALYSIS OF FINANCIAL CONDITION
          AND RESULTS OF OPERATIONS

     The information required by this item is incorporated herein by reference to
page 12 of the annual report to shareholders.

                                       6
<PAGE>

ITEM 8.   FINANCIAL STATEMENTS AND SUPPLEMENTARY DATA

<TABLE>
<CAPTION>
                                  1995        1994
                                --------    --------
<S>                             <C>         <C>
Net sales                       $  1,234    $    987
Cost of sales                        600         500
</TABLE>

                                       7
<PAGE>

                                    PART III

ITEM 10.  DIRECTORS AND EXECUTIVE OFFICERS OF THE REGISTRANT

     Item omitted pursuant to General Instruction J.

                                       8
<PAGE>

                                    PART IV

ITEM 14.  EXHIBITS, FINANCIAL STATEMENT SCHEDULES, AND REPORTS ON FORM 8-K

     (a) Exhibit 3, articles, incorporated by reference to an earlier filing.

                                       9
<PAGE>

                                   SIGNATURES

     Pursuant to the requirements of Section 13 the registrant has signed.
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>EX-27
<SEQUENCE>2
<TEXT>
<ARTICLE> 5
</TEXT>
</DOCUMENT>
"""


def page(*parts: str) -> bytes:
    """An HTML document of these parts."""
    return f"<html><head><title>x</title></head><body>{''.join(parts)}</body></html>".encode()


def heading(text: str) -> str:
    """A bold paragraph."""
    return f'<p style="font-weight:bold">{text}</p>'


def paragraph(text: str = WORDS) -> str:
    """A paragraph."""
    return f"<p>{text}</p>"


def contents_table(*entries: tuple[str, str, str]) -> str:
    """A table of contents without links: item, title, page."""
    rows = "".join(f"<tr><td>{item}</td><td>{title}</td><td>{number}</td></tr>" for item, title, number in entries)
    return f"<table>{rows}</table>"
