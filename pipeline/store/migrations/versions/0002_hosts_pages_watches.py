"""Hosts (each one's line), pages (the archive's index), watches (feeds read again and again), and WARC locations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "documents",
        sa.Column("location", sa.Text(), comment="where its content lies, if not at url: a WARC file and an offset"),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), primary_key=True),
        sa.Column("spacing", sa.Float(), nullable=False, comment="seconds between two requests"),
        sa.Column("line_end", sa.Float(), nullable=False, comment="when the last document in its line is due"),
    )
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.create_table(
        "pages",
        sa.Column("document_id", sa.String(length=20), primary_key=True),
        sa.Column(
            "part", sa.Integer(), primary_key=True, comment="0: the page, 1 and more: further parts of its article"
        ),
        sa.Column("url", sa.Text(), nullable=False, comment="documents.url: what was asked for; of a part, its own"),
        sa.Column("fetched_at", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("content", sa.String(length=64), comment="SHA-256 of the body; its key in the archive"),
        sa.Column("page", json, comment="FetchedPage without its texts; null for a part"),
    )
    op.create_index("pages_url", "pages", ["url", "fetched_at"])
    op.create_index("pages_content", "pages", ["content"])
    op.create_index("pages_fetched", "pages", ["fetched_at"])
    op.create_table(
        "watches",
        sa.Column("url", sa.Text(), primary_key=True, comment="feed or sitemap that is read again and again"),
        sa.Column("title", sa.Text()),
        sa.Column("added_at", sa.Float(), nullable=False),
        sa.Column("due", sa.Float(), nullable=False, comment="not to be read before"),
        sa.Column(
            "interval", sa.Float(), nullable=False, comment="seconds to the next reading when nothing changes it"
        ),
        sa.Column("every", sa.Float(), comment="seconds between two readings, where the user lays them down"),
        sa.Column("turnover", sa.Float(), comment="seconds in which a third of its entries is replaced, where known"),
        sa.Column("lease", sa.Float(), nullable=False, comment="being read until then, lost after it"),
        sa.Column("parent", sa.Text(), comment="the index that names this sitemap; none: the user does"),
        sa.Column("lastmod", sa.Text(), comment="when it changed, as its index says"),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("read_at", sa.Float(), comment="the last reading, good or bad"),
        sa.Column("found", sa.Integer(), nullable=False, comment="entries that were new, in all"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="bad readings in a row"),
        sa.Column("error", sa.Text(), comment="what was wrong with the last reading"),
    )
    op.create_index("watches_due", "watches", ["due"])
    op.create_index("watches_parent", "watches", ["parent"])


def downgrade() -> None:
    op.drop_table("watches")
    op.drop_table("pages")
    op.drop_table("hosts")
    op.drop_column("documents", "location")
