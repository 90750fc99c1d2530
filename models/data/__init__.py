"""Trained models, each with its model card."""
