"""Where the documents are, counted as they move; ``pipeline.store.tallies`` makes the triggers at each upgrade."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("stage", sa.String(20), primary_key=True),
        sa.Column("state", sa.String(10), primary_key=True),
        sa.Column("reason", sa.String(40), primary_key=True),
        sa.Column("slot", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.drop_index("documents_finished", "documents")
    op.create_index("documents_finished", "documents", ["finished_at", "state"])


def downgrade() -> None:
    op.drop_index("documents_finished", "documents")
    op.create_index("documents_finished", "documents", ["finished_at"])
    for event in ("insert", "update", "delete"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER tally_{event}")
        else:
            op.execute(f"DROP TRIGGER tally_{event} ON documents")
            op.execute(f"DROP FUNCTION tally_{event}()")
    op.drop_table("tallies")
