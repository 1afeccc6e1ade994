"""A report's text into candidate claims, by rules and the scenario's own names: a reading aid for English."""
