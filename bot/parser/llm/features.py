"""Request features that not every server supports, and which of them a refusal is about. Pure."""

from collections.abc import Iterator
from typing import Literal

Feature = Literal["reasoning_effort", "response_format", "system", "max_completion_tokens", "max_tokens"]
Features = frozenset[Feature]

# Words with which servers name each feature: llama.cpp says grammar, Ollama thinking, chat templates roles.
# Ordered by how likely an unexplained refusal is about it.
_WORDS: dict[Feature, tuple[str, ...]] = {"reasoning_effort": ("reasoning", "think"), "response_format": ("response_format", "schema", "grammar", "structured output", "guided", "json_object"), "system": ("system role", "system message", "system prompt", "'system'", '"system"', "roles"), "max_completion_tokens": ("max_completion_tokens",), "max_tokens": ("max_tokens",)}  # fmt: skip
EVERY: Features = frozenset(_WORDS) - {"max_tokens"}


def find_named_feature(parameter: str, told: str, features: Features) -> Feature | None:
    """The one of `features` that a refusal names: in its `parameter`, or else in its text `told`."""
    for text in (parameter.lower(), told.lower()):
        for feature, words in _WORDS.items():
            if feature in features and any(word in text for word in (feature, *words)):
                return feature
    return None


def drop_feature(features: Features, left_out: Feature) -> Features:
    """`features` without `left_out`; `max_completion_tokens` is replaced by its older name."""
    older: Features = frozenset({"max_tokens"} if left_out == "max_completion_tokens" else ())
    return features - {left_out} | older


def guess_features(features: Features) -> Iterator[Features]:
    """What to try after an unexplained refusal of `features`: each feature left out in turn, then all of them."""
    left_out = [feature for feature in _WORDS if feature in features]
    yield from (drop_feature(features, feature) for feature in left_out)
    if len(left_out) > 1:
        yield frozenset()
