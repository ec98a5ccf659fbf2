"""Tracebacks of what failed, failed documents that were dropped, and the ledger's clock."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nullable, so that workers of the version before go on writing rows while a fleet is upgraded.
    op.add_column("documents", sa.Column("traceback", sa.String(16), comment="of its last failure, if that was a bug"))
    op.add_column("documents", sa.Column("dropped_at", sa.Float(), comment="no longer listed among the failed"))
    op.create_table(
        "tracebacks",
        sa.Column("digest", sa.String(16), primary_key=True, comment="of the frames: the same bug, the same digest"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Float(), nullable=False, comment="first"),
    )
    op.create_table(
        "clock",
        sa.Column("name", sa.String(10), primary_key=True),
        sa.Column("seen", sa.Float(), nullable=False, comment="the latest moment that a dispatcher has seen"),
    )
    is_alone = sa.text("alone")
    op.create_index("documents_suspects", "documents", ["due"], sqlite_where=is_alone, postgresql_where=is_alone)


def downgrade() -> None:
    op.drop_index("documents_suspects", "documents")
    op.drop_table("clock")
    op.drop_table("tracebacks")
    with op.batch_alter_table("documents") as documents:
        documents.drop_column("dropped_at")
        documents.drop_column("traceback")
