"""Klarbesked: the hub from which a municipality tells its citizens what to do."""
