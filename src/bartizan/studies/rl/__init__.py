"""Doctrine chosen from outside, for libraries of learning (extra `rl`). Experimental: the defender's choices alone."""
