// Hooked app: the hooks of a test server, which decide by the texts and names that the test chooses.
import type { EventBatch } from "../../src/hooks/event-types.ts";
import type { Hooks, MaybePromise } from "../../src/hooks/hooks.ts";
import { allow, deny, type Verdict } from "../../src/hooks/verdict.ts";

/** Longer than this no test waits for a promise that hangs. */
const TIMEOUT_MS = 400;

const pause = (ms: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The verdict that a text asks for: `deny`, `slow 50`, `throw` and so on. */
function verdictOn(text: string): MaybePromise<Verdict<{ text?: string }>> {
  const [word = "", ms = "0"] = text.split(" ");
  switch (word) {
    case "deny":
      return deny("forbidden", "Not here.");
    case "rewrite":
      return allow({ text: "rewritten" });
    case "slow":
      return pause(Number(ms)).then(() => allow());
    case "slowly-deny":
      return pause(50).then(() => deny("muted", "Later.", 500));
    case "throw":
      throw new Error(text);
    case "reject":
      return Promise.reject(new Error(text));
    case "hang":
      return new Promise(() => undefined);
    case "junk":
      return "junk" as unknown as Verdict;
    default:
      return allow();
  }
}

/** Names that begin with a verdict get it at their join. */
function verdictOnName(username: string): MaybePromise<Verdict> {
  if (username.startsWith("barred")) return deny("banned", "You are barred.");
  if (username.startsWith("awaited")) return pause(50).then(() => allow());
  if (username.startsWith("unwelcome"))
    return pause(50).then(() => deny("forbidden", "Not you."));
  return allow();
}

/** The user that the cookie names: `user=ann`. Others say what goes wrong. */
function userOf(request: Request): ReturnType<NonNullable<Hooks["onConnect"]>> {
  const cookie = request.headers.get("Cookie") ?? "";
  const [, name] = /\buser=([\w-]+)/.exec(cookie) ?? [];
  switch (name) {
    case undefined:
      return null;
    case "denied":
      return deny("banned", "Not with this cookie.");
    case "broken":
      throw new Error(cookie);
    default:
      return pause(10).then(() => ({
        ...{ id: `id of ${name}`, username: name, data: { cookie: true } },
      }));
  }
}

/** Batches with a text that asks for it fail once. */
const failed = new Set<string>();

/** Prints the events of a room, once it has failed as a text asks for. */
function hear({ room, from, to, events }: EventBatch): MaybePromise<void> {
  for (const { id, type, data } of events) {
    const text = type === "message.created" ? data.text : "";
    if (!text.startsWith("events") || failed.has(id)) continue;
    failed.add(id);
    if (text === "events throw") throw new Error(text);
    if (text === "events junk") return "junk" as unknown as undefined;
    return pause(100);
  }
  const ids = events.map(({ id }) => id.split(":")[1]);
  const heard = { room, from, to, ids: ids.join() };
  console.log(JSON.stringify({ event: "app hears", heard }));
}

export const HOOKS: Hooks<object> = {
  onConnect: ({ request }) => userOf(request),
  onJoin: ({ user }) => verdictOnName(user.username),
  onMessage: ({ message }) => verdictOn(message.text),
  onEvents: (batch) => hear(batch),
  onPrivate: ({ message }) => verdictOn(message.text),
  onCommand: {
    roll({ args, user, reply, say }) {
      say(`rolled ${args}`);
      reply(`Only you see this, ${user.username}.`);
    },
    async ask({ args, reply }) {
      await pause(20);
      reply(args.toUpperCase());
    },
    fail() {
      throw new Error("on purpose");
    },
  },
  onLeave: ({ user, room }) =>
    console.log(
      JSON.stringify({ event: "app hears", left: user.username, room }),
    ),
  timeouts: { onMessage: TIMEOUT_MS, onPrivate: TIMEOUT_MS },
};
