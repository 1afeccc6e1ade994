"""Floor 1: errors, units, compiler settings, geodesy and random numbers. Imports nothing of ours."""
