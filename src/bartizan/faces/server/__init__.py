"""The viewer's server: on this machine only, for who knows its token, and with no request to anywhere else."""

from bartizan.faces.server.app import Server, listening
from bartizan.faces.server.routes import Bench, Listing, Site, Viewer

__all__ = ["Bench", "Listing", "Server", "Site", "Viewer", "listening"]
