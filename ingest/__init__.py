"""File to pages of words: accept, settle, rasterize, condition the image, OCR, text layers, Word files."""
