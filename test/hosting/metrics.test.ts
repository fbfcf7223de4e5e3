// Metrics: an operator reads in numbers what the server does, and never the name of anybody or of a room.
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createObjectMetrics } from "../../src/cloudflare/object-metrics.ts";
import { Counters, Histogram } from "../../src/core/shared/counters.ts";
import type { DeliverEvents } from "../../src/core/shared/event-batches.ts";
import { WebhookHealth } from "../../src/deno/webhook-health.ts";
import { createHookRunner } from "../../src/hooks/hook-runner.ts";
import { allow } from "../../src/hooks/verdict.ts";
import { HostCounters } from "../../src/hosting/metrics/host-counters.ts";
import {
  logReport,
  MetricsReport,
} from "../../src/hosting/metrics/metrics-report.ts";
import { writeOpenMetrics } from "../../src/hosting/metrics/open-metrics.ts";
import { TOTALS } from "../../src/hosting/metrics/totals.ts";
import { Webhooks } from "../../src/hosting/webhooks/webhooks.ts";
import { DEFAULT_SETTINGS } from "../../src/protocol/settings.ts";
import {
  joinGuest,
  openDatabase,
  openHost,
  settled,
} from "../deno/support/fakes.ts";
import { readOpenMetrics } from "./support/open-metrics-reader.ts";

afterEach(() => void vi.unstubAllGlobals());

describe("a scrape", () => {
  test("an operator reads who is here and what was said, in the format of the standard", async () => {
    const host = openHost();
    const alice = await joinGuest(host, "kitchen-of-carol", "alice");
    const bob = await joinGuest(host, "kitchen-of-carol", "bob");
    await joinGuest(host, "cellar", "alice2");
    alice.send({ type: "message", text: "hello" });
    alice.send({ type: "private", to: "bob", text: "psst" });
    alice.send({ type: "edit", of: 99, text: "never" });
    bob.send({ type: "nonsense" });
    await settled();
    const text = host.writeMetrics();
    const samples = readOpenMetrics(text);
    const read = (name: string) => samples.get(`edge_chat_${name}`);
    expect(read("connections")).toBe(3);
    expect(read("members")).toBe(3);
    expect(read('messages_total{kind="room"}')).toBe(1);
    expect(read('messages_total{kind="private"}')).toBe(1);
    expect(read("events_total")).toBe(1);
    // The message to both, and the private one to bob.
    expect(read("deliveries_total")).toBe(3);
    expect(read('frames_total{direction="in"}')).toBe(4);
    expect(read('frames_total{direction="out"}')).toBeGreaterThan(6);
    expect(read('refusals_total{code="gone"}')).toBe(1);
    expect(read('refusals_total{code="unsupported"}')).toBe(1);
    expect(read('refusals_total{code="banned"}')).toBe(0);
    expect(read('calls_total{to="directory"}')).toBeGreaterThan(3);
    expect(read("rows_written_total")).toBeGreaterThan(5);
    expect(read("flush_wait_seconds_count")).toBeGreaterThan(0);
    expect(read("storage_working")).toBe(1);
    expect(read("webhooks_failing")).toBe(0);
    expect(text).not.toMatch(/alice|bob|carol|kitchen|cellar|hello|psst/);
  });

  test("a room that was put out of memory is counted, and stays out of it", async () => {
    const host = openHost({ openMax: 4 });
    for (let n = 0; n < 20; n++) await joinGuest(host, `room-${n}`, `user${n}`);
    const before = host.openCount;
    expect(before).toBeLessThan(20);
    const samples = readOpenMetrics(host.writeMetrics());
    expect(samples.get("edge_chat_members")).toBe(20);
    expect(samples.get("edge_chat_connections")).toBe(20);
    expect(host.openCount).toBe(before);
  });

  test("an operator's Prometheus gets no line that ends early, whatever a label has", () => {
    const text = writeOpenMetrics([
      {
        ...{ name: "a", help: "A.", type: "counter" },
        values: [[{ code: 'one "two"\n\\three' }, 1]],
      },
    ]);
    const [sample] = [...readOpenMetrics(text)];
    expect(sample).toEqual(['a_total{code="one \\"two\\"\\n\\\\three"}', 1]);
  });

  test("an operator finds each metric in the docs, and none that does not exist", () => {
    const page = (name: string) =>
      readFileSync(
        new URL(`../../docs/guides/${name}`, import.meta.url),
        "utf8",
      );
    const served = [
      ...openHost()
        .writeMetrics()
        .matchAll(/^# TYPE (\S+) (\w+)/gm),
    ];
    const names = served.map(([, name, type]) =>
      type === "counter" ? `${name}_total` : name,
    );
    const rows = page("metrics.md").matchAll(/^\| `(edge_chat_\w+)/gm);
    expect([...rows].map(([, name]) => name).toSorted()).toEqual(
      names.toSorted(),
    );
    const shown = page("grafana-dashboard.json").matchAll(/edge_chat_\w+/g);
    for (const [name] of shown)
      expect(names).toContain(name.replace(/_(bucket|count|sum)$/, ""));
  });

  test("a histogram counts each time once, also where the clock was set back", () => {
    const histogram = new Histogram([10, 100]);
    for (const ms of [-5, 0, 10, 11, 100, 101, 5000]) histogram.observe(ms);
    expect(histogram.counts).toEqual([3, 2, 2]);
    expect([histogram.count, histogram.sum]).toEqual([7, 5222]);
  });
});

describe("the app's own part", () => {
  test("an operator reads how long hooks took, and which failed", async () => {
    const counters = new HostCounters();
    const onMessage = vi
      .fn()
      .mockReturnValueOnce(allow())
      .mockResolvedValueOnce(allow())
      .mockRejectedValueOnce(new Error("a fault"))
      .mockReturnValueOnce(new Promise(() => undefined));
    const runner = createHookRunner(
      { onMessage, timeouts: { onMessage: 1 } },
      ...([{}, DEFAULT_SETTINGS, () => undefined, counters] as const),
    );
    const asked = {
      ...{ room: "lobby", text: "hello" },
      user: { id: "x", username: "alice", kind: "guest" },
    } as const;
    const verdicts: string[] = [];
    for (let n = 0; n < 4; n++) {
      const answer = runner?.hooks.message?.(asked);
      if (answer?.type !== "pending") continue;
      const { ticket } = answer;
      const [reply] = (await runner?.ask([{ type: "verdict", ticket }])) ?? [];
      verdicts.push(reply?.type ?? "");
    }
    expect(verdicts).toEqual(["allowed", "refused", "refused"]);
    const { time, failed, timedOut } = counters.hook("onMessage");
    expect([time.count, failed, timedOut]).toEqual([3, 1, 1]);
  });

  test("an operator reads how late a webhook gets its events, and how often it fails", async () => {
    const counters = new HostCounters();
    const now = Date.now();
    vi.stubGlobal(
      "fetch",
      vi
        .fn()
        .mockRejectedValueOnce(new TypeError("no route"))
        .mockResolvedValueOnce(new Response(null, { status: 503 }))
        .mockResolvedValueOnce(new Response(null, { status: 204 })),
    );
    const settings = {
      ...DEFAULT_SETTINGS,
      WEBHOOK_SECRET: [`whsec_${btoa("x".repeat(24))}`],
    };
    const webhooks = new Webhooks(settings, () => undefined, counters);
    const line = `{"type":"message","seq":1,"room":"lobby","user":"u","username":"alice","text":"hi","at":${now - 700_000}}`;
    const batch: DeliverEvents = {
      ...{ type: "events", room: "lobby", epoch: "e", from: 1, to: 1, at: now },
      lines: [line],
    };
    for (let n = 0; n < 3; n++)
      await webhooks.ask("https://app.example/hook", [batch]);
    expect(counters.webhookFailures).toBe(2);
    expect(counters.webhookTime.count).toBe(3);
    const { count, sum } = counters.webhookLag;
    expect(count).toBe(1);
    expect(sum).toBeGreaterThanOrEqual(700_000);
  });

  test("an operator reads of webhooks that fail in rooms that sleep, but not of those that were dropped", () => {
    const database = openDatabase();
    const health = () => new WebhookHealth(database, ["w-1", "w-1:m"]);
    expect(health().check(5000)).toEqual({ count: 0, since: null });
    database.exec(
      "CREATE TABLE delivery_failure (room TEXT, endpoint TEXT, state TEXT, PRIMARY KEY (room, endpoint))",
    );
    const add = (room: string, endpoint: string, state: object) =>
      database.exec(
        "INSERT INTO delivery_failure VALUES (?, ?, ?)",
        ...[room, endpoint, JSON.stringify(state)],
      );
    add("lobby", "w-1", { count: 2, since: 3000 });
    add("cellar", "w-1", { count: 1, since: 2000 });
    add("bob", "w-1:m", { count: 1, since: 4000 });
    add("attic", "w-1", { count: 0, since: 0, isGone: true });
    add("lobby", "w-2", { count: 9, since: 1 });
    expect(health().check(5000)).toEqual({ count: 3, since: 2000 });
    const none = new WebhookHealth(database, []);
    expect(none.check(5000)).toEqual({ count: 0, since: null });
  });
});

describe("a report", () => {
  const gauges = () => ({ connections: 2, members: 1 });

  test("an operator reads in the log what has come since the last line, and no line where nothing has", () => {
    const counters = new HostCounters();
    const lines: object[] = [];
    const report = new MetricsReport(
      ...([counters, 60_000, logReport((line) => lines.push(line))] as const),
    );
    counters.messages = 3;
    counters.refusals.rate_limited = 2;
    report.reportIfDue(1000, gauges);
    counters.messages = 5;
    report.reportIfDue(60_999, gauges);
    expect(lines).toHaveLength(1);
    report.reportIfDue(61_000, gauges);
    report.reportIfDue(121_000, gauges);
    const open = { event: "metrics", connections: 2, members: 1 };
    expect(lines).toEqual([
      { ...open, messages: 3, refusals: 2, codes: { rate_limited: 2 } },
      { ...open, messages: 2 },
    ]);
  });

  test("Analytics Engine gets a point with all totals, in an order that stays", () => {
    const points: AnalyticsEngineDataPoint[] = [];
    const writeDataPoint = (point: AnalyticsEngineDataPoint = {}) =>
      void points.push(point);
    const metrics = createObjectMetrics(
      { METRICS: { writeDataPoint } },
      { METRICS_LOG_SECONDS: 0 },
      { kind: "room", id: "0123456789ab" },
    );
    if (metrics === null) throw new Error("It counts nothing.");
    const { counters } = metrics;
    counters.messages = 1;
    counters.rowsWritten = 7;
    counters.refusals.forbidden = 1;
    metrics.endEvent(1000, gauges, 1);
    expect(points).toEqual([
      {
        ...{ indexes: ["0123456789ab"], blobs: ["room", "totals"] },
        doubles: [2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 1, 0, 0, 0, 0, 0, 0],
      },
      {
        ...{
          indexes: ["0123456789ab"],
          blobs: ["room", "refusal", "forbidden"],
        },
        doubles: [1],
      },
    ]);
    // The platform takes no more.
    expect(TOTALS.length + 2).toBeLessThanOrEqual(20);
    counters.messages = 2;
    metrics.endEvent(30_000, gauges, 1);
    expect(points).toHaveLength(2);
    // Everybody has left, and the room may not wake again.
    metrics.endEvent(31_000, gauges, 0);
    expect(points).toHaveLength(3);
    metrics.endEvent(32_000, gauges, 0);
    expect(points).toHaveLength(3);
  });

  test("a server without a reader of metrics counts for nobody", () => {
    const owner = { kind: "room", id: "0123456789ab" } as const;
    const settings = { METRICS_LOG_SECONDS: 0 };
    expect(createObjectMetrics({}, settings, owner)).toBeNull();
    expect(Object.values(new Counters().refusals)).not.toContain(1);
  });
});
