"""The database says which company changed, so that kept answers about it are forgotten in every process."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHANNEL = "workbench_changed"  # db.notices listens on it

_FUNCTIONS = (
    f"""
    create function notice_of_company() returns trigger language plpgsql as $$
    begin
        perform pg_notify('{_CHANNEL}', 'company:' || old.cik);
        perform pg_notify('{_CHANNEL}', 'company:' || ticker) from company_tickers where cik = old.cik;
        return null;
    end $$
    """,
    f"""
    create function notice_of_ticker() returns trigger language plpgsql as $$
    begin
        if tg_op <> 'INSERT' then
            perform pg_notify('{_CHANNEL}', 'company:' || old.ticker);
            perform pg_notify('{_CHANNEL}', 'company:' || old.cik);
            perform pg_notify('{_CHANNEL}', 'company:' || ticker) from company_tickers where cik = old.cik;
        end if;
        if tg_op <> 'DELETE' then
            perform pg_notify('{_CHANNEL}', 'company:' || new.ticker);
            perform pg_notify('{_CHANNEL}', 'company:' || new.cik);
            perform pg_notify('{_CHANNEL}', 'company:' || ticker) from company_tickers where cik = new.cik;
        end if;
        return null;
    end $$
    """,
)


def upgrade() -> None:
    for function in _FUNCTIONS:
        op.execute(sa.text(function.replace(":", r"\:")))
    # A company that is new was never answered with, so its insert needs no notice.
    op.execute("create trigger notice after update or delete on companies for each row execute function notice_of_company()")
    op.execute(
        "create trigger notice after insert or update or delete on company_tickers"
        " for each row execute function notice_of_ticker()"
    )


def downgrade() -> None:
    op.execute("drop trigger notice on company_tickers")
    op.execute("drop trigger notice on companies")
    op.execute("drop function notice_of_ticker()")
    op.execute("drop function notice_of_company()")
