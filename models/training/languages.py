"""The two recognisers: what differs between them is the tokens and where the utterances come from."""

import importlib

LANGUAGES = ("zh", "en")


def tokens_of(language):
    """Tokens in the order of `tokens.txt`."""
    return importlib.import_module("english_vocabulary" if language == "en" else "vocabulary").TOKENS


def source_of(language, kind, data, work, held_out):
    """draw(rng) -> (samples, tokens, ends of the tokens in seconds or None)."""
    # Imported here: a source opens its synthesiser or recordings once in each process.
    if language == "en":
        return importlib.import_module("english_sources").open_source(kind, data, work, held_out)
    draw = importlib.import_module("sources").open_source(kind, data, work, held_out)
    return lambda rng: (*draw(rng), None)
