"""Every kind of address that must not be fetched from, in every spelling."""

from __future__ import annotations

import pytest

from ingest.fetch.addresses import refusal

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "100.64.0.1", "::1", "fc00::1", "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1", "64:ff9b::7f00:1",
]  # fmt: skip
NEVER = [
    "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.1.1", "100.100.100.200", "192.0.0.192",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
    "203.0.113.5", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "fd00:ec2::254",
    "2001:db8::1", "100::1", "::ffff:169.254.169.254", "::ffff:0.0.0.0", "::a9fe:a9fe",
    "::127.0.0.1", "::8.8.8.8", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:1::1",
    "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8", "::ffff:0:127.0.0.1", "4000::1",
    "168.63.129.16", "::ffff:168.63.129.16", "64:ff9b::a83f:8110", "fd20:ce::254",
    "fd00:c1::a9fe:a9fe", "fd00:42::42",
    "localhost", "127.1", "0177.0.0.1", "2130706433", "",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "151.101.1.42", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_unless_allowed(address):
    assert refusal(address, private=False)
    assert not refusal(address, private=True)


@pytest.mark.parametrize("address", NEVER)
def test_others_are_refused_in_any_case(address):
    assert refusal(address, private=False)
    assert refusal(address, private=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_ones_are_not(address):
    assert not refusal(address, private=False)
