// Access scene: one room and five people, who do what the steps say; each answer is compared with that of the oracle.
import assert from "node:assert/strict";
import type { Reply } from "../../../../src/core/shared/rpc.ts";
import type { ModerateFrame } from "../../../../src/protocol/client-frames.ts";
import type { Peer } from "../../support/peer.ts";
import { join, secretOf } from "../../support/people.ts";
import { World } from "../../support/world.ts";
import {
  AccessOracle,
  type Outcome,
  PEOPLE,
  type Person,
} from "./access-oracle.ts";

import type { By, Step } from "./access-steps.ts";
import { runClockStep } from "./clock-step.ts";

const ROOM = "club";

interface Session {
  readonly peer: Peer;
  readonly secret: string;
}

export class Scene {
  readonly #isPrivate: boolean;
  readonly #world: World;
  readonly #oracle: AccessOracle;
  readonly #sessions = new Map<Person, Session>();
  readonly #secrets = new Map<Person, string>();
  readonly #oldSecrets = new Map<Person, string>();
  readonly #authors = new Set<Person>();
  #acts = 0;

  constructor(isPrivate: boolean) {
    this.#isPrivate = isPrivate;
    this.#oracle = new AccessOracle(isPrivate);
    this.#world = new World({
      ...{ RATE_PER_SECOND: 0, FLUSH_CEILING_MS: 0 },
      ...{ GUEST_CLAIM_SECONDS: 31_536_000 },
      PRIVATE_ROOMS: isPrivate ? [ROOM] : [],
    });
    for (const name of PEOPLE) {
      this.#secrets.set(name, secretOf(name));
      if (name !== "dora") this.#inHall(name, { type: "register" });
    }
    this.#world.askRoom(ROOM, {
      ...{ type: "publish", identity: "b".repeat(43) },
      ...{ username: "bot:b", text: "the room begins" },
    });
    for (const name of PEOPLE) this.#join(name, null, false);
    if (isPrivate) return;
    for (const [on, role, rank] of [
      ["alice", "owner", 2],
      ["mia", "moderator", 1],
    ] as const) {
      const act = { action: "role", role, username: on };
      this.#act("operator", act, 3, () => this.#oracle.ranks.set(on, rank));
    }
  }

  run(step: Step): void {
    const world = this.#world;
    switch (step.do) {
      case "access":
        this.#act(step.by, { action: "access", access: step.access }, 2, () => {
          this.#oracle.access = step.access;
        });
        break;
      case "invite": {
        const { code, uses, seconds } = step;
        const frame = { action: "invite", code, uses, for: seconds } as const;
        this.#act(step.by, frame, 1, () =>
          this.#oracle.invite(code, uses, this.#until()),
        );
        break;
      }
      case "uninvite":
        this.#uninvite(step.by, step.code);
        break;
      case "member":
      case "unmember":
      case "ban":
      case "unban":
      case "op":
      case "deop":
        this.#actOn(step.by, step.do, step.on);
        break;
      case "join":
        this.#join(step.who, step.code, step.isOld);
        break;
      case "leave":
        this.#leave(step.who);
        break;
      case "say": {
        const session = this.#sessions.get(step.who);
        if (session === undefined) break;
        session.peer.send("hello");
        this.#authors.add(step.who);
        this.#oracle.stored(world.now);
        break;
      }
      case "register":
      case "release":
        this.#account(step.who, step.do);
        break;
      case "rotate":
        this.#rotate(step.who);
        break;
      case "read":
        this.#read(step.who, step.isOld);
        break;
      case "look": {
        const page = world.askRoom(ROOM, { type: "messages" });
        const isOpen = this.#oracle.access === "open";
        // At a private room the host refuses readers without a token itself.
        if (!this.#isPrivate)
          assert.equal(page.type, isOpen ? "page" : "refused");
        break;
      }
      case "sleep":
        world.hibernate(world.room(ROOM));
        break;
      case "crash":
        world.crash(world.room(ROOM));
        this.#sessions.clear();
        break;
      case "edge":
      case "pass":
      case "back":
        runClockStep(world, step, this.#oracle.nextEnd(world.now));
        break;
      default:
        step satisfies never;
    }
    world.settle();
    this.#oracle.passed(world.now);
    this.#checkSessions();
  }

  /** Those who may not be here are closed, and nobody else is. */
  #checkSessions(): void {
    for (const [person, { peer, secret }] of this.#sessions) {
      const isOld = this.#isOld(person, secret);
      const mayStay = this.#oracle.mayBeIn(person, isOld);
      assert.equal(peer.closed, mayStay ? null : "refused", person);
      if (!mayStay) this.#sessions.delete(person);
    }
  }

  #isOld(person: Person, secret: string): boolean {
    return this.#secrets.get(person) !== secret;
  }

  #inHall(name: Person, frame: object): void {
    const world = this.#world;
    const peer = join(world, "hall", name, { token: this.#secrets.get(name) });
    peer.send(JSON.stringify(frame));
    world.settle();
    assert.deepEqual(peer.all("error"), []);
    peer.close(1000);
  }

  #account(person: Person, type: "register" | "release"): void {
    const isRegistered = this.#oracle.registered.has(person);
    if (isRegistered === (type === "register")) return;
    this.#inHall(person, { type });
    if (type === "register") this.#oracle.registered.add(person);
    else this.#oracle.registered.delete(person);
  }

  #rotate(person: Person): void {
    if (!this.#oracle.registered.has(person)) return;
    const token = secretOf(`${person} ${++this.#acts}`);
    this.#inHall(person, { type: "rotate", token });
    this.#oldSecrets.set(person, this.#secrets.get(person) ?? "");
    this.#secrets.set(person, token);
  }

  /** @param rank that the act needs */
  #act(by: By, act: object, rank: number, apply: () => void): void {
    const got = this.#answerTo(by, act);
    if (got === null) return;
    if (this.#rankOf(by) < rank) assert.equal(got, "forbidden");
    else {
      assert.equal(got, "done", JSON.stringify(act));
      apply();
      this.#oracle.stored(this.#world.now);
    }
  }

  #rankOf(by: By): number {
    if (by === "operator") return 3;
    const secret = this.#sessions.get(by)?.secret ?? "";
    return this.#oracle.rankOf(by, this.#isOld(by, secret));
  }

  /** @returns "done", the code of an error, or null if the moderator is away */
  #answerTo(by: By, act: object): string | null {
    const world = this.#world;
    const frame = { type: "moderate", ...act } as ModerateFrame;
    if (by === "operator") {
      const reply = world.askRoom(ROOM, {
        ...{ type: "moderate", identity: "o".repeat(43), username: "admin" },
        frame,
      });
      return reply.type === "refused" ? reply.code : "done";
    }
    const peer = this.#sessions.get(by)?.peer;
    if (peer === undefined) return null;
    peer.take();
    peer.send(frame);
    world.settle();
    const answer = peer.inbox.find(
      ({ type }) => type === "ack" || type === "error",
    );
    return answer?.type === "error" ? answer.code : "done";
  }

  /** The end that the newest event tells. */
  #until(): number {
    const page = this.#world.askRoom(ROOM, {
      ...{ type: "messages", limit: 1, isServer: true },
    });
    assert.equal(page.type, "page");
    if (page.type !== "page") return 0;
    const { until } = JSON.parse(page.lines[0] ?? "{}");
    assert.ok(Number.isInteger(until));
    return until;
  }

  #uninvite(by: By, code: string | null): void {
    const oracle = this.#oracle;
    const { now } = this.#world;
    const isOpen =
      code === null ? oracle.hasOpen(now) : oracle.isOpen(code, now);
    const got = this.#answerTo(by, {
      ...{ action: "uninvite", ...(code !== null && { code }) },
    });
    if (got === null) return;
    if (this.#rankOf(by) < 1) {
      assert.equal(got, "forbidden");
      return;
    }
    assert.ok(got === "done" ? isOpen !== "no" : isOpen !== "yes", got);
    oracle.uninvite(code);
    if (got === "done") oracle.stored(now);
  }

  #actOn(
    by: By,
    act: "member" | "unmember" | "ban" | "unban" | "op" | "deop",
    on: Person,
  ): void {
    const oracle = this.#oracle;
    const isHere = this.#sessions.has(on);
    const rank = this.#rankOf(by);
    const frame =
      act === "op" || act === "deop"
        ? { action: "role", role: act === "op" ? "moderator" : "none" }
        : { action: act };
    const got = this.#answerTo(by, { ...frame, username: on });
    if (got === null) return;
    const isFound =
      isHere ||
      this.#authors.has(on) ||
      (act === "unmember" && oracle.members.has(on)) ||
      ((act === "ban" || act === "unban") && oracle.bans.has(on));
    // Of a user who is away the room does not know the registration.
    const secret = this.#sessions.get(on)?.secret ?? "";
    const targetRank = isHere
      ? oracle.rankOf(on, this.#isOld(on, secret))
      : (oracle.ranks.get(on) ?? 0);
    const isGuest = isHere && !oracle.registered.has(on);
    const expected = ((): string => {
      if (rank < 1) return "forbidden";
      if (!isFound) return "no_such_user";
      if (rank <= targetRank) return "forbidden";
      if (act === "unmember" && !oracle.members.has(on)) return "no_such_user";
      if (act === "unban" && !oracle.bans.has(on)) return "no_such_user";
      const madeBy = act === "ban" || act === "unban" ? oracle.bans.get(on) : 0;
      if ((madeBy ?? 0) > rank) return "forbidden";
      if (act === "op" && rank < 2) return "forbidden";
      if ((act === "op" || act === "member") && isGuest) return "forbidden";
      return "done";
    })();
    assert.equal(got, expected, `${by} ${act} ${on}: ${got}, not ${expected}`);
    if (got !== "done") return;
    if (act === "member") oracle.members.add(on);
    else if (act === "unmember") oracle.members.delete(on);
    else if (act === "unban") oracle.bans.delete(on);
    else if (act === "ban") {
      oracle.bans.set(on, rank);
      const session = this.#sessions.get(on);
      if (session !== undefined) assert.equal(session.peer.closed, "banned");
      this.#sessions.delete(on);
    } else oracle.ranks.set(on, act === "op" ? 1 : 0);
    oracle.stored(this.#world.now);
  }

  #join(person: Person, code: string | null, isOld: boolean): void {
    if (this.#sessions.has(person)) return;
    const secrets = isOld ? this.#oldSecrets : this.#secrets;
    const secret = secrets.get(person);
    if (secret === undefined) return;
    const hasOldSecret = this.#isOld(person, secret);
    const world = this.#world;
    const { now } = world;
    const expected = this.#oracle.join(person, hasOldSecret, code, now);
    const peer = world.open(ROOM);
    peer.send({
      ...{ type: "join", username: person, token: secret },
      ...(code !== null && { invite: code }),
    });
    world.settle();
    const got = this.#outcomeOf(peer, person);
    assert.ok(expected.includes(got), `${person}: ${got}, not ${expected}`);
    if (got === "enrolled" && code !== null) {
      this.#oracle.enrol(person, code);
      this.#oracle.stored(world.now);
    }
    if (got === "welcome" || got === "enrolled")
      this.#sessions.set(person, { peer, secret });
    else peer.close(1000);
  }

  #outcomeOf(peer: Peer, person: Person): Outcome {
    const [answer] = peer.inbox;
    if (answer?.type === "error") {
      if (answer.code === "banned") return "banned";
      assert.equal(answer.code, "forbidden");
      const isHint = /^Register your name first/.test(answer.message);
      if (isHint) return "unregistered";
      assert.equal(answer.reason, this.#reason());
      return "outside";
    }
    assert.equal(answer?.type, "welcome");
    const isNew =
      !this.#oracle.members.has(person) &&
      Object.hasOwn(this.#world.room(ROOM).database.tables, "room_member") &&
      this.#isStored(person);
    return isNew ? "enrolled" : "welcome";
  }

  #isStored(person: Person): boolean {
    const rows = this.#world.room(ROOM).database.tables.room_member ?? [];
    return JSON.stringify(rows).includes(`"${person}"`);
  }

  #reason(): string {
    if (this.#isPrivate) return "room_private";
    return this.#oracle.access === "members"
      ? "members_only"
      : "registered_only";
  }

  #leave(person: Person): void {
    this.#sessions.get(person)?.peer.close(1000);
    this.#sessions.delete(person);
    this.#world.pass(10_000);
  }

  #read(person: Person, isOld: boolean): void {
    const secrets = isOld ? this.#oldSecrets : this.#secrets;
    const secret = secrets.get(person);
    if (secret === undefined) return;
    const replies: Reply[] = [];
    const by = { kind: "guest", secret, username: person } as const;
    const read = { type: "messages" } as const;
    this.#world
      .room(ROOM)
      .ask([{ type: "read-as", by, read }], (all) =>
        replies.push(...(all ?? [])),
      );
    this.#world.settle();
    const [reply] = replies;
    const mayRead = this.#oracle.mayBeIn(person, this.#isOld(person, secret));
    // Everybody reads an open room without any secret.
    const isOpen = !this.#isPrivate && this.#oracle.access === "open";
    const expected = !mayRead
      ? this.#reason()
      : !isOpen && this.#oracle.isBanned(person, this.#isOld(person, secret))
        ? "banned"
        : "page";
    const got =
      reply?.type === "refused" ? (reply.reason ?? reply.code) : reply?.type;
    assert.equal(got, expected, `${person} reads`);
  }
}
