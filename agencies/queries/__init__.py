"""Reads over agencies and regions."""
