package io.grantkeeper.provider;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Addresses that a provider on the Internet does not have: of this host, of this network, of the cloud's metadata. */
final class PrivateAddresses {

    private PrivateAddresses() {}

    static boolean contains(InetAddress address) {
        return switch (address) {
            case Inet4Address four -> isPrivate(four);
            case Inet6Address six -> isPrivate(six);
            default -> true;
        };
    }

    private static boolean isPrivate(Inet4Address address) {
        int first = address.getAddress()[0] & 0xff;
        int second = address.getAddress()[1] & 0xff;
        int third = address.getAddress()[2] & 0xff;
        return isOfThisNetwork(address)
                || first == 0
                || first >= 240
                || (first == 100 && (second & 0xc0) == 64) // shared address space, RFC 6598
                || (first == 192 && second == 0 && third == 0) // IETF protocol assignments, RFC 6890
                || (first == 198 && (second & 0xfe) == 18); // benchmarking, RFC 2544
    }

    private static boolean isPrivate(Inet6Address address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = (bytes[0] & 0xfe) == 0xfc; // RFC 4193
        return uniqueLocal || isOfThisNetwork(address) || embedsFour(bytes);
    }

    private static boolean isOfThisNetwork(InetAddress address) {
        return address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress();
    }

    /** Transition prefixes reach an IPv4 host through IPv6; those hosts are checked as what they are. */
    private static boolean embedsFour(byte[] six) {
        if (startsWith(six, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01)) { // NAT64 of this network, RFC 8215
            return true;
        }
        if (startsWith(six, 0x00, 0x64, 0xff, 0x9b) || isCompatible(six)) { // NAT64, RFC 6052; RFC 4291 §2.5.5.1
            return isPrivate(four(six, 12));
        }
        if (startsWith(six, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0)) { // translated, RFC 2765 §2.1
            return isPrivate(four(six, 12));
        }
        if (startsWith(six, 0x20, 0x02)) { // 6to4, RFC 3056
            return isPrivate(four(six, 2));
        }
        return startsWith(six, 0x20, 0x01, 0x00, 0x00); // Teredo, RFC 4380
    }

    private static boolean isCompatible(byte[] six) {
        for (int i = 0; i < 12; i++) {
            if (six[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(byte[] address, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((address[i] & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static Inet4Address four(byte[] six, int offset) {
        try {
            return (Inet4Address) InetAddress.getByAddress(Arrays.copyOfRange(six, offset, offset + 4));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an address", impossible);
        }
    }
}
