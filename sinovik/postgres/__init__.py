"""PostgreSQL's servers: embedded ones, restored copies, standbys. Knows no Django."""

from sinovik.postgres.cluster import Cluster, ClusterError
from sinovik.postgres.programs import ProgramFailed, programs_of, run_program
from sinovik.postgres.server import Server

__all__ = ["Cluster", "ClusterError", "ProgramFailed", "Server", "programs_of", "run_program"]
