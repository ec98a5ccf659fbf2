"""Indexes of texts and of what they tell of, by which copies of a text and reports on one event are found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "text_parts",
        sa.Column("part", sa.Integer(), primary_key=True, autoincrement=False, comment="of the text's fingerprint"),
        sa.Column(
            "seq", sequence, primary_key=True, autoincrement=False, comment="feed.seq of the version with that text"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_terms",
        sa.Column(
            "term",
            sa.Integer(),
            primary_key=True,
            autoincrement=False,
            comment="hash of a name or word; 0: every article",
        ),
        sa.Column(
            "hour", sa.Integer(), primary_key=True, autoincrement=False, comment="of publication, since the epoch"
        ),
        sa.Column(
            "seq", sequence, primary_key=True, autoincrement=False, comment="feed.seq of the article's first version"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("story_terms_seq", "story_terms", ["seq"])


def downgrade() -> None:
    op.drop_table("story_terms")
    op.drop_table("text_parts")
