"""The result of checking one part of the configuration."""

from typing import NamedTuple


class Finding(NamedTuple):
    """`what` is a statement, `next_step` is what to do about it; neither ends with a full stop."""

    fine: bool
    about: str
    what: str
    next_step: str = ""

    @property
    def sentence(self) -> str:
        if self.fine and self.next_step:
            return f"{self.about}: {self.what}. {self.next_step[0].upper()}{self.next_step[1:]}."
        told = f"{self.about}: {self.what}{f': {self.next_step}' if self.next_step else ''}"
        return told if told.endswith("?") else f"{told}."


def finding_from_sentence(fine: bool, about: str, sentence: str) -> Finding:  # noqa: FBT001  # as in Finding
    """Make a finding from a sentence written elsewhere, in which a colon precedes the next step."""
    what, _, next_step = sentence.removesuffix(".").partition(": ")
    return Finding(fine, about, what, next_step)
