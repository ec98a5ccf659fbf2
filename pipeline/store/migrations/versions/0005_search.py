"""Full-text search, and the names that articles are chosen by."""

import sqlalchemy as sa
from alembic import op

from pipeline.documents import StoredArticle
from pipeline.store.search.index import add

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PAGE = 200


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
    _fill()


def _fill() -> None:
    """Articles that are in the store already."""
    connection, after = op.get_bind(), 0
    query = sa.text(
        "SELECT a.seq, v.document FROM articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version"
        " WHERE a.seq > :after ORDER BY a.seq LIMIT :page"
    ).columns(document=sa.JSON())
    while rows := connection.execute(query, {"after": after, "page": PAGE}).all():
        after = rows[-1].seq
        add(connection, [StoredArticle.model_validate(row.document | {"seq": row.seq}) for row in rows])


def downgrade() -> None:
    op.execute("DROP TABLE article_text")
    op.drop_index("articles_published", "articles")
    op.drop_index("articles_domain", "articles")
    op.drop_table("facets")
