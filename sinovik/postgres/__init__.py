"""Embedded PostgreSQL for demo, development and tests: start, stop, DSN. Knows no Django."""

from sinovik.postgres.cluster import Cluster, ClusterError

__all__ = ["Cluster", "ClusterError"]
