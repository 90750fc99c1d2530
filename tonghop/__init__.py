"""Tổng Hợp: from the inbox of a receiving authority to its checked, compiled report."""

__all__ = ["__version__"]

__version__ = "0.1.0"
