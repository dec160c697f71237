"""Measurements: pages at the size of 2022, the radar's chances, calibration of scores."""
