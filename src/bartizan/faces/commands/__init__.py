"""The commands: what each takes, and the work that it starts; everything heavy is imported inside of it."""
