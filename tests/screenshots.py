"""The pictures of the README: `python -m tests.screenshots ADDRESS` visits a workbench with starter data and draws them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.browser import open_chromium, open_page

IMAGES = Path(__file__).parents[1] / "docs" / "images"
_WIDTH, _HEIGHT = 1280, 800
_SAMPLE = "SAMPL"
# Each page by the name of its picture, with what stands on it once it is drawn.
_PAGES = {
    "company": ("company?ticker=AAPL&figure=revenue%402024-09-28", ".drawer .fact"),
    "compare": ("compare?ticker=AAPL,GOOGL,NVDA&measure=revenue,net_margin", "canvas"),
    "chart": ("chart?series=AAPL:revenue,NVDA:revenue,COST:revenue&view=growth", "canvas"),
    "changes": (f"changes?ticker={_SAMPLE}&item=1A&form=10-K", ".changes li"),
    "search": ("search?q=supply+of+lasers", "mark"),
}


def main(address: str) -> None:
    """Writes one WebP file a page, in the light theme."""
    IMAGES.mkdir(exist_ok=True)
    with open_chromium() as chromium, open_page(chromium, _WIDTH, _HEIGHT) as page:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        for name, (path, drawn) in _PAGES.items():
            page.goto(f"{address.rstrip('/')}/{path}")
            expect(page.locator(".first")).to_have_count(0)
            page.locator(drawn).first.wait_for()
            page.wait_for_timeout(1500)  # charts are drawn after their canvas is there
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.save(IMAGES / f"{name}.webp", quality=82, method=6)


if __name__ == "__main__":
    main(sys.argv[1])
