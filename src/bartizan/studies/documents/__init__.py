"""What studies hand to faces, to the server and to files: each key with its type, unit and meaning, written once."""
