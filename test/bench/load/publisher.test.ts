// Publisher tests: a backend of the load sends what a room takes, and counts what was stored.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Publisher } from "./publisher.ts";
import { Tally } from "./tally.ts";

interface Sent {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly body: {
    readonly as: object;
    readonly text?: string;
    readonly id?: string;
    readonly messages?: readonly { readonly text: string; id: string }[];
  };
}

/** A server that answers each request by its number. */
async function answering(status: (count: number) => number) {
  const sent: Sent[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += part;
    const { url, headers } = request;
    sent.push({ url, key: headers.authorization, body: JSON.parse(text) });
    response.writeHead(status(sent.length)).end("{}");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { sent, port: (server.address() as AddressInfo).port };
}

const options = { room: "lobby", key: "ek_bench_secret", connections: 2 };

test("one message is a request, and counts once when it is stored", async () => {
  const { sent, port } = await answering(() => 201);
  const tally = new Tally();
  const publisher = new Publisher({ port, tally }, { ...options, batch: 1 });
  tally.isTimed = true;
  for (let i = 0; i < 3; i++) expect(await publisher.send()).toBe(201);
  expect(tally).toMatchObject({ acks: 3, errors: 0 });
  expect(tally.quantiles(1)[0]).toBeGreaterThan(0);
  expect(sent[0]).toMatchObject({
    ...{ url: "/rooms/lobby/messages", key: "Bearer ek_bench_secret" },
    body: { as: { id: "bench" }, text: expect.any(String) },
  });
  expect(new Set(sent.map(({ body }) => body.id)).size).toBe(3);
  await publisher.stop();
});

test("a batch counts each of its messages, and its refusal is an error", async () => {
  const { sent, port } = await answering((count) => (count === 1 ? 200 : 429));
  const tally = new Tally();
  const publisher = new Publisher({ port, tally }, { ...options, batch: 10 });
  expect(await publisher.send()).toBe(200);
  expect(await publisher.send()).toBe(429);
  expect(tally).toMatchObject({ acks: 10, errors: 1 });
  const ids = sent.flatMap(({ body }) => body.messages?.map(({ id }) => id));
  expect(new Set(ids).size).toBe(20);
  await publisher.stop();
});

test("a stopped publisher has all answers, and sends no more", async () => {
  const { sent, port } = await answering(() => 201);
  const tally = new Tally();
  const publisher = new Publisher({ port, tally }, { ...options, batch: 1 });
  publisher.start();
  await expect.poll(() => tally.acks).toBeGreaterThan(10);
  await publisher.stop();
  expect(tally.acks).toBe(sent.length);
  expect(tally.closes).toBe(0);
});
