"""Polygons from files: one reader for buildings, trees and districts, of any format, and what it could not use."""
