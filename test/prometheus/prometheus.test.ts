// Prometheus: a real one scrapes a server on Deno with the configuration of the docs, and answers an operator's queries.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { joinAll } from "../conformance/support/members.ts";
import { serve } from "../deno/support/servers.ts";
import { startPrometheus } from "./support/prometheus.ts";

const METRICS_SECRET = "only-prometheus-has-this";

test("an operator's Prometheus knows what users do, and what they are refused", async () => {
  const { url } = await serve({ env: { METRICS_SECRET } });
  const { ask, lastError } = await startPrometheus(url, METRICS_SECRET);
  const [alice, bob] = await joinAll("lobby", "alice", "bob");
  for (let n = 0; n < 5; n++) await alice.sendMessage(`message ${n}`);
  bob.send({ type: "pin", of: 1, on: true });
  await bob.next("error");
  const read = async (query: string) => (await ask(query))[0]?.value;
  await expect
    .poll(() => read('edge_chat_messages_total{kind="room"}'), {
      timeout: 30_000,
    })
    .toBe(5);
  expect(await lastError()).toBe("");
  expect(await read("up")).toBe(1);
  expect(await read("edge_chat_connections")).toBe(2);
  expect(await read("edge_chat_members")).toBe(2);
  expect(await read("edge_chat_deliveries_total")).toBe(10);
  expect(await read("sum(edge_chat_refusals_total)")).toBe(1);
  expect(
    await read("histogram_quantile(0.5, edge_chat_flush_wait_seconds_bucket)"),
  ).toBeLessThan(0.5);
});

test("a real Prometheus answers every query of the dashboard while users talk, hooks run and a webhook listens", async () => {
  const receiver = createServer((request, response) => {
    request.resume();
    response.writeHead(204).end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  onTestFinished(() => void receiver.close());
  const { port } = Object(receiver.address());
  const { url } = await serve({
    settings: {
      WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
      WEBHOOK_SECRET: `whsec_${btoa("x".repeat(32))}`,
      WEBHOOK_COMMANDS: "roll",
      RATE_PER_SECOND: 0,
    },
    env: { METRICS_SECRET },
  });
  const { ask } = await startPrometheus(url, METRICS_SECRET);
  const [alice, bob] = await joinAll("kitchen", "alice", "bob");
  const unanswered = new Map(
    dashboardQueries().map((query) => [query, "no value"]),
  );
  expect(unanswered.size).toBeGreaterThan(20);
  // A rate needs two scrapes with something between them.
  const deadline = Date.now() + 45_000;
  while (unanswered.size > 0 && Date.now() < deadline) {
    await alice.sendMessage("hello");
    alice.send({ type: "private", to: bob.name, text: "psst" });
    alice.send({ type: "command", name: "roll", args: "2d6" });
    alice.send({ type: "pin", of: 1, on: true });
    await fetch(`${url}/health`);
    for (const query of [...unanswered.keys()]) {
      const results = await ask(query);
      const isNumber = results.some(({ value }) => Number.isFinite(value));
      if (isNumber) unanswered.delete(query);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect([...unanswered.keys()]).toEqual([]);
});

/** The queries of docs/guides/grafana-dashboard.json, with a span for rates. */
function dashboardQueries(): string[] {
  const file = new URL(
    "../../docs/guides/grafana-dashboard.json",
    import.meta.url,
  );
  const { panels } = JSON.parse(readFileSync(file, "utf8"));
  return panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
    targets.map(({ expr }) => expr.replace("$__rate_interval", "10s")),
  );
}

test("a Prometheus with a wrong secret gets nothing", async () => {
  const { url } = await serve({ env: { METRICS_SECRET } });
  const { ask, lastError } = await startPrometheus(
    url,
    "a-wrong-secret-as-long",
  );
  await expect.poll(lastError, { timeout: 30_000 }).toMatch(/401/);
  expect(await ask("edge_chat_connections")).toEqual([]);
});
