"""Jobs that one node runs alone: leased in SQL, visible and triggerable by administrators."""
