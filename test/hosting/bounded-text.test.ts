// Bounded text: a body is read up to its limit, in whatever chunks it comes.
import { expect, test } from "vitest";
import { readBoundedText } from "../../src/hosting/bounded-text.ts";

function requestOf(chunks: Iterator<Uint8Array>): Request {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const init = { method: "POST", body, duplex: "half" };
  return new Request("http://localhost/", init);
}

test("a text whose letters are cut between chunks is whole", async () => {
  const bytes = new TextEncoder().encode("你好 👍 ok");
  const request = requestOf(
    [...bytes].map((one) => Uint8Array.of(one)).values(),
  );
  expect(await readBoundedText(request, bytes.length)).toEqual({
    ...{ ok: true, text: "你好 👍 ok" },
  });
});

test("a body without an end is read no further than its limit", async () => {
  let chunks = 0;
  function* endless() {
    for (; chunks < 1000; chunks++) yield new Uint8Array(100);
  }
  expect(await readBoundedText(requestOf(endless()), 1000)).toEqual({
    ...{ ok: false, problem: "too large" },
  });
  expect(chunks).toBeLessThan(20);
});

test("a request without a body has an empty text", async () => {
  const request = new Request("http://localhost/", { method: "POST" });
  expect(await readBoundedText(request, 10)).toEqual({ ok: true, text: "" });
});

test.for([
  ["a byte that begins nothing", [0x22, 0xff, 0x22]],
  ["half a letter at the end", [0x22, 0xe4, 0xbd]],
  ["half a surrogate pair", [0x22, 0xed, 0xa0, 0x80, 0x22]],
] as const)(
  "%s is refused, and becomes no other character",
  async ([, bytes]) => {
    const request = requestOf(bytes.map((one) => Uint8Array.of(one)).values());
    const problem = "not UTF-8";
    expect(await readBoundedText(request, 100)).toEqual({ ok: false, problem });
  },
);
