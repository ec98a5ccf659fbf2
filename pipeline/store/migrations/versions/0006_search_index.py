"""One index row for an article's words and names together; it and the facets filled for all that is stored."""

import sqlalchemy as sa
from alembic import op

from pipeline.documents import StoredArticle
from pipeline.store.search.index import note

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PAGE = 200


def upgrade() -> None:
    op.execute("DROP TABLE article_text")
    op.execute("DELETE FROM facets")
    if op.get_bind().dialect.name == "sqlite":
        # The words are ours already (pipeline.store.search.tokens): nothing is left to split but at spaces.
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "words, content='', columnsize=0, tokenize=\"ascii tokenchars '_'\")"
        )
    else:
        op.execute("CREATE TABLE search_index (key BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX search_index_words ON search_index USING GIN (words)")
    _fill()


def _fill() -> None:
    """A part at a time, so that memory stays small."""
    connection, after = op.get_bind(), 0
    query = sa.text(
        "SELECT a.seq, v.document FROM articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version"
        " WHERE a.seq > :after ORDER BY a.seq LIMIT :page"
    ).columns(document=sa.JSON())
    while rows := connection.execute(query, {"after": after, "page": PAGE}).all():
        after = rows[-1].seq
        note(connection, [StoredArticle.model_validate(row.document | {"seq": row.seq}) for row in rows])


def downgrade() -> None:
    op.execute("DROP TABLE search_index")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE article_text USING fts5(headline, body, content='', tokenize='ascii')")
    else:
        op.execute("CREATE TABLE article_text (seq BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX article_text_words ON article_text USING GIN (words)")
