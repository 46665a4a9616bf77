# SPDX-License-Identifier: Apache-2.0
"""Which addresses may be reached: an explicit deny list, and what is written in a URL."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from ascolto.errors import AddressBlocked
from ascolto.settings import Network

PORTS = {"http": 80, "https": 443}

# IANA's special-purpose registries; written out because `ipaddress` answers
# differently from one Python version to the next.
_DENIED_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's wire server: public by number, internal by meaning
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
_DENIED_6 = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"))
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
_LOCAL_NAMES = ("localhost", "local", "internal", "localdomain", "home.arpa")


def is_blocked(address: str) -> bool:
    """Whether an IP address may not be reached, whatever form hides it."""
    try:
        number = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    return any(_denied(each) for each in _unwrapped(number))


def _denied(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return any(address in network for network in _DENIED_4)
    return address not in _GLOBAL_6 or any(address in network for network in _DENIED_6)


def _unwrapped(
    address: IPv4Address | IPv6Address,
) -> tuple[IPv4Address | IPv6Address, ...]:
    """The addresses that are really meant by one that carries another inside."""
    if isinstance(address, IPv4Address):
        return (address,)
    bits = int(address)
    low = IPv4Address(bits & 0xFFFF_FFFF)
    if address in _MAPPED or address in _NAT64:
        return (low,)
    if address in _SIX_TO_FOUR:
        return (IPv4Address(bits >> 80 & 0xFFFF_FFFF),)
    if address in _TEREDO:
        server = IPv4Address(bits >> 64 & 0xFFFF_FFFF)
        return (server, IPv4Address(int(low) ^ 0xFFFF_FFFF))
    if bits >> 32 & 0xFFFF_FFFF in _ISATAP:
        return (address, low)
    return (address,)


def check_url(url: str, network: Network) -> None:
    """Refuse a URL by what is written in it, without asking the network.

    Raises AddressBlocked. A name that resolves to a blocked address is found
    by `Door.check` and, again, when it is connected to.
    """
    host, port = target(url, network)
    if (host, port) in allowed_pairs(network):
        return
    if _is_local_name(host) or any(is_blocked(address) for address in _numeric(host)):
        raise AddressBlocked(not_public(host, port))


def target(url: str, network: Network) -> tuple[str, int]:
    """Host and port of a URL that is well formed and of an allowed scheme and port.

    Raises AddressBlocked.
    """
    if any(character <= " " or character in "\\\x7f" for character in url):
        raise AddressBlocked("the URL holds a blank, a backslash or a control character")
    try:
        parts = httpx.URL(url)
        host, port = parts.raw_host.decode("ascii").lower(), parts.port
    except (httpx.InvalidURL, UnicodeError, TypeError):
        raise AddressBlocked("this is no URL; write https://host/path") from None
    if parts.scheme not in PORTS:
        raise AddressBlocked("only http:// and https:// are fetched")
    if not host:
        raise AddressBlocked("the URL names no host")
    if parts.userinfo:
        raise AddressBlocked("the URL holds a user name or password; leave it out")
    port = PORTS[parts.scheme] if port is None else port
    check_port(host, port, network)
    return host, port


def check_port(host: str, port: int, network: Network) -> None:
    """Refuse ports that are neither the web's nor listed for this host. Raises AddressBlocked."""
    if port not in PORTS.values() and (host, port) not in allowed_pairs(network):
        pair = _written(host, port)
        raise AddressBlocked(f"{host}: port {port} is closed; list {pair} under network.allow")


def not_public(host: str, port: int) -> str:
    """What to say about a blocked address: what, and what an operator may do."""
    pair = _written(host, port)
    return f"{host} is no public address; an operator may list {pair} under network.allow"


def _written(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def allowed_pairs(network: Network) -> frozenset[tuple[str, int]]:
    """The operator's list as host and port; an address in brackets without them."""
    pairs = (pair.rpartition(":") for pair in network.allow)
    return frozenset((host.strip("[]").lower(), int(port)) for host, _, port in pairs)


def _is_local_name(host: str) -> bool:
    name = host.rstrip(".")
    return any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES)


def _numeric(host: str) -> list[str]:
    """The addresses of a host written as a number in any of the ways that systems accept."""
    if ":" in host:
        return [host]
    try:
        found = socket.getaddrinfo(host.rstrip("."), None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [str(answer[4][0]) for answer in found]
