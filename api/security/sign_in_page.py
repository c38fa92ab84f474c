"""The sign-in page: one small form, no script, nothing from anywhere else."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{head}
<style>
:root {{
  color-scheme: light dark;
  --ink: #1c2430; --quiet: #5c6675; --line: #d5dae1; --paper: #fff; --ground: #f4f6f8; --accent: #1f5fa8; --bad: #a32020;
}}
@media (prefers-color-scheme: dark) {{
  :root {{
    --ink: #e8ecf1; --quiet: #9aa5b4; --line: #39424f; --paper: #1b212a; --ground: #12161c; --accent: #6ea8e8; --bad: #f08a8a;
  }}
}}
* {{ box-sizing: border-box; }}
body {{
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}}
main {{
  width: 100%; max-width: 22rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 10px;
}}
h1 {{ margin: 0 0 .25rem; font-size: 1.25rem; font-weight: 600; }}
p {{ margin: 0 0 1.25rem; color: var(--quiet); font-size: .9rem; }}
p[role=alert] {{ color: var(--bad); }}
label {{ display: block; margin-bottom: 1rem; font-size: .875rem; color: var(--quiet); }}
input {{
  display: block; width: 100%; margin-top: .25rem; padding: .55rem .7rem; font: inherit; color: var(--ink);
  background: var(--paper); border: 1px solid var(--line); border-radius: 6px;
}}
input:focus, button:focus-visible {{ outline: 2px solid var(--accent); outline-offset: 1px; }}
button {{
  width: 100%; padding: .6rem; font: inherit; font-weight: 600; color: var(--paper); background: var(--accent); border: 0;
  border-radius: 6px; cursor: pointer;
}}
</style>
</head>
<body><main>{body}</main></body>
</html>
"""

_FORM = """<h1>Corporate Intelligence Workbench</h1>
{notice}
<form method="post" action="/api/v1/auth/session">
<input type="hidden" name="next" value="{following}">
<label>Name <input name="username" autocomplete="username" autocapitalize="none" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
</form>"""


_FAILURES = {
    "wrong": "The name or the password is wrong.",
    "often": "That failed too often. Wait a quarter of an hour and try again.",
}


def sign_in_page(following: str, *, failed: str | None = None) -> HTMLResponse:
    """The form; it leads to `following`, a path of ours. `failed` says how the last try ended: `wrong` or `often`."""
    failure = _FAILURES.get(failed or "")
    notice = f'<p role="alert">{failure}</p>' if failure else "<p>Sign in to go on.</p>"
    return _html("Sign in", _FORM.format(notice=notice, following=escape(following)))


def sign_out_page() -> HTMLResponse:
    """One button that ends the session of this browser."""
    button = '<form method="post" action="/sign-out"><button>Sign out</button></form>'
    return _html("Sign out", f"<h1>Sign out</h1><p>This ends the session of this browser.</p>{button}")


def continue_page(path: str) -> HTMLResponse:
    """Asks for `path` once more, by itself, so that the browser brings its cookie along."""
    target = escape(path)
    head = f'\n<meta http-equiv="refresh" content="0; url={target}">'
    return _html("One moment", f'<p><a href="{target}">Go on</a></p>', head=head)


def _html(title: str, body: str, *, head: str = "") -> HTMLResponse:
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(_PAGE.format(title=title, head=head, body=body), headers=headers)
