"""Names alone are looked up to find reports on one event; all terms of an article lie together in its outline."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from pipeline.documents import StoredArticle
from pipeline.store.stories.clusters import KEPT
from pipeline.store.stories.outlines import Outline, written
from pipeline.store.stories.terms import hour_of, terms_of

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PAGE = 200


def upgrade() -> None:
    op.drop_table("story_terms")
    sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    names = op.create_table(
        "story_names",
        sa.Column("name", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("hour", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", sequence, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("story_names_seq", "story_names", ["seq"])
    outlines = op.create_table(
        "outlines",
        sa.Column("seq", sequence, primary_key=True, autoincrement=False),
        sa.Column("cluster", sa.String(20), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
    )
    _fill(names, outlines)


def _fill(names: sa.Table, outlines: sa.Table) -> None:
    """For the articles of the last days; those before take no more reports anyway."""
    connection, after = op.get_bind(), 0
    since: dict[str, int] = {}
    query = sa.text(
        "SELECT f.seq, f.at, v.document FROM feed f JOIN versions v ON v.article_id = f.article_id AND v.version = 1"
        " WHERE f.version = 1 AND f.seq > :after AND f.at >= :begin ORDER BY f.seq LIMIT :page"
    ).columns(document=sa.JSON())
    begin = datetime.fromtimestamp(datetime.now(UTC).timestamp() - KEPT * 3600, UTC).isoformat()
    while rows := connection.execute(query, {"after": after, "begin": begin, "page": PAGE}).all():
        after = rows[-1].seq
        for row in rows:
            stored = StoredArticle.model_validate(row.document | {"seq": row.seq})
            hour = hour_of(stored.article.date_published, row.at)
            terms = terms_of(stored.article, stored.enrichment)
            cluster = stored.enrichment.cluster_id or stored.article.id
            outline = Outline(row.seq, cluster, since.setdefault(cluster, hour), tuple(terms))
            connection.execute(sa.insert(outlines).values(written(outline)))
            found = [{"name": term, "hour": hour, "seq": row.seq} for term, is_name in terms.items() if is_name]
            if found:
                connection.execute(sa.insert(names), found)


def downgrade() -> None:
    op.drop_table("outlines")
    op.drop_table("story_names")
    op.create_table(
        "story_terms",
        sa.Column("term", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("hour", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("story_terms_seq", "story_terms", ["seq"])
