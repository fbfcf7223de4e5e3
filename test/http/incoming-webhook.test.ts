// Incoming webhooks: GitHub, Grafana, Alertmanager and services that know Slack send messages to a room by a URL.
import { createHash } from "node:crypto";
import examples from "@octokit/webhooks-examples";
import * as v from "valibot";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Op } from "../../src/core/shared/rpc.ts";
import { Access } from "../../src/http/access.ts";
import { readChatConfig } from "../../src/http/chat-config.ts";
import { formatGitHub } from "../../src/http/incoming-github.ts";
import { acceptableText } from "../../src/http/incoming-text.ts";
import { StoredTextSchema } from "../../src/protocol/frame-fields.ts";
import { appWith } from "./support/test-backend.ts";
import {
  ALERTMANAGER,
  ALERTMANAGER_SLACK,
  GRAFANA,
  SLACK_BLOCKS,
} from "./support/webhook-bodies.ts";

const hashOf = (secret: string) =>
  createHash("sha256").update(secret).digest("hex");
const KEYS = [
  `ops:${hashOf("s3cret")}:publish@alerts`,
  `wide:${hashOf("s3cret")}:publish@alerts*`,
  `all:${hashOf("s3cret")}:publish`,
  `reads:${hashOf("s3cret")}:publish+read@alerts`,
].join(", ");
const URL_PATH = "/hooks/alerts/ek_ops_s3cret";

function server(isBroken = false) {
  const access = new Access(readChatConfig({ API_KEYS: KEYS }));
  const calls: Op[] = [];
  const app = appWith(access, {
    askObject: async (_, ops) => {
      if (isBroken) throw new Error("broken");
      calls.push(...ops);
      return ops.map(() => ({ type: "published", seq: 1, at: 2 }));
    },
  });
  const send = async (
    body: unknown,
    headers: Record<string, string> = {},
    path = URL_PATH,
  ) => {
    const response = await app.request(`http://localhost${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const [call] = calls.splice(0);
    return { status: response.status, text: await response.text(), call };
  };
  return { send };
}

afterEach(() => void vi.restoreAllMocks());

describe("the door", () => {
  test.for([
    ["/hooks/alerts/ek_ops_s3cret", 200],
    ["/hooks/alerts/ek_ops_other", 404],
    ["/hooks/lobby/ek_ops_s3cret", 404],
    ["/hooks/alerts/ek_wide_s3cret", 404],
    ["/hooks/alerts/ek_all_s3cret", 404],
    ["/hooks/alerts/ek_reads_s3cret", 404],
    ["/hooks/alerts/s3cret", 404],
    ["/hooks/a%20b/ek_ops_s3cret", 404],
  ] as const)(
    "%s gets %i: the key must be for this room alone",
    async ([path, status]) => {
      const { send } = server();
      expect((await send({ text: "hi" }, {}, path)).status).toBe(status);
    },
  );

  test("the secret is in no line of the log, also where the server fails", async () => {
    const lines: unknown[] = [];
    for (const method of ["log", "warn", "error", "info"] as const)
      vi.spyOn(console, method).mockImplementation((...said) => {
        lines.push(...said);
      });
    const { send } = server(true);
    expect((await send({ text: "hi" })).status).toBe(503);
    expect(lines).toHaveLength(1);
    expect(String(lines)).not.toContain("s3cret");
  });

  test("a body that is no message is refused, and a text that shows nothing is dropped", async () => {
    const { send } = server();
    for (const body of ["hi", "[1]", "{", { attachment: 1 }, "text=hi"])
      expect((await send(body)).status).toBe(400);
    const empty = await send({ text: " \u200b" });
    expect([empty.status, empty.call]).toEqual([200, undefined]);
    const big = { text: "x".repeat(1_200_000) };
    expect((await send(big)).status).toBe(413);
  });
});

const PUBLISHED = {
  type: "publish-as",
  by: { kind: "bot", identity: "bot hook ops" },
};

describe("Slack's shape", () => {
  test("a text comes with the service's name, its links and marks in words", async () => {
    const { send } = server();
    const body = {
      text: "<https://ci.example/7|Build 7> of <@U024BE7LH> &amp; co: <!here>",
      username: "Jenkins CI",
      channel: "#builds",
      icon_emoji: ":ghost:",
    };
    const { status, text, call } = await send(body);
    expect([status, text]).toEqual([200, "ok"]);
    expect(call).toMatchObject({
      ...PUBLISHED,
      by: { username: "bot:Jenkins_CI" },
      text: "Build 7 (https://ci.example/7) of @U024BE7LH & co: @here",
    });
    const form = `payload=${encodeURIComponent(JSON.stringify(body))}`;
    const again = await send(form, {
      "Content-Type": "application/x-www-form-urlencoded",
    });
    expect(again.call).toEqual(call);
    const list = await send("payload=%5B%5D", {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-GitHub-Event": "push",
    });
    expect(list.status).toBe(400);
  });

  test("blocks and attachments come as lines", async () => {
    const { send } = server();
    expect((await send(SLACK_BLOCKS)).call).toMatchObject({
      text: "New request\nType: Paid time off\nWhen: Aug 10\nsee the calendar https://cal.example",
    });
    expect((await send(ALERTMANAGER_SLACK)).call).toMatchObject({
      by: { username: "bot:Alertmanager" },
      text: "[FIRING:1] HighCpu (db-1 critical) https://am.example/#/alerts\nCPU of db-1 is above 90 %\nSeverity: critical",
    });
  });

  test("a long text is cut, and what a room refuses is left out", async () => {
    const { send } = server();
    const { call } = await send({ text: `\u202e\u0007${"x".repeat(9000)}` });
    expect(call).toMatchObject({ text: `${"x".repeat(3999)}…` });
  });
});

describe("Alertmanager and Grafana", () => {
  test("a group of alerts comes as a line for each", async () => {
    const { send } = server();
    expect((await send(ALERTMANAGER)).call).toMatchObject({
      by: { username: "bot:Alertmanager" },
      text: "[FIRING:1] HighCpu\nfiring: HighCpu CPU of db-1 is above 90 % https://prom.example/graph?g0\nresolved: HighCpu CPU of db-2 is above 90 %",
    });
    const grafana = await send(GRAFANA);
    expect(grafana.call).toMatchObject({
      by: { username: "bot:Grafana" },
      text: "[FIRING:1] Memory (blue us-1)\nfiring: Memory High memory usage https://play.grafana.example/alerting/1/edit",
    });
    expect(grafana.call).not.toHaveProperty("id");
  });
});

describe("GitHub", () => {
  test("a push comes with its commits, once for each delivery", async () => {
    const { send } = server();
    const push = examples
      .find(({ name }) => name === "push")
      ?.examples.find((one) => "commits" in one && one.commits.length > 0);
    const headers = {
      "X-GitHub-Event": "push",
      "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    };
    const { call } = await send(push, headers);
    expect(call).toMatchObject({
      by: { username: "bot:GitHub" },
      id: headers["X-GitHub-Delivery"],
      text: expect.stringMatching(
        /^\[[\w-]+\/[\w-]+\] [\w-]+ pushed \d+ commits? to \S+ https:\/\/github\.com\/\S+\n[\da-f]{7} \S/,
      ),
    });
  });

  test("each event that GitHub has examples of becomes a text that a room accepts", () => {
    const texts = examples.flatMap(({ name, examples: payloads }) =>
      payloads.map((payload) => ({ name, text: formatGitHub(name, payload) })),
    );
    expect(texts.length).toBeGreaterThan(200);
    for (const { name, text } of texts) {
      const shown = acceptableText(text ?? "", 4000) ?? "";
      expect(v.is(StoredTextSchema, shown), `${name}: ${text}`).toBe(true);
      expect(shown.split("\n").length).toBeLessThanOrEqual(12);
    }
    const opened = texts.find(({ name }) => name === "pull_request")?.text;
    expect(opened).toMatch(
      /^\[\S+\/\S+\] \S+ pull request \w+: #\d+ .+ https:/,
    );
  });
});
