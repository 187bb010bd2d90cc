"""Tables whose rows are packed into bytes, by ticket number: they take a quarter of what dictionaries do. Pure."""

from collections.abc import Iterator, MutableMapping
from typing import Any

from store.patch import Json


class PackedRows(MutableMapping[str, Json]):
    """`packed` holds the bytes of each number, b"" where there is none, and others whenever anything changes."""

    def __init__(self) -> None:
        self.packed: list[bytes] = [b""]
        self._count = 0

    @property
    def last(self) -> int:
        """The highest number that there has been."""
        return len(self.packed) - 1

    def has(self, number: int) -> bool:
        return 0 < number < len(self.packed) and bool(self.packed[number])

    def image(self) -> Any:
        """See `store.image`."""
        return self.packed

    def restore(self, image: Any) -> None:
        self.packed = image
        self._count = len(image) - image.count(b"")

    def _room(self, number: int) -> None:
        """Make room for all numbers up to this one."""
        if number >= len(self.packed):
            self.packed += [b""] * (number + 1 - len(self.packed))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        """Upwards; the table may change meanwhile."""
        return (str(number) for number, packed in enumerate(self.packed) if packed)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.isdigit() and self.has(int(key))
