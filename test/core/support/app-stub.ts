// App stub: a test world has an app with hooks; the test decides its verdicts, at once or later.
import type {
  AppAnswer,
  AppHooks,
  AppVerdict,
  HookUser,
} from "../../../src/core/shared/app-verdicts.ts";
import type { DeliverEvents } from "../../../src/core/shared/event-batches.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import type { World } from "./world.ts";

export const ALLOW: AppVerdict = { type: "allowed" };
export const FORBID: AppVerdict = {
  type: "refused",
  code: "forbidden",
  message: "Not here.",
};

/** A question, with the name of its hook. */
export interface Asked {
  readonly hook: "join" | "message" | "private" | "command";
  readonly room: string;
  readonly user: HookUser;
  readonly kind?: string;
  readonly of?: number;
  readonly text?: string;
  readonly data?: unknown;
  readonly id?: string;
  readonly to?: string;
  readonly name?: string;
  readonly args?: string;
}

/** The verdict on a question, or the promise of one. */
export type Decide = (asked: Asked) => AppVerdict | "later";

/** Answers for a batch of stored events. */
export type AnswerEvents = (batch: DeliverEvents) => Reply | "later";

/** Gives a world an app, and answers for it. */
export class AppStub {
  /** All questions so far. */
  readonly asked: Asked[] = [];
  /** Users who have left. */
  readonly left: string[] = [];
  /** Decides about the next questions. */
  decide: Decide = () => ALLOW;
  readonly #world: World;
  /** The questions of tickets without a verdict. */
  readonly open = new Map<number, Asked>();
  /** Batches of events without an answer, oldest first. */
  readonly openBatches: ((reply: Reply) => void)[] = [];
  readonly #answerEvents: AnswerEvents | null;
  readonly #verdicts = new Map<number, AppVerdict>();
  /** A call may be repeated, so a ticket may have several. */
  readonly #waiting = new Map<number, ((reply: Reply) => void)[]>();
  #lastTicket = 0;

  /** @param answerEvents null: the app hears no events */
  constructor(
    world: World,
    hooks: readonly Asked["hook"][],
    answerEvents: AnswerEvents | null = null,
  ) {
    this.#world = world;
    this.#answerEvents = answerEvents;
    world.hooks = this.#hooks(hooks);
    world.app = {
      ask: (ops, onReplies) => {
        const replies: Reply[] = [];
        ops.forEach((op, i) => {
          this.#answer(op, (reply) => {
            replies[i] = reply;
            if (Object.keys(replies).length === ops.length) onReplies(replies);
          });
        });
      },
    };
  }

  /** Fulfils the promise of the oldest question that is open, or of this text. */
  resolve(verdict: AppVerdict, text?: string): void {
    for (const [ticket, asked] of this.open) {
      if (text !== undefined && asked.text !== text) continue;
      this.resolveTicket(ticket, verdict);
      this.#world.settle();
      return;
    }
    throw new Error("No question is open.");
  }

  resolveTicket(ticket: number, verdict: AppVerdict): void {
    this.open.delete(ticket);
    this.#verdicts.set(ticket, verdict);
    for (const reply of this.#waiting.get(ticket) ?? []) reply(verdict);
    this.#waiting.delete(ticket);
  }

  #hooks(names: readonly Asked["hook"][]): AppHooks {
    const ask =
      (hook: Asked["hook"]) =>
      (question: Omit<Asked, "hook">): AppAnswer => {
        const asked = { hook, ...question };
        this.asked.push(asked);
        const verdict = this.decide(asked);
        if (verdict !== "later") return verdict;
        const ticket = ++this.#lastTicket;
        this.open.set(ticket, asked);
        return { type: "pending", ticket };
      };
    return {
      ...(names.includes("join") && { join: ask("join") }),
      ...(names.includes("message") && { message: ask("message") }),
      ...(names.includes("private") && { privateMessage: ask("private") }),
      commands: names.includes("command") ? ["ask", "roll"] : [],
      ...(names.includes("command") && { command: ask("command") }),
      hearsLeaves: true,
      hearsEvents: this.#answerEvents !== null,
    };
  }

  #answer(op: Op, reply: (reply: Reply) => void): void {
    if (op.type === "user-left") {
      this.left.push(op.user.username);
      reply({ type: "done" });
    } else if (op.type === "events") {
      const answer = this.#answerEvents?.(op) ?? "later";
      if (answer === "later") this.openBatches.push(reply);
      else reply(answer);
    } else if (op.type === "verdict") {
      const known = this.#verdicts.get(op.ticket);
      if (known !== undefined) reply(known);
      else
        this.#waiting.set(op.ticket, [
          ...(this.#waiting.get(op.ticket) ?? []),
          reply,
        ]);
    }
  }
}
