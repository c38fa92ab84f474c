"""Names that companies file under, as the SEC's list of July 2026 has them, and as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.companies.display_name import display_name
from workbench.domain.identity import Cik, Company

# Legal forms and what EDGAR appends.
_WITHOUT_ENDINGS = [
    ("COSTCO WHOLESALE CORP /NEW", "Costco Wholesale"),
    ("AGCO CORP /DE", "AGCO"),
    ("BAE SYSTEMS PLC /FI/", "BAE Systems"),
    ("RUSH ENTERPRISES INC \\TX\\", "Rush Enterprises"),
    ("GLADSTONE INVESTMENT CORPORATION\\DE", "Gladstone Investment"),
    ("FAIRFAX FINANCIAL HOLDINGS LTD/ CAN", "Fairfax Financial Holdings"),
    ("WELLS FARGO & COMPANY/MN", "Wells Fargo"),
    ("CULLEN/FROST BANKERS, INC.", "Cullen/Frost Bankers"),
    ("PRICE/COSTCO INC", "Price/Costco"),
    ("DATA I/O CORP", "Data I/O"),
    ("Columbus Acquisition Corp/Cayman Islands", "Columbus Acquisition"),
    ("Nihon Kohden Corporation/ADR", "Nihon Kohden"),
    ("ISS A/S / ADR", "ISS"),
    ("1895 Bancorp of Wisconsin, Inc. /MD/", "1895 Bancorp of Wisconsin"),
    ("WALT DISNEY CO/", "Walt Disney"),
    ("VODAFONE GROUP PUBLIC LTD CO", "Vodafone Group"),
    ("TELEFONICA S A", "Telefonica"),
    ("NATUZZI S P A", "Natuzzi"),
    ("NOVO NORDISK A S", "Novo Nordisk"),
    ("AMERICA MOVIL SAB DE CV/", "America Movil"),
    ("KKR & Co. Inc.", "KKR"),
    ("ENSIGN GROUP, INC", "Ensign Group"),
    ("Sunoco LP", "Sunoco"),
    ("Dime Community Bancshares, Inc. /NY/", "Dime Community Bancshares"),
    ("SEACOAST BANKING CORP OF FLORIDA", "Seacoast Banking Corp of Florida"),
    ("WESTERN ASSET HIGH INCOME FUND II INC.", "Western Asset High Income Fund II"),
]
# Initials, digits and capitals of their own.
_CAPITALS = [
    ("INTERNATIONAL BUSINESS MACHINES CORP", "International Business Machines"),
    ("AT&T INC.", "AT&T"),
    ("S&T BANCORP INC", "S&T Bancorp"),
    ("SPDR S&P 500 ETF TRUST", "SPDR S&P 500 ETF Trust"),
    ("HP INC", "HP"),
    ("CVS HEALTH Corp", "CVS Health"),
    ("3M CO", "3M"),
    ("8X8 INC /DE/", "8X8"),
    ("H2O AMERICA", "H2O America"),
    ("F5, INC.", "F5"),
    ("22ND CENTURY GROUP, INC", "22nd Century Group"),
    ("PNC FINANCIAL SERVICES GROUP, INC.", "PNC Financial Services Group"),
    ("KLA CORP", "KLA"),
    ("UGI CORP /PA/", "UGI"),
    ("GAP INC", "Gap"),
    ("TWO HARBORS INVESTMENT CORP.", "Two Harbors Investment"),
    ("BW LPG Ltd", "BW LPG"),
    ("CUBESMART", "Cubesmart"),
    ("BANK OF CHILE", "Bank of Chile"),
    ("FREEPORT-MCMORAN INC", "Freeport-McMoRan"),
    ("MCEWEN INC.", "McEwen"),
    ("BUILD-A-BEAR WORKSHOP INC", "Build-A-Bear Workshop"),
    ("LA-Z-BOY INC", "La-Z-Boy"),
    ("BJ'S RESTAURANTS INC", "BJ's Restaurants"),
    ("O'REILLY AUTOMOTIVE INC", "O'Reilly Automotive"),
    ("WENDY'S CO", "Wendy's"),
    ("HUNT J B TRANSPORT SERVICES INC", "J.B. Hunt Transport Services"),
    ("SMITH A O CORP", "A. O. Smith"),
    ("R F INDUSTRIES LTD", "R.F. Industries"),
    ("U S PHYSICAL THERAPY INC /NV", "U.S. Physical Therapy"),
    ("AMAZON COM INC", "Amazon.com"),
    ("1 800 FLOWERS COM INC", "1 800 Flowers.com"),
    ("MOODYS CORP /DE/", "Moodys"),  # nothing says where the apostrophe is
    ("MCDONALDS CORP", "McDonald's"),  # names.toml says it
    ("KIMBERLY CLARK CORP", "Kimberly-Clark"),
    ("BLACKROCK FLOATING RATE INCOME STRATEGIES FUND, INC.", "BlackRock Floating Rate Income Strategies Fund"),
    ("McDONALD’S CORPORATION", "McDonald's"),
    ("3i GROUP PLC", "3i Group"),
]
# Written by their owners: nothing but the legal form goes.
_AS_WRITTEN = [
    ("Apple Inc.", "Apple"),
    ("PLDT Inc.", "PLDT"),
    ("J.Jill, Inc.", "J.Jill"),
    ("VersaBank", "VersaBank"),
    ("Nextech3D.AI Corp.", "Nextech3D.AI"),
    ("abrdn Silver ETF Trust", "abrdn Silver ETF Trust"),
    ("monday.com Ltd.", "monday.com"),
    ("RE/MAX Holdings, Inc.", "RE/MAX Holdings"),
    ("Calamos Long/Short Equity & Dynamic Income Trust", "Calamos Long/Short Equity & Dynamic Income Trust"),
    ("Target Group Inc.", "Target Group"),  # not Target Corp
]
# Never to nothing.
_NOTHING_ELSE = [
    ("CO", "Co"),
    ("INC", "INC"),
    ("/DE/", "/DE/"),
    ("The Company", "The Company"),
    ("", ""),
    ("株式会社", "株式会社"),
]


@pytest.mark.parametrize(("name", "expected"), [*_WITHOUT_ENDINGS, *_CAPITALS, *_AS_WRITTEN, *_NOTHING_ELSE])
def test_the_name_as_people_write_it(name: str, expected: str) -> None:
    assert display_name(name) == expected


def test_a_company_has_both_names() -> None:
    company = Company(Cik(820313), "AMPHENOL CORP /DE/")
    assert (company.name, company.display_name) == ("AMPHENOL CORP /DE/", "Amphenol")


@given(st.text(alphabet=st.sampled_from("ABCDEIOSTXabcdeio0159 .,&'/\\-()"), max_size=40))
def test_no_letter_is_added_and_no_name_vanishes(name: str) -> None:
    shown = display_name(name)
    letters = sorted(filter(str.isalnum, name.casefold()))
    for letter in filter(str.isalnum, shown.casefold()):
        letters.remove(letter)  # raises ValueError for a letter that the name has not
    assert shown.strip() or not name.strip()


@given(st.sampled_from([name for name, _ in _WITHOUT_ENDINGS + _CAPITALS + _AS_WRITTEN]))
def test_a_name_as_people_write_it_stays(name: str) -> None:
    shown = display_name(name)
    assert display_name(shown) == shown


def test_names_in_small_letters_are_found_again_in_capitals() -> None:
    owners = [shown for name, shown in _WITHOUT_ENDINGS + _CAPITALS if not any(map(str.isdigit, name)) and name.isupper()]
    assert [display_name(shown.upper()) for shown in owners] == owners
