"""Extraction: from an article to entities and ownership stakes. No spaCy Doc leaves this package."""
