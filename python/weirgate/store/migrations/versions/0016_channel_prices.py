"""What channels say of prices

Revision 0016, after revision 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("prices", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("channels", "prices")
