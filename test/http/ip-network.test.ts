// IP network: all spellings of an address are equal, and the addresses of one network count together.
import { describe, expect, test } from "vitest";
import { networkOf, readAddress } from "../../src/http/ip-network.ts";

describe("an IPv4 address is one", () => {
  test.for([
    "203.0.113.2",
    "203.0.113.2:50000",
    "203.0.113.2:1",
    "203.0.113.2:_port",
    "203.0.113.2:",
    '"203.0.113.2:50000"',
    "[203.0.113.2]:80",
    "  203.0.113.2\t",
    "203.000.113.002",
    "::ffff:203.0.113.2",
    "::FFFF:203.0.113.2",
    "::ffff:cb00:7102",
    "0:0:0:0:0:ffff:cb00:7102",
    "0000:0000:0000:0000:0000:ffff:cb00:7102",
    "::0:ffff:cb00:7102",
    "[::ffff:cb00:7102]:443",
    "::ffff:203.0.113.2:443",
    "::ffff:203.0.113.2%eth0",
    "::ffff:0:203.0.113.2",
    "64:ff9b::cb00:7102",
    "2002:cb00:7102:1::5",
    "2002:cb00:7102:2::6",
    "2001:0:4136:e378:8000:63bf:34ff:8efd",
  ])("a user's IPv4 address is one and the same as %s", (text) => {
    expect(readAddress(text)).toBe("203.0.113.2");
    expect(networkOf(text)).toBe("203.0.113.2");
  });
});

describe("an IPv6 address", () => {
  test.for([
    "2001:db8::1",
    "2001:DB8::1",
    "2001:0db8:0000:0000:0000:0000:0000:0001",
    "[2001:db8::1]",
    "[2001:db8::1]:443",
    '"[2001:db8::1]:4711"',
    '"[2001:db8::1]"',
    "2001:db8::1%eth0",
    "[2001:db8::1%25eth0]:80",
    " 2001:db8::1 ",
    "2001:db8:0:0:0:0:0:1:50000",
  ])("a user's IPv6 address is one and the same as %s", (text) => {
    expect(readAddress(text)).toBe("2001:db8:0:0:0:0:0:1");
  });

  test.for([
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:DB8:0001:2:ffff::", "2001:db8:1:2"],
    ["2001:db8:1:2::9:50000", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:db8::", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["::", "0:0:0:0"],
    ["fe80::1:2:3:4:5", "fe80:0:0:1"],
    ["1:2:3:4:5:6:192.0.2.1", "1:2:3:4"],
  ] as const)(
    "a user's address %s belongs to the network %s",
    ([address, network]) => {
      expect(networkOf(address)).toBe(network);
    },
  );
});

test.for([
  "",
  " ",
  "unknown",
  "_hidden",
  "-",
  "localhost",
  "256.0.0.1",
  "1.2.3",
  "1.2.3.4.5",
  "0x7f.1.1.1",
  "1.2.3.4, 5.6.7.8",
  "1::2::3",
  ":",
  ":::",
  "12345::",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7::8:9",
  "::1.2.3.256",
  "1.2.3.4::",
  "1.2.3.4::1",
  "[::1",
  "g::1",
  "1".repeat(100_000),
  ":".repeat(100_000),
])(
  "a user's address %j is no address, and counts as one with all such",
  (text) => {
    expect(readAddress(text)).toBeNull();
    expect(networkOf(text)).toBe("unknown");
  },
);
