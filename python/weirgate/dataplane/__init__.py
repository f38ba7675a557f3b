"""Where the planes meet: rows go out as snapshots, usage comes in as sums and rows.

`compile` is pure, `publish` sends what changed, `drain` brings usage home, `control` answers
command-line tools, `supervise` runs the management server. The relay never waits for any of them.
"""
