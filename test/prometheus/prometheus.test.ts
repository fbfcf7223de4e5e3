// Prometheus: a real one scrapes a server on Deno with the configuration of the docs, and answers an operator's queries.
import { expect, test } from "vitest";
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

test("a Prometheus with a wrong secret gets nothing", async () => {
  const { url } = await serve({ env: { METRICS_SECRET } });
  const { ask, lastError } = await startPrometheus(
    url,
    "a-wrong-secret-as-long",
  );
  await expect.poll(lastError, { timeout: 30_000 }).toMatch(/401/);
  expect(await ask("edge_chat_connections")).toEqual([]);
});
