"""Loading a French spaCy pipeline: the shipped one, a stored one by path, or an installed one by name."""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language

from pipeline import locations
from pipeline.errors import ConfigurationError
from pipeline.extraction import tokenizer
from pipeline.extraction.gazetteer import Gazetteer, GazetteerComponent


def load_model(model: str) -> Language:
    """The pipeline, checked to find names and sentences. Raises ConfigurationError naming what is wrong."""
    try:
        nlp = spacy.load(Path(model) if Path(model).exists() else model)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigurationError(f"model {model}: cannot be loaded ({reason})") from None
    if "ner" not in nlp.pipe_names:
        raise ConfigurationError(f"model {model}: has no component 'ner', which finds the names")
    if not {"senter", "parser", "sentencizer"} & set(nlp.pipe_names):
        raise ConfigurationError(f"model {model}: has no component 'senter' or 'parser', which finds sentences")
    return tokenizer.adapt(nlp)


def lists_of(nlp: Language) -> Gazetteer:
    """The lists of names that the pipeline brings, or those that ship with the product."""
    if "gazetteer" in nlp.pipe_names:
        component = nlp.get_pipe("gazetteer")
        assert isinstance(component, GazetteerComponent)
        return component.gazetteer
    return Gazetteer().read_folder(locations.GAZETTEER)
