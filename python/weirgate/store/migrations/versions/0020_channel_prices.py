"""What channels say of prices

Revision 0020, after revision 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("prices", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("channels", "prices")
