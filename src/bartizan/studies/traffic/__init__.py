"""Neutral traffic of one's own: from a table of positions to the streams that a scenario's neutral groups take."""
