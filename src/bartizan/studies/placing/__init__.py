"""Where to put more: sites screened, layouts played against one another, the best one proved in fresh worlds."""
