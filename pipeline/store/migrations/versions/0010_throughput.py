"""How many attempts end when, and how long they take; an index of the documents that have not ended."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "throughput",
        sa.Column("period", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("stage", sa.String(20), primary_key=True),
        sa.Column("outcome", sa.String(20), primary_key=True),
        sa.Column("slot", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "timings",
        sa.Column("stage", sa.String(20), primary_key=True),
        sa.Column("outcome", sa.String(20), primary_key=True),
        sa.Column("at_most", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("slot", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    has_not_ended = sa.text("finished_at IS NULL")
    op.create_index(
        "documents_open", "documents", ["accepted_at"], sqlite_where=has_not_ended, postgresql_where=has_not_ended
    )


def downgrade() -> None:
    op.drop_index("documents_open", "documents")
    op.drop_table("timings")
    op.drop_table("throughput")
