"""The nodes of one database, for administrators."""
