"""Floor 2: what there is, who says so, and one consistent set of assumptions at a time."""
