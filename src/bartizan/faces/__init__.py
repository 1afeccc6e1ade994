"""Floor 6: the command line, the report and other faces. They read saved results and compute nothing."""
