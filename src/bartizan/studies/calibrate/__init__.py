"""Records of what was stopped: read, fitted, held against a model's answers, and used to weigh its worlds."""
