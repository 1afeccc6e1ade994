"""The surface of a scenario: terrain, buildings and trees, as heights and as statistics."""
