"""What stands in a worker's way, told with its sign of life."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workers", sa.Column("trouble", sa.Text()))


def downgrade() -> None:
    op.drop_column("workers", "trouble")
