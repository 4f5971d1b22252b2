"""What `spacy train --code` imports so that our components are registered."""

import pipeline.extraction.gazetteer  # noqa: F401
