"""Which report matters most: the questions that a scenario leaves open, and what each is worth to the answer."""
