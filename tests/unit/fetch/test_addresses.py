import pytest

from pipeline.errors import Rejected
from pipeline.fetch.addresses import check_address, networks

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "172.15.255.255", "172.32.0.1", "100.63.255.255", "223.255.255.255",
          "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]  # fmt: skip

NOT_PUBLIC = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
              "255.255.255.255", "224.0.0.1", "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::127.0.0.1",
              "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8", "2002:808:808::1", "2001::1", "2001:db8::1", "fe80::1",
              "fe80::1%eth0", "2606:4700::1111%eth0", "fc00::1", "ff02::1", "4000::1",
              "", "localhost", "1.1.1.1."]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_reached_on_the_ports_of_the_web_only(address: str) -> None:
    check_address(address, 80, ())
    check_address(address, 443, ())
    for port in (0, 22, 25, 6379, 8080):
        with pytest.raises(Rejected, match="blocked_address"):
            check_address(address, port, ())


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_all_others_may_not(address: str) -> None:
    with pytest.raises(Rejected, match="blocked_address"):
        check_address(address, 443, ())


def test_a_listed_network_may_be_reached_on_any_port_and_no_other() -> None:
    allowed = networks(["127.7.0.0/16", " fd00::/8 ", ""])
    check_address("127.7.3.4", 6379, allowed)
    check_address("::ffff:127.7.3.4", 6379, allowed)
    check_address("fd12::1", 8080, allowed)
    for address in ("127.8.0.1", "127.0.0.1", "fe80::1"):
        with pytest.raises(Rejected):
            check_address(address, 80, allowed)


@pytest.mark.parametrize("block", ["127.7.0.0/33", "localhost", "127.7.0.1/16"])
def test_a_network_that_is_none_is_an_error(block: str) -> None:
    with pytest.raises(ValueError, match=r"network|host bits|appear"):
        networks([block])
