// Evening scenario: plays the plan of a community's evening, the same one against each server.
import type { JoinRequest } from "../../load/dialect.ts";
import { Member } from "../../load/member.ts";
import { pause } from "../../machine/process-tree.ts";
import {
  type Bench,
  type Figures,
  late,
  type Scenario,
  watch,
} from "../scenario.ts";
import { type Action, planEvening, type User } from "./plan.ts";
import { PROPORTIONS } from "./proportions.ts";

const RUN_MS = 30_000;
const SHORT_RUN_MS = 8000;
const TICK_MS = 5;
/** Joins at the beginning that run at the same time. */
const AT_ONCE = 64;
/** What is owed after the last action, such as copies for senders, counts too. */
const OWED_MS = 6000;
/** A share of all actions. */
const LEFT_OUT_MAX = 0.02;

export const evening: Scenario = {
  name: "evening",
  title: `a community's evening: ${PROPORTIONS.rooms} rooms of ${PROPORTIONS.smallestRoom} to ${PROPORTIONS.largestRoom}, for each thing that a user does`,
  entrants: ["edge-chat", "deno", "socket.io", "ws", "named"],
  isFresh: true,
  // The default. Others do not hear of a return within this time.
  how: { settings: { PRESENCE_GRACE_MS: 4000 } },
  async run(bench) {
    const { meeting, server, isQuick } = bench;
    const { tally } = meeting;
    const plan = planEvening(isQuick ? SHORT_RUN_MS : RUN_MS);
    const players = new Players(bench);
    await players.open(plan.residents);
    await server.settles();
    tally.reset();
    tally.isTimed = true;
    const { cpuSeconds, seconds, load } = await watch(bench, async () => {
      await play(plan.actions, (action) => players.act(action));
      await pause(OWED_MS);
    });
    tally.isTimed = false;
    const count = plan.actions.length;
    players.end();
    if (players.leftOut > count * LEFT_OUT_MAX)
      throw new Error(`${players.leftOut} of ${count} things were left out.`);
    return figuresOf(cpuSeconds, seconds, count, { load, ...late(tally) });
  },
};

function figuresOf(
  cpuSeconds: number,
  seconds: number,
  count: number,
  more: Figures,
): Figures {
  const active = seconds - OWED_MS / 1000;
  return {
    cpu: (cpuSeconds * 1e6) / count,
    rate: count / active,
    busy: cpuSeconds / active,
    ...more,
  };
}

/** Does each action at its time. */
async function play(
  actions: readonly Action[],
  act: (action: Action) => void,
): Promise<void> {
  const begun = performance.now();
  let next = 0;
  while (next < actions.length) {
    const nowMs = performance.now() - begun;
    for (; next < actions.length; next++) {
      const action = actions[next];
      if (action === undefined || action.atMs > nowMs) break;
      act(action);
    }
    await pause(TICK_MS);
  }
}

class Players {
  readonly #bench: Bench;
  readonly #members = new Map<string, Member>();
  /** The last position of those who were cut. */
  readonly #positions = new Map<string, JoinRequest["since"]>();
  /** Things that could not be done, since a join failed. */
  leftOut = 0;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** The evening begins with these users. */
  async open(users: readonly User[]): Promise<void> {
    for (let i = 0; i < users.length; i += AT_ONCE) {
      const some = users.slice(i, i + AT_ONCE);
      await Promise.all(some.map((user) => this.#join(user).joined));
    }
  }

  act(action: Action): void {
    const { kind, user } = action;
    if (kind === "join" || kind === "return") {
      const position = this.#positions.get(user.name);
      this.#join(user, position).joined.catch(() => this.leftOut++);
      return;
    }
    const member = this.#members.get(user.name);
    if (member === undefined) this.leftOut++;
    else if (kind === "leave" || kind === "cut") {
      this.#members.delete(user.name);
      if (kind === "leave") member.close();
      else {
        this.#positions.set(user.name, member.position);
        member.drop();
      }
    } else if (member.isJoined) this.#send(member, action);
    // As in our SDK, things wait for the join.
    else
      member.joined.then(
        () => this.#send(member, action),
        () => this.leftOut++,
      );
  }

  #send(member: Member, action: Action): void {
    const { kind } = action;
    if (kind === "message") member.sendMessage();
    else if (kind === "typing") member.sendTyping();
    else if (kind === "private") member.sendPrivate(this.#name(action.to));
    else if (kind === "page") member.readHistory(PROPORTIONS.historyPage);
  }

  end(): void {
    for (const member of this.#members.values()) member.drop();
  }

  #join({ room, name }: User, since?: JoinRequest["since"]): Member {
    const member = new Member(this.#bench.meeting, {
      room: `${this.#bench.room}-${room}`,
      username: this.#name(name),
      ...(since !== undefined && { since }),
    });
    member.keepsPosition = true;
    this.#members.set(name, member);
    return member;
  }

  #name(name: string): string {
    return `${this.#bench.room}-${name}`;
  }
}
