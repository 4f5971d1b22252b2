"""Evaluation: extraction against gold articles. Never against its own candidates."""
