"""Floor 5: worlds by raids, and what they say: replications, estimates with intervals, coverage, results on disk."""
