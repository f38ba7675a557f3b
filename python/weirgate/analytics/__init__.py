"""The usage store: rows of calls and the other logs, hourly rollups, and what is read from them.

The drain hands batches to `ingest.UsageWriter`; the domains read through `reader.UsageReader`. One
process owns the DuckDB file. Nothing here knows HTTP, SQL of the ledger, or prices.
"""
