"""Raster files: opened, understood, placed and read, whatever grid, unit and coordinate system they have."""
