"""Feeds: poll them over HTTP, parse them into entries."""
