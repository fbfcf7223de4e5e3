// Backend scene: an app's server publishes by HTTP over crashes, repeats requests without an answer, and gets webhooks.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Access } from "../../../src/http/access.ts";
import { readChatConfig } from "../../../src/http/chat-config.ts";
import type { RoomEvent } from "../../../src/protocol/room-events.ts";
import { appWith } from "../../http/support/test-backend.ts";
import type { ObjectHost } from "../support/object-host.ts";
import type { Peer } from "../support/peer.ts";
import { join } from "../support/people.ts";
import { seededRandom } from "../support/random.ts";
import { storedEvents } from "../support/secret-text.ts";
import { World } from "../support/world.ts";
import { WebhookOracle } from "./webhook-oracle.ts";

export type BackendStep =
  | { readonly do: "publish"; readonly count: number; readonly twice: boolean }
  | { readonly do: "edit" | "delete" | "react"; readonly of: number }
  | { readonly do: "hook" | "again" | "loseCall" }
  /** alice sends so many messages at once. */
  | { readonly do: "say"; readonly count: number }
  | { readonly do: "answer"; readonly isDone: boolean }
  | { readonly do: "replay"; readonly from: number }
  | { readonly do: "crash" | "kill" | "sleep" | "uncommitted" }
  | { readonly do: "dieAfter"; readonly effects: number }
  | { readonly do: "pass"; readonly ms: number };

interface Request {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: object;
}

interface Answer {
  readonly status: number;
  readonly seq?: number;
  readonly results?: readonly { readonly status: number; seq?: number }[];
}

/** What the log must hold of one published message. */
interface Expected {
  readonly seq: number;
  /** null: it is deleted. */
  text: string | null;
  hasReaction: boolean;
}

const URLS = ["https://app.example/one", "https://app.example/two"];
const SECRET = "the-secret-of-the-model";
const HASH = createHash("sha256").update(SECRET).digest("hex");
const AS = { id: "ci", username: "ci" };
const HOUR = 3_600_000;
/** So many attempts suffice where a scene has no more faults. */
const ATTEMPTS = 12;
/** A room answers a request after so many turns of 10 ms at most. */
const TURNS = 500;

export class BackendScene {
  readonly figures = { published: 0, again: 0, changes: 0, replays: 0 };
  readonly #world: World;
  readonly #lobby: ObjectHost;
  readonly #webhooks: readonly WebhookOracle[];
  readonly #app: ReturnType<typeof appWith>;
  readonly #expected: Expected[] = [];
  #alice: Peer;
  /** The newest request, with the numbers that it was answered with. */
  #newest: { readonly request: Request; readonly seqs: number[] } | null = null;
  #count = 0;
  /** Questions to rooms without an answer. */
  #openAsks = 0;

  /** @param history messages that the room keeps */
  constructor(history: number, seed: number) {
    const world = new World({
      ...{ ROOM_HISTORY: history, RATE_PER_SECOND: 0 },
      ...{ WEBHOOK_URL: URLS, WEBHOOK_EVENTS: ["message.*"] },
    });
    this.#world = world;
    this.#lobby = world.room("lobby");
    const bits = seededRandom(seed);
    this.#webhooks = URLS.map((url) => new WebhookOracle(world, url, bits));
    const API_KEYS = `ci:${HASH}:publish, hook:${HASH}:publish@lobby`;
    const access = new Access(
      readChatConfig({ API_KEYS, API_RATE_PER_SECOND: 0 }),
    );
    this.#app = appWith(access, {
      platform: {
        hash: (text) => createHash("sha256").update(text).digest("base64url"),
        random: (bytes) => world.random(bytes),
      },
      askObject: ({ kind, name }, ops) =>
        new Promise((resolve, reject) => {
          // No key is made on the running server.
          if (kind === "service") resolve([{ type: "keys", keys: [] }]);
          else {
            this.#openAsks++;
            world.room(name).ask(ops, (replies) => {
              this.#openAsks--;
              if (replies === null) reject(new Error("The room is gone."));
              else resolve(replies);
            });
          }
        }),
    });
    this.#alice = join(world, "lobby", "alice");
  }

  async run(step: BackendStep): Promise<void> {
    const world = this.#world;
    switch (step.do) {
      case "publish":
        await this.#publish(step.count, step.twice);
        break;
      case "edit":
      case "delete":
      case "react":
        await this.#change(step.do, step.of);
        break;
      case "hook":
        await this.#sendHook();
        break;
      case "again":
        await this.#sendAgain();
        break;
      case "say":
        this.#say(step.count);
        break;
      case "answer":
        for (const webhook of this.#webhooks) webhook.answerOne(step.isDone);
        break;
      case "loseCall": {
        const [call] = world.pendingCalls;
        if (call !== undefined) world.lose(call);
        break;
      }
      case "replay":
        this.#replay(step.from);
        break;
      case "crash":
        world.crash(this.#lobby);
        break;
      case "kill":
        world.kill(this.#lobby);
        break;
      case "sleep":
        world.sleepIfIdle(this.#lobby);
        break;
      case "uncommitted":
        this.#lobby.nextFault = { kind: "uncommitted" };
        break;
      case "dieAfter":
        this.#lobby.nextFault = { after: step.effects };
        break;
      case "pass":
        world.pass(step.ms);
        break;
      default:
        step satisfies never;
    }
    world.settle();
    for (const webhook of this.#webhooks) webhook.expire();
    world.settle();
  }

  /** What was acked is stored once, and each webhook has had all of it. */
  expectKept(): void {
    this.#lobby.nextFault = null;
    for (const webhook of this.#webhooks) webhook.calmDown();
    this.#world.pass(3 * HOUR);
    const events = storedEvents(this.#world, "lobby");
    for (const webhook of this.#webhooks) webhook.expectAll(events);
    this.#expectLog(events);
  }

  #expectLog(events: readonly RoomEvent[]): void {
    const [{ seq: oldest } = { seq: 1 }] = events;
    const bySeq = new Map(events.map((event) => [event.seq, event]));
    const texts = events.flatMap((event) =>
      event.type === "message" ? event.text : [],
    );
    assert.equal(new Set(texts).size, texts.length, "nothing is doubled");
    for (const { seq, text, hasReaction } of this.#expected) {
      if (seq < oldest) continue;
      const event = bySeq.get(seq);
      if (text === null) assert.equal(event?.type, "erased", `${seq}`);
      else
        assert.ok(event?.type === "message" && event.text === text, `${seq}`);
      const reactions = events.filter(
        (one) => one.type === "reacted" && one.of === seq,
      );
      assert.equal(reactions.length, hasReaction ? 1 : 0, `reacts to ${seq}`);
    }
  }

  async #publish(count: number, twice: boolean): Promise<void> {
    const texts = Array.from({ length: count }, () => this.#nextText());
    const [text = ""] = texts;
    const messages = texts.map((one) => ({ text: one }));
    const request: Request = {
      ...{ method: "POST", path: "/rooms/lobby/messages" },
      key: `key-${this.#count++}`,
      body: count === 1 ? { as: AS, text } : { as: AS, messages },
    };
    const seqs = seqsOf(await this.#send(request));
    assert.equal(seqs.length, count);
    texts.forEach((one, i) => {
      const seq = seqs[i] ?? 0;
      this.#expected.push({ seq, text: one, hasReaction: false });
    });
    this.figures.published += count;
    this.#newest = { request, seqs };
    if (twice) await this.#sendAgain();
  }

  /** The same request has the same answer, while the room has its messages. */
  async #sendAgain(): Promise<void> {
    if (this.#newest === null) return;
    const { request, seqs } = this.#newest;
    if (Math.min(...seqs) < this.#oldest) return;
    assert.deepEqual(seqsOf(await this.#send(request)), seqs, "a repeat");
    this.figures.again++;
  }

  async #change(what: "edit" | "delete" | "react", of: number): Promise<void> {
    const kept = this.#expected.filter(
      ({ seq, text }) => text !== null && seq >= this.#oldest,
    );
    const target = kept[of % Math.max(1, kept.length)];
    if (target === undefined) return;
    const path = `/rooms/lobby/messages/${target.seq}`;
    const key = `key-${this.#count++}`;
    const text = this.#nextText();
    const request = {
      edit: { method: "PATCH", path, key, body: { as: AS, text } },
      delete: { method: "DELETE", path, key, body: { as: AS } },
      react: {
        ...{ method: "PUT", path: `${path}/reactions/%F0%9F%91%8D`, key },
        body: { as: AS },
      },
    }[what];
    const { status } = await this.#send(request);
    // An event of its own may have dropped the message.
    if (status === 410 && target.seq < this.#oldest) return;
    // A deletion that was done before its answer was lost is a repeat.
    assert.ok(status === 200 || status === 201, `${what}: ${status}`);
    if (what === "edit") target.text = text;
    if (what === "delete") target.text = null;
    if (what === "react") target.hasReaction = true;
    this.figures.changes++;
  }

  async #sendHook(): Promise<void> {
    // A service sends each hook once, and may not know whether it has arrived.
    const path = `/hooks/lobby/ek_hook_${SECRET}`;
    const response = await this.#fetch(path, {
      ...{ method: "POST", body: JSON.stringify({ text: this.#nextText() }) },
      headers: { "Content-Type": "application/json" },
    });
    assert.ok(response.status === 200 || response.status >= 500);
  }

  #say(count: number): void {
    if (this.#alice.closed !== null) {
      this.#lobby.nextFault = null;
      this.#alice = join(this.#world, "lobby", "alice");
    }
    for (let i = 0; i < count && this.#alice.closed === null; i++)
      this.#alice.send({ type: "message", text: this.#nextText() });
  }

  #replay(from: number): void {
    this.#lobby.nextFault = null;
    const { seq: newest = 0 } = storedEvents(this.#world, "lobby").at(-1) ?? {};
    const pending = this.#world.pendingCalls.map(({ ops }) => ops);
    const reply = this.#world.askRoom("lobby", {
      // A fifth is above the newest event, and so is refused.
      ...{
        type: "replay",
        start: {
          seq: from <= 64 ? 1 + (from % Math.max(newest, 1)) : newest + from,
        },
      },
    });
    if (reply.type !== "replaying") return;
    for (const webhook of this.#webhooks) webhook.replayed(reply.from, pending);
    this.figures.replays++;
  }

  /** Repeats the request until it has an answer that is not to be repeated. */
  async #send({ method, path, key, body }: Request): Promise<Answer> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const response = await this.#fetch(path, {
        method,
        headers: {
          Authorization: `Bearer ek_ci_${SECRET}`,
          ...{ "Content-Type": "application/json", "Idempotency-Key": key },
        },
        body: JSON.stringify(body),
      });
      const answer: Answer = {
        ...(await response.json()),
        status: response.status,
      };
      const items = answer.results ?? [answer];
      if (items.every(({ status }) => status < 500)) return answer;
      this.#world.pass(1000);
    }
    throw new Error(`${method} ${path} has no answer.`);
  }

  /** The room goes on while the request waits. */
  async #fetch(path: string, init: RequestInit): Promise<Response> {
    let response: Response | null = null;
    let failure: unknown = null;
    Promise.resolve(this.#app.request(`http://localhost${path}`, init)).then(
      (got) => {
        response = got;
      },
      (error: unknown) => {
        failure = error;
      },
    );
    let turns = 0;
    for (;;) {
      if (response !== null) return response;
      if (failure !== null) throw failure;
      assert.ok(turns < TURNS, `${path} hangs`);
      // Keys are hashed elsewhere, meanwhile no time passes in the world.
      await new Promise(setImmediate);
      if (this.#openAsks === 0) continue;
      turns++;
      this.#world.pass(10);
    }
  }

  #nextText(): string {
    return `text ${this.#count++}`;
  }

  /** The fault that is next is for another event. */
  get #oldest(): number {
    const { nextFault } = this.#lobby;
    this.#lobby.nextFault = null;
    const [{ seq } = { seq: 1 }] = storedEvents(this.#world, "lobby");
    this.#lobby.nextFault = nextFault;
    return seq;
  }
}

function seqsOf({ seq, results }: Answer): number[] {
  return results?.map((one) => one.seq ?? 0) ?? [seq ?? 0];
}
