"""Where many tickets were born, while they are loaded: a few bytes each."""

from array import array
from collections import defaultdict
from functools import partial

from store.bits import Numbers, numbers_of

_Arrays = defaultdict[str, "array[int]"]


class Births:
    """The tickets by who made them and in which channel, and of the private ones the same again."""

    def __init__(self) -> None:
        self.count = 0
        self.private: set[int] = set()
        self._of_all, self._of_private = (_arrays(), _arrays()), (_arrays(), _arrays())

    def add(self, number: int, who: str, channel: str, *, private: bool) -> None:
        self.count += 1
        authors, channels = self._of_all
        authors[who].append(number)
        channels[channel].append(number)
        if private:
            self.private.add(number)
            authors, channels = self._of_private
            authors[who].append(number)
            channels[channel].append(number)

    def of_all(self) -> tuple[dict[str, Numbers], dict[str, Numbers]]:
        """By author, and by channel."""
        authors, channels = self._of_all
        return _sets(authors), _sets(channels)

    def of_private(self) -> tuple[dict[str, Numbers], dict[str, Numbers]]:
        authors, channels = self._of_private
        return _sets(authors), _sets(channels)


def _arrays() -> _Arrays:
    return defaultdict(partial(array, "I"))


def _sets(arrays: _Arrays) -> dict[str, Numbers]:
    return {name: numbers_of(array("I", sorted(numbers))) for name, numbers in arrays.items()}
