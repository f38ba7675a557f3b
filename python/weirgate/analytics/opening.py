"""Finds the usage store that the settings name: a file of the data folder, or a lake."""

import duckdb

from weirgate.analytics import database
from weirgate.analytics.file_home import FileHome
from weirgate.analytics.ingest import UsageWriter
from weirgate.analytics.lake_home import Bucket, LakeHome, Place
from weirgate.settings import Settings


def usage_writer(settings: Settings) -> UsageWriter:
    """Returns the writer of this node's part of the usage store; it is not open yet."""
    limits = database.Limits(settings.analytics_memory, settings.analytics_threads)
    place = lake_of(settings)
    if place is None:
        return UsageWriter(FileHome(settings.usage_path, node=settings.node, limits=limits))
    return UsageWriter(LakeHome(place, node=settings.node, limits=limits))


def lake_of(settings: Settings) -> Place | None:
    """Returns where the lake is; None when usage is in a file."""
    if not settings.lake_url:
        return None
    bucket = Bucket(
        key_id=settings.s3_key_id,
        secret=settings.s3_secret,
        region=settings.s3_region,
        endpoint=settings.s3_endpoint,
    )
    return Place(
        url=settings.lake_url, data=settings.usage_data, folder=settings.data_dir, bucket=bucket
    )


def pending(settings: Settings) -> list[int]:
    """Returns the numbers of the store's migrations that are not applied; changes nothing."""
    place = lake_of(settings)
    if place is not None:
        limits = database.Limits(settings.analytics_memory, settings.analytics_threads)
        return LakeHome(place, node=settings.node, limits=limits).pending()
    if not settings.usage_path.exists():
        return [step.number for step in database.migrations()]
    connection = duckdb.connect(str(settings.usage_path), read_only=True)
    try:
        return database.pending(connection)
    finally:
        connection.close()
