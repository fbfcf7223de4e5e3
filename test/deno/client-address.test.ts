// Client address: it is the last entry of the proxy's header in any spelling, or the proxy itself.
import { describe, expect, test } from "vitest";
import { clientAddress } from "../../src/deno/client-address.ts";

const PROXY = "198.51.100.1";
const CLIENT = "203.0.113.2";

const said = (header: string, value: string) =>
  clientAddress(
    new Request("http://chat.example/", { headers: { [header]: value } }),
    PROXY,
    header,
  );

describe("X-Forwarded-For", () => {
  test.for([
    CLIENT,
    `192.0.2.9, ${CLIENT}`,
    `192.0.2.9,${CLIENT}:50000`,
    `unknown, "${CLIENT}:50000"`,
    `192.0.2.9, ::ffff:cb00:7102 `,
  ])("the header X-Forwarded-For %s gives the address of the user", (value) => {
    expect(said("X-Forwarded-For", value)).toBe(CLIENT);
  });

  test.for(["", " ", "unknown", `${CLIENT},`, `${CLIENT}, junk`, "<script>"])(
    "the header X-Forwarded-For %j gives no address, and all such users count as one",
    (value) => {
      expect(said("X-Forwarded-For", value)).toBe(PROXY);
    },
  );

  test("the header with a user's address counts by its name, and only where it is set", () => {
    const headers = { "X-Forwarded-For": CLIENT };
    const request = new Request("http://chat.example/", { headers });
    expect(clientAddress(request, PROXY, "")).toBe(PROXY);
    expect(clientAddress(request, PROXY, "X-Real-IP")).toBe(PROXY);
    expect(clientAddress(request, PROXY, "x-forwarded-for")).toBe(CLIENT);
  });
});

describe("Forwarded", () => {
  test.for([
    `for=${CLIENT}`,
    `For="${CLIENT}:4711";proto=https;by=198.51.100.1`,
    `for=192.0.2.9, proto=https;for=${CLIENT}`,
    `for="_a,b", FOR = ${CLIENT} ;host=chat.example`,
    `for="a;for=192.0.2.9", for="[::ffff:cb00:7102]:443"`,
  ])("the header Forwarded %s gives the address of the user", (value) => {
    expect(said("Forwarded", value)).toBe(CLIENT);
  });

  test.for([
    "for=unknown",
    "for=_hidden",
    `for=${CLIENT}, proto=https`,
    `for=${CLIENT}, for="`,
    CLIENT,
  ])("the header Forwarded %s gives no address of a user", (value) => {
    expect(said("Forwarded", value)).toBe(PROXY);
  });
});
