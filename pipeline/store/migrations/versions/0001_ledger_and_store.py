"""The ledger (documents, events) and the store (articles, versions, feed)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.String(length=20), nullable=False, comment="id of the document that first stored it"),
        sa.Column("canonical_url", sa.Text(), nullable=False, comment="the article's identity"),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("site_name", sa.Text(), nullable=True),
        sa.Column("headline", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("date_published", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="the current one"),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stored_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("canonical_url"),
        sa.UniqueConstraint("seq"),
    )
    op.create_index("articles_content", "articles", ["content_hash"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("submission", sa.String(length=20), nullable=False, comment="one add or run command"),
        sa.Column("input", sa.Text(), nullable=False, comment="as the user gave it"),
        sa.Column("url", sa.Text(), nullable=False, comment="canonical http(s) URL or file: URI"),
        sa.Column("host", sa.Text(), nullable=False, comment="what politeness counts by; empty for files"),
        sa.Column(
            "carry",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
            comment="the user's own fields",
        ),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment="waiting, queued, working, stored, duplicate, rejected or dead",
        ),
        sa.Column("stage", sa.String(length=20), nullable=False, comment="the stage it is at, or ended in"),
        sa.Column("epoch", sa.Integer(), nullable=False, comment="fence: rises with each dispatch"),
        sa.Column(
            "attempts", sa.Integer(), nullable=False, comment="starts that did not end well, the present one included"
        ),
        sa.Column("alone", sa.Boolean(), nullable=False, comment="to be worked on in a batch of its own"),
        sa.Column("due", sa.Float(), nullable=False, comment="not to be dispatched before"),
        sa.Column("lease", sa.Float(), nullable=False, comment="queued or working until then, lost after it"),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column(
            "article_id", sa.String(length=20), nullable=True, comment="the article it became, or is a duplicate of"
        ),
        sa.Column("accepted_at", sa.Float(), nullable=False),
        sa.Column("finished_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("documents_due", "documents", ["state", "due"], unique=False)
    op.create_index("documents_finished", "documents", ["finished_at"], unique=False)
    op.create_index("documents_submission", "documents", ["submission", "state", "stage"], unique=False)
    op.create_index("documents_url", "documents", ["url"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("document_id", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("started", sa.Float(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("events_document", "events", ["document_id"], unique=False)
    op.create_table(
        "feed",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
        ),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "versions",
        sa.Column("article_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=20), nullable=False, comment="the ledger's document that brought it"),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.Text(), nullable=False),
        sa.Column(
            "document",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
            comment="StoredArticle",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
        ),
        sa.PrimaryKeyConstraint("article_id", "version"),
    )
    op.create_table(
        "site_memory",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column(
            "data",
            sa.LargeBinary(),
            nullable=False,
            comment="what its articles repeat, a copy of what lies in Redis",
        ),
        sa.Column("saved_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("site"),
    )


def downgrade() -> None:
    op.drop_table("site_memory")
    op.drop_table("versions")
    op.drop_table("feed")
    op.drop_index("events_document", table_name="events")
    op.drop_table("events")
    op.drop_index("documents_url", table_name="documents")
    op.drop_index("documents_submission", table_name="documents")
    op.drop_index("documents_finished", table_name="documents")
    op.drop_index("documents_due", table_name="documents")
    op.drop_table("documents")
    op.drop_index("articles_content", table_name="articles")
    op.drop_table("articles")
