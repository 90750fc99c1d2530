"""Unit reports to documents: merge, district report, annexes, gap register."""
