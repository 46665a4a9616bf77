# SPDX-License-Identifier: Apache-2.0
"""What may be reached; what may not is tests/security/ssrf.toml."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolto.errors import AddressBlocked
from ascolto.net import check_url, is_blocked
from ascolto.settings import Network


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001:80b::200e",
        "::ffff:93.184.216.34",
        "64:ff9b::5db8:d822",
        "2002:5db8:d822::1",
    ],
)
def test_public_addresses_are_reached(address):
    assert not is_blocked(address)


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1.2.3.4.5", "127.0.0.1/8", "::g", "0x7f"])
def test_what_is_no_address_is_blocked(text):
    assert is_blocked(text)


@given(st.integers(0, 2**32 - 1))
def test_an_address_hidden_in_another_is_judged_as_itself(number):
    plain = is_blocked(str(IPv4Address(number)))
    for form in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert is_blocked(str(IPv6Address(form))) == plain


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://example.com:80/x?y#z",
        "https://example.com:443/",
        "http://example.com:443/",
        "https://пример.рф/лента",
        "https://[2606:4700:4700::1111]/",
        "https://1.1.1.1/",
    ],
)
def test_public_urls_pass_without_dns(url):
    check_url(url, Network())


def test_a_listed_pair_opens_that_pair_only():
    network = Network(allow=("127.0.0.1:8001", "[::1]:8002", "Inner.Example:9200"))
    for url in ("http://127.0.0.1:8001/", "http://[::1]:8002/", "http://inner.example:9200/"):
        check_url(url, network)
    for url in (
        "http://127.0.0.1:8002/",
        "http://127.0.0.1/",
        "http://127.1:8001/",
        "http://localhost:8001/",
        "http://127.0.0.2:8001/",
        "http://[::ffff:127.0.0.1]:8001/",
        "http://127.0.0.1.:8001/",
        "http://[::1]/",
        "http://other.inner.example:9200/",
    ):
        with pytest.raises(AddressBlocked):
            check_url(url, network)


def test_the_refusal_says_what_an_operator_may_write():
    with pytest.raises(AddressBlocked, match=r"list 10\.0\.0\.7:80 under network\.allow"):
        check_url("http://10.0.0.7/", Network())
    with pytest.raises(AddressBlocked, match=r"list \[::1\]:81 under network\.allow"):
        check_url("http://[::1]:81/", Network())
