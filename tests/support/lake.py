"""A usage lake for tests: the catalogue in a test's database, Parquet in its folder."""

from pathlib import Path

from weirgate.analytics.database import Limits
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.lake_home import LakeHome, Place


def lake_writer(url: str, folder: Path, *, node: int = 1) -> UsageWriter:
    """Returns the writer of one node; it is not open yet."""
    own = folder / f"node{node}"
    own.mkdir(exist_ok=True)
    place = Place(url=url, data=str(folder / "lake"), folder=own)
    return UsageWriter(LakeHome(place, node=node, limits=Limits()))
