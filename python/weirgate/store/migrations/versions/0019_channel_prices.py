"""What channels say of prices

Revision 0019, after revision 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("prices", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("channels", "prices")
