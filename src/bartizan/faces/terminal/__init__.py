"""What commands print: tables, lists and verdicts as plain text."""
