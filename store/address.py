"""The address of a store as it may be shown. Pure."""

import re

_SECRET = re.compile(r"((?:^|&)(?:ssl)?password=)[^&]*")


def shown_address(address: str) -> str:
    """A store's address without the password that may be in it; a file's path as it is."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        return address
    place, question, options = rest.partition("?")
    user, at, host = place.rpartition("@")
    name, colon, _ = user.partition(":")
    hidden = ":***" if colon else ""
    return f"{scheme}://{name}{hidden}{at}{host}{question}" + _SECRET.sub(r"\1***", options)
