"""Which addresses a download may connect to.

Sources: the IANA special-purpose address registries (RFC 6890 and its updates), which `ipaddress`
follows; RFC 6052 and RFC 8215 (NAT64).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_METADATA = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",  # most of them
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure's host, a public address by its number
        "192.0.0.192",  # Oracle, of old
        "fd00:ec2::254",  # AWS
        "fd20:ce::254",  # Google
        "fd00:c1::a9fe:a9fe",  # Oracle
        "fd00:42::42",  # Scaleway
    )
)
"""Where clouds tell a machine its secrets, by their manuals; not all of them are link-local."""

_CARRIER = ip_network("100.64.0.0/10")  # RFC 6598: shared by a provider's customers
_LOCAL_V6 = ip_network("fc00::/7")
_GLOBAL_V6 = ip_network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_TUNNELS = tuple(
    IPv6Network(text)
    for text in ("::/96", "2002::/16", "2001::/32", "64:ff9b:1::/48", "::ffff:0:0:0/96")
)
"""IPv4 inside IPv6 in ways that nobody has need of any more: compatible, 6to4, Teredo, a network's
own NAT64, translated. What a host is reached by in earnest is none of them."""


def refusal(text: str, *, private: bool) -> str:
    """Why nothing may be fetched from the address ``text``; empty if it may.

    ``private`` lets pass what belongs to a private network or to this machine. Link-local,
    multicast, reserved and unspecified addresses are refused in any case, and those of the
    services that tell a cloud machine its secrets.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return "is no IP address"
    if isinstance(address, IPv6Address):
        return _of_v6(address, private)
    return _of_v4(address, private)


def _of_v6(address: IPv6Address, private: bool) -> str:
    if address.scope_id:
        return "is link-local"
    if address.ipv4_mapped:
        return _of_v4(address.ipv4_mapped, private)
    if address in _NAT64:
        return _of_v4(IPv4Address(address.packed[-4:]), private)
    if address.is_loopback:
        return "" if private else "is this machine's own"
    if any(address in network for network in _TUNNELS):
        return "hides an IPv4 address"
    if address in _METADATA:
        return "is that of a cloud's metadata service"
    if address in _LOCAL_V6:
        return "" if private else "is private"
    if address in _GLOBAL_V6 and address.is_global and not address.is_multicast:
        return ""
    return "is link-local" if address.is_link_local else "is not of the public internet"


def _of_v4(address: IPv4Address, private: bool) -> str:
    if address in _METADATA:
        return "is that of a cloud's metadata service"
    if address.is_link_local:
        return "is link-local"
    if address.is_loopback:
        return "" if private else "is this machine's own"
    if address.is_multicast or address.is_reserved or address.packed[0] == 0:
        return "is not that of a host"
    if address in _CARRIER or _is_rfc1918(address):
        return "" if private else "is private"
    return "" if address.is_global else "is not of the public internet"


def _is_rfc1918(address: IPv4Address) -> bool:
    networks = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    return any(address in ip_network(network) for network in networks)
