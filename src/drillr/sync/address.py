"""Addresses of servers: which ones tokens and answers may be sent to."""

import ipaddress
from urllib.parse import urlsplit

from drillr.errors import UsageError


def checked(url: str, *, allow_plain: bool = False) -> str:
    """The address without a trailing slash; UsageError unless it is safe to send secrets there.

    Plain http reaches only this machine, except when it is explicitly allowed.
    """
    text = url if "://" in url else f"https://{url}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts_wrong(text) or not host:
        raise UsageError(f"{url!r} is no server's address", "Write it as https://host[:port]")
    del port
    if parts.scheme == "http" and not (allow_plain or is_loopback(host)):
        raise UsageError(
            f"{text} would send your password unencrypted",
            "Use https://, or --allow-plain-http where the network itself is safe",
        )
    return text.rstrip("/")


def parts_wrong(text: str) -> bool:
    """Whether an address has another scheme, or parts that no server needs."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return True
    return (
        parts.scheme not in ("http", "https")
        or parts.username is not None
        or bool(parts.query or parts.fragment)
        or any(ord(character) <= 32 for character in text)
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or number."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
