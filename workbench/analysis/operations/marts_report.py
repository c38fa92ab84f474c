"""A build of the marts as one page that needs nothing from anywhere."""

from __future__ import annotations

from html import escape

from workbench.domain.operations.marts import MartsBuild

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1c2430 }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem } th, td { text-align: left; padding: .3rem .6rem }
th { border-bottom: 1px solid #8a94a3; font-weight: 600 } td { border-bottom: 1px solid #e3e7ec; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums } .passed { color: #1a7f4b } .failed { color: #b3261e }
.warned { color: #8a5a00 } .skipped, .muted { color: #667080 }
"""


def marts_report(build: MartsBuild, rows: dict[str, int]) -> bytes:
    """HTML: the verdict, each mart with its `rows`, and each expectation with the rows that break it, by table."""
    verdicts = [each.verdict for each in build.expectations]
    counts = ", ".join(
        f"{verdicts.count(name)} {name}" for name in ("passed", "warned", "failed", "skipped") if name in verdicts
    )
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Marts</title>",
        f"<style>{_STYLE}</style></head><body><h1>Marts</h1>",
        f"<p>Built {build.built_at:%Y-%m-%d %H:%M} UTC; {len(build.marts)} tables; expectations: {counts or 'none'}.</p>",
        "<h2>Tables</h2><table><tr><th>Table<th>What<th>Outcome<th class='number'>Rows<th class='number'>Seconds</tr>",
    ]
    for mart in build.marts:
        told = escape(mart.about) + (f"<br><span class='failed'>{escape(mart.message)}</span>" if mart.message else "")
        count = f"{rows[mart.table]:,}" if mart.table in rows else ""
        parts.append(
            f"<tr><td>{escape(mart.table)}<td>{told}<td class='{mart.verdict}'>{mart.verdict}"
            f"<td class='number'>{count}<td class='number'>{mart.seconds:.2f}</tr>"
        )
    parts.append("</table>")
    for table in build.tables:
        own = [each for each in build.expectations if each.table == table]
        if not own:
            continue
        parts.append(
            f"<h2>{escape(table)}</h2><table><tr><th>Expectation<th>Outcome<th class='number'>Rows that break it</tr>"
        )
        parts += [
            f"<tr><td>{escape(each.name)}<td class='{each.verdict}'>{each.verdict}"
            f"<td class='number'>{'' if each.rows is None else f'{each.rows:,}'}</tr>"
            for each in own
        ]
        parts.append("</table>")
    return "\n".join([*parts, "</body></html>"]).encode()
