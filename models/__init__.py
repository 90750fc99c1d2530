"""Learned models and lexicons: text in, labels out."""
