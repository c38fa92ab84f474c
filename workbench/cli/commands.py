"""Every command: its name, its one-line help, and the function that runs it. The order is that of `workbench --help`."""

from __future__ import annotations

from workbench.cli.lazy import Command, CommandGroup

_START = "Start and check"
_FIGURES = "Statements and figures"
_TEXT = "Filings and text"
_MARKET = "Market data"
_REPORTS = "Alerts and reports"
_OPERATIONS = "Data and administration"

_alerts = "workbench.cli.alerts.alerts"
_api_keys = "workbench.cli.operations.api_keys"
_audit_trail = "workbench.cli.operations.audit_trail"
_concepts = "workbench.cli.statements.concepts"
_documents = "workbench.cli.filings.documents"
_failures = "workbench.cli.operations.failures"
_flags = "workbench.cli.operations.flags"
_settings = "workbench.cli.operations.settings"
_flows = "workbench.cli.operations.flows"
_lake = "workbench.cli.operations.lake"
_marts = "workbench.cli.operations.marts"
_notices = "workbench.cli.alerts.notifications"
_report_runs = "workbench.cli.reports.runs"
_search = "workbench.cli.search.search"
_serve = "workbench.cli.operations.serve"
_sessions = "workbench.cli.operations.sessions"
_starter = "workbench.cli.operations.starter"
_users = "workbench.cli.operations.users"
_watchlist = "workbench.cli.alerts.watchlist"

COMMANDS: tuple[Command | CommandGroup, ...] = (
    Command("up", "Start the workbench: database, API and pages on one address.", "workbench.cli.operations.up:up", _START),
    CommandGroup(
        "serve", "Run one role of the workbench: the API, the pages, or the jobs.",
        (
            Command("api", "Run the API; all processes share one port.", f"{_serve}:api"),
            Command("pages", "Run the pages; each process has its own port, counted up from --port.", f"{_serve}:pages"),
            Command("jobs", "Run scheduled jobs and queued tasks, and compute vectors.", f"{_serve}:jobs"),
        ),
        _START,
    ),
    Command("migrate", "Update the database schema to this version.", "workbench.cli.operations.migrate:migrate", _START),
    Command(
        "ingest", "Load companies: filings, XBRL facts and documents.", "workbench.cli.filings.ingest:ingest", _START
    ),
    Command(
        "doctor", "Check every component and show how to fix problems.", "workbench.cli.operations.doctor:doctor", _START
    ),
    Command(
        "statement", "Show a financial statement in standard lines.",
        "workbench.cli.statements.statement:print_statement", _FIGURES,
    ),
    Command(
        "ratios", "Show margins, growth, returns, leverage, liquidity and per-share figures.",
        "workbench.cli.statements.ratios:print_ratios", _FIGURES,
    ),
    Command(
        "valuation", "Show market capitalisation, enterprise value, multiples and yields.",
        "workbench.cli.statements.valuation:print_valuation", _FIGURES,
    ),
    Command(
        "segments", "Show revenue, operating income and assets by segment, region, product and customer.",
        "workbench.cli.statements.segments:print_segments", _FIGURES,
    ),
    Command(
        "compare", "Compare companies side by side, aligned by calendar quarter.",
        "workbench.cli.statements.compare:print_comparison", _FIGURES,
    ),
    Command(
        "screen", "Find companies that pass filters, as known on any date.",
        "workbench.cli.statements.screen:print_screen", _FIGURES,
    ),
    Command(
        "provenance", "Show where a figure comes from: formula, facts and filings.",
        "workbench.cli.statements.provenance:print_provenance", _FIGURES,
    ),
    Command(
        "verify", "Check the figures that a sentence claims against those that were filed.",
        "workbench.cli.statements.verify:verify_sentence", _FIGURES,
    ),
    Command(
        "restatements", "List values that later filings changed: restatements first, rounding last.",
        "workbench.cli.statements.restatements:print_restatements", _FIGURES,
    ),
    Command(
        "checks", "List statements that fail a consistency check.",
        "workbench.cli.statements.checks:print_checks", _FIGURES,
    ),
    Command(
        "audit", "Audit statements: check every identity over every column.",
        "workbench.cli.statements.audit:print_audit", _FIGURES,
    ),
    CommandGroup(
        "concepts", "Show how XBRL tags map to the lines of statements.",
        (
            Command(
                "list", "List the lines of an industry's statements with their tags or formula.", f"{_concepts}:list_lines"
            ),
            Command("explain", "Show which tag a line was taken from in each fiscal year.", f"{_concepts}:explain_line"),
        ),
        _FIGURES,
    ),
    CommandGroup(
        "search", "Search passages by words and meaning, each with its citation.",
        (
            Command("for", "Search passages by words and meaning, each with its citation.", f"{_search}:search_for"),
            Command("evaluate", "Measure the search on labelled questions.", f"{_search}:evaluate"),
        ),
        _TEXT, default="for",
    ),
    Command(
        "sections", "List the items of a filing, or print one.", "workbench.cli.filings.sections:print_sections", _TEXT
    ),
    Command(
        "changes", "Show what changed in an item between two filings.", "workbench.cli.filings.changes:print_changes", _TEXT
    ),
    Command(
        "events", "List the events that a company reported on Form 8-K.", "workbench.cli.filings.events:print_events", _TEXT
    ),
    Command(
        "similar", "List the companies most similar to one.", "workbench.cli.search.similar:print_similar", _TEXT
    ),
    CommandGroup(
        "documents",
        "Add your own documents (PDF, Word, Excel, PowerPoint, HTML, text, e-mail), and search them beside filings.",
        (
            Command("add", "Add documents.", f"{_documents}:add"),
            Command("list", "List your documents, newest first.", f"{_documents}:list_documents"),
            Command("show", "Print the text of a document, page by page.", f"{_documents}:show"),
            Command("correct", "Correct which company, form and fiscal period a document is about.", f"{_documents}:correct"),
            Command("remove", "Remove documents, with their passages and vectors.", f"{_documents}:remove"),
        ),
        _TEXT,
    ),
    Command(
        "embed", "Compute the vectors of passages that have none.", "workbench.cli.search.embed:embed", _TEXT
    ),
    Command("prices", "Update daily prices.", "workbench.cli.market.prices:prices", _MARKET),
    Command("news", "Load and list news about a company.", "workbench.cli.market.news:news", _MARKET),
    CommandGroup(
        "alerts", "Send notifications of new filings, events, restatements, figures, reports and failed jobs.",
        (
            Command("add", "Add an alert.", f"{_alerts}:add"),
            Command("list", "List the alerts.", f"{_alerts}:list_alerts"),
            Command("remove", "Remove an alert and its pending notifications.", f"{_alerts}:remove"),
            Command("preview", "Show what an alert would have sent in the last days.", f"{_alerts}:preview"),
            Command("deliveries", "List notifications and their delivery state, newest first.", f"{_notices}:deliveries"),
            Command("resend", "Send failed notifications again.", f"{_notices}:resend"),
            Command("channels", "List the notification channels.", f"{_notices}:channels"),
            Command("test", "Send a test message through a channel.", f"{_notices}:test"),
        ),
        _REPORTS,
    ),
    CommandGroup(
        "watchlist", "Manage lists of companies to follow.",
        (
            Command("add", "Add companies to a list.", f"{_watchlist}:add"),
            Command("remove", "Remove companies from a list.", f"{_watchlist}:remove"),
            Command("delete", "Delete a list.", f"{_watchlist}:delete"),
            Command("list", "List the watchlists.", f"{_watchlist}:list_watchlists"),
            Command("show", "Show the companies on a list.", f"{_watchlist}:show"),
        ),
        _REPORTS,
    ),
    CommandGroup(
        "report", "Run notebooks as reports; save, repeat, compare and schedule their runs.",
        (
            Command("run", "Run a notebook and write the report as one HTML file.", "workbench.cli.reports.report:run_report"),
            Command("list", "List the saved runs, newest first.", f"{_report_runs}:list_saved_runs"),
            Command("save", "Write the HTML, PDF or XLSX file of a saved run.", f"{_report_runs}:save_files"),
            Command("compare", "Show what changed between two runs, and why.", f"{_report_runs}:compare_runs"),
            Command("schedule", "Schedule a report.", f"{_report_runs}:schedule"),
            Command("cancel", "End a report that waits or runs.", f"{_report_runs}:cancel"),
            Command(
                "deliveries", "List what was sent to the recipients of scheduled reports, newest first.",
                f"{_report_runs}:list_report_deliveries",
            ),
            Command("schedules", "List the schedules and when each runs next.", f"{_report_runs}:list_report_schedules"),
            Command("unschedule", "Remove a schedule.", f"{_report_runs}:unschedule"),
        ),
        _REPORTS, default="run",
    ),
    Command("lab", "Start JupyterLab with the workbench connected.", "workbench.cli.reports.lab:lab", _REPORTS),
    Command(
        "mcp", "Start an MCP server for language models on standard input and output.",
        "workbench.cli.operations.mcp:serve_tools", _OPERATIONS,
    ),
    CommandGroup(
        "flows", "List, run and schedule the recurring jobs.",
        (
            Command("list", "List the jobs, when each runs next, and the result of its last run.", f"{_flows}:list_jobs"),
            Command("run", "Run a job now, in this process.", f"{_flows}:run"),
            Command("serve", "Run the jobs on their schedules until Ctrl-C.", f"{_flows}:serve"),
            Command("deploy", "Create or update the deployments on a Prefect server.", f"{_flows}:deploy"),
        ),
        _OPERATIONS,
    ),
    CommandGroup(
        "failures", "Show units of work that failed, and retry them.",
        (
            Command("list", "List the units of work that failed, newest first.", f"{_failures}:list_failures"),
            Command("retry", "Retry quarantined units.", f"{_failures}:retry"),
        ),
        _OPERATIONS, default="list", is_bare=True,
    ),
    CommandGroup(
        "lake", "Export snapshots of all tables as Parquet.",
        (
            Command("export", "Export a snapshot of all tables of the lake.", f"{_lake}:export"),
            Command("list", "List the snapshots, newest first.", f"{_lake}:list_snapshots"),
            Command("describe", "Show what the columns of the lake's tables mean.", f"{_lake}:describe"),
            Command("copy", "Write the files of a snapshot to a folder.", f"{_lake}:copy"),
            Command("remove", "Remove a snapshot.", f"{_lake}:remove"),
        ),
        _OPERATIONS,
    ),
    Command("sql", "Query a lake snapshot with SQL (DuckDB).", "workbench.cli.operations.sql:query_lake", _OPERATIONS),
    CommandGroup(
        "marts", "Build and show tables for reports and spreadsheets (dbt).",
        (
            Command("build", "Build and test every mart.", f"{_marts}:build"),
            Command("list", "List the marts and their row counts.", f"{_marts}:list_marts"),
            Command("show", "Print the rows of a mart.", f"{_marts}:show"),
            Command("report", "Write the results of the last build as an HTML page.", f"{_marts}:report"),
        ),
        _OPERATIONS,
    ),
    CommandGroup(
        "trail", "Show who did what, and check that the record is whole.",
        (
            Command("list", "Search the audit trail, newest first.", f"{_audit_trail}:list_trail"),
            Command("verify", "Check that no entry was changed, removed or put between others.", f"{_audit_trail}:verify"),
            Command("shorten", "Remove old entries of the audit trail; the rest stays verifiable.", f"{_audit_trail}:shorten"),
        ),
        _OPERATIONS,
    ),
    CommandGroup(
        "users", "Manage accounts, sessions and API keys.",
        (
            Command("add", "Add an account.", f"{_users}:add"),
            Command("list", "List the accounts.", f"{_users}:list_accounts"),
            Command("password", "Set a new password and sign the user out everywhere.", f"{_users}:password"),
            Command(
                "reset-link", "Print a link with which a user sets a new password, once and within an hour.",
                f"{_users}:reset_link",
            ),
            Command("role", "Change a user's role.", f"{_users}:role"),
            Command(
                "channel",
                "Set the notification channel that reaches a user: for links to set a new password, and unusual sign-ins.",
                f"{_users}:channel",
            ),
            Command("disable", "Disable an account.", f"{_users}:disable"),
            Command("enable", "Enable a disabled account.", f"{_users}:enable"),
            Command("delete", "Delete an account with its sessions, API keys and second factor.", f"{_users}:delete"),
            Command("log", "Show sign-ins and changes of accounts, newest first.", f"{_users}:log"),
            Command(
                "reseal",
                "Replace the encryption of stored secrets by that of the newest key.",
                f"{_sessions}:reseal",
            ),
            CommandGroup(
                "keys", "Manage the keys with which programs call the API.",
                (
                    Command("add", "Create an API key and print it once.", f"{_api_keys}:add"),
                    Command("list", "List the API keys, including revoked and expired ones.", f"{_api_keys}:list_keys"),
                    Command("revoke", "Revoke an API key.", f"{_api_keys}:revoke"),
                ),
            ),
            CommandGroup(
                "second-factor", "Manage one-time codes.",
                (
                    Command(
                        "off", "Turn off the one-time codes of a user who lost the device and the recovery codes.",
                        f"{_users}:turn_second_factor_off",
                    ),
                ),
            ),
            CommandGroup(
                "sessions", "List and end the sessions of browsers and programs.",
                (
                    Command("list", "List the open sessions, last used first.", f"{_sessions}:list_sessions"),
                    Command("end", "End sessions of a user, with their tokens and open pages.", f"{_sessions}:end"),
                ),
            ),
            CommandGroup(
                "signing-keys", "List and rotate the keys that sign access tokens.",
                (
                    Command("list", "List the keys that verify access tokens, newest first.", f"{_sessions}:list_keys"),
                    Command("rotate", "Replace the key that signs access tokens.", f"{_sessions}:rotate"),
                ),
            ),
        ),
        _OPERATIONS,
    ),
    CommandGroup(
        "flags", "List and set feature flags.",
        (
            Command("list", "List the feature flags and who changed them last.", f"{_flags}:list_feature_flags"),
            Command("on", "Turn a feature flag on.", f"{_flags}:on"),
            Command("off", "Turn a feature flag off.", f"{_flags}:off"),
        ),
        _OPERATIONS,
    ),
    CommandGroup(
        "settings", "List and change the settings that are stored in the database.",
        (
            Command("list", "List the stored settings and who set them.", f"{_settings}:list_settings"),
            Command("set", "Set a stored setting.", f"{_settings}:set_setting"),
            Command("remove", "Remove a stored setting.", f"{_settings}:remove"),
            Command("test", "Send a test message through a channel or webhook.", f"{_settings}:test"),
        ),
        _OPERATIONS,
    ),
    CommandGroup(
        "starter", "Build or load the starter data.",
        (
            Command("build", "Build a starter file of companies, filings and XBRL facts.", f"{_starter}:build"),
            Command("load", "Load a starter file.", f"{_starter}:load"),
        ),
        _OPERATIONS,
    ),
)  # fmt: skip
