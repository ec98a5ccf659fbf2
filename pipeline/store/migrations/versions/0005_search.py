"""Full-text search, and the names that articles are chosen by; 0006 fills both."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "facets",
        sa.Column("kind", sa.String(10), primary_key=True, comment="author, entity, place or topic"),
        sa.Column("value", sa.Text(), primary_key=True, comment="its name, folded: no capitals, no marks"),
        sa.Column(
            "seq", sequence, primary_key=True, autoincrement=False, comment="articles.seq; others are out of date"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("facets_seq", "facets", ["seq"])
    op.create_index("articles_domain", "articles", ["domain", "seq"])
    op.create_index("articles_published", "articles", ["date_published"])
    if op.get_bind().dialect.name == "sqlite":
        # The words are ours already (pipeline.store.search.tokens): nothing is left to split but at spaces.
        op.execute("CREATE VIRTUAL TABLE article_text USING fts5(headline, body, content='', tokenize='ascii')")
    else:
        op.execute("CREATE TABLE article_text (seq BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX article_text_words ON article_text USING GIN (words)")


def downgrade() -> None:
    op.execute("DROP TABLE article_text")
    op.drop_index("articles_published", "articles")
    op.drop_index("articles_domain", "articles")
    op.drop_table("facets")
