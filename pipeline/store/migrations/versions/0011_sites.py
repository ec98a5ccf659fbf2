"""What came of the newest pages of each site."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sites",
        sa.Column("site", sa.Text(), primary_key=True),
        sa.Column("readings", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.Float(), nullable=False),
        sa.Column("fault", sa.Text()),
        sa.Column("fault_since", sa.Float()),
        sa.Column("usual", sa.LargeBinary()),
    )
    op.create_index("sites_fault", "sites", ["fault_since"])


def downgrade() -> None:
    op.drop_table("sites")
