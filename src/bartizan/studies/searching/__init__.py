"""The best of many choices, played with common luck: halved, tried beside neighbours, proved in fresh worlds."""
