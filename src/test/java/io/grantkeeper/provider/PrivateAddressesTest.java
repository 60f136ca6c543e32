package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateAddressesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                // as Java reads them
                "127.0.0.1",
                "127.1",
                "0",
                "2130706433",
                "[::1]",
                "::1",
                "localhost",
                // this host, this network
                "0.0.0.0",
                "0.1.2.3",
                "127.255.255.255",
                "10.0.0.1",
                "10.255.255.255",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                // the cloud's metadata
                "169.254.169.254",
                "169.254.170.2",
                "100.100.100.200",
                "192.0.0.192",
                "fd00:ec2::254",
                "::ffff:169.254.169.254",
                // shared, reserved, benchmarking, multicast, broadcast
                "100.64.0.1",
                "100.127.255.255",
                "192.0.0.1",
                "198.18.0.1",
                "198.19.255.255",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                // IPv6
                "::",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "fc00::1",
                "fdff::1",
                "ff02::1",
                // IPv4 in IPv6
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "::10.0.0.1",
                "::ffff:0:127.0.0.1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::8.8.8.8",
                "64:ff9b:1:a9fe:a9:fe00:808:808",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::1",
                "2002:a00:1::1",
                "2001::1",
                "2001:0:53aa:64c:0:0:5601:5601"
            })
    void A98_anAddressThatNoProviderHasIsPrivate(String address) throws UnknownHostException {
        assertThat(PrivateAddresses.contains(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
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
                "2001:1::1",
                "2003::1",
                "64:ff9b::8.8.8.8",
                "2002:808:808::1"
            })
    void anAddressOfTheInternetIsNot(String address) throws UnknownHostException {
        assertThat(PrivateAddresses.contains(InetAddress.getByName(address))).isFalse();
    }

    /** From bytes, as the resolver gives them: Java makes an IPv4 address of a mapped one. */
    @ParameterizedTest
    @CsvSource({
        "00000000000000000000ffff7f000001, true",
        "00000000000000000000ffff08080808, false",
        "0064ff9b000000000000000008080808, false",
        "0064ff9b00000000000000000a000001, true"
    })
    void A98_anAddressIsLookedAtAsBytes(String hex, boolean isPrivate) throws UnknownHostException {
        assertThat(PrivateAddresses.contains(
                        InetAddress.getByAddress(HexFormat.of().parseHex(hex))))
                .isEqualTo(isPrivate);
    }
}
