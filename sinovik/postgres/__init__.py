"""PostgreSQL's servers: embedded ones, restored copies, standbys. Knows no Django."""

from sinovik.postgres.cluster import SUPERUSER, WEB_ROLE, Cluster, ClusterError
from sinovik.postgres.programs import ProgramFailed, programs_of, run_program
from sinovik.postgres.replica import as_replica
from sinovik.postgres.server import Server

__all__ = [
    "SUPERUSER",
    "WEB_ROLE",
    "Cluster",
    "ClusterError",
    "ProgramFailed",
    "Server",
    "as_replica",
    "programs_of",
    "run_program",
]
