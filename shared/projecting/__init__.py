"""Views: what people look at, built from the log alone, followed live and rebuilt beside the standing one."""

from shared.projecting.generations import PositionMoved
from shared.projecting.projector import Projector
from shared.projecting.rebuilding import Progress, RebuildRunning, RebuildStopped, Rebuilt
from shared.projecting.tables import add, digest, load, put
from shared.projecting.view import Counting, View

__all__ = [
    "Counting",
    "PositionMoved",
    "Progress",
    "Projector",
    "RebuildRunning",
    "RebuildStopped",
    "Rebuilt",
    "View",
    "add",
    "digest",
    "load",
    "put",
]
