"""Floor 4: survey, then play. All geometry is settled before the first raid; a raid plays events against tables."""
