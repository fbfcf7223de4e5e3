// Ask app: a room asks the app about a frame, at once for synchronous hooks, or holds the frame until the verdict comes.
import type { ClientFrame } from "../../protocol/client-frames.ts";
import { idOfFrame } from "../../protocol/codec.ts";
import type { AppAnswer, AppVerdict } from "../shared/app-verdicts.ts";
import type { Reply } from "../shared/rpc.ts";
import { ackRepeated } from "./append.ts";
import type { MemberAuthor } from "./author.ts";
import { authorize, sendRefusal } from "./authorize.ts";
import type { MemberCommand } from "./commands/command.ts";
import type { Turn } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { hookUser } from "./hook-user.ts";
import { roleOf } from "./permission.ts";

/** The verdict where there is none, for example since the call has failed. */
export const NO_VERDICT: AppVerdict = {
  type: "refused",
  code: "unavailable",
  retryAfter: 1000,
};

/**
 * Asks the app about a frame of a member, and handles it by the verdict.
 *
 * @param size the length of the frame's text, in UTF-16 code units
 */
export function askApp(
  context: RoomContext,
  author: MemberAuthor,
  command: MemberCommand<ClientFrame>,
  frame: ClientFrame,
  size: number,
  now: number,
): void {
  const { hooks, turns, name: room } = context;
  if (hooks === null || turns === null) return;
  const { via } = author;
  const id = idOfFrame(frame);
  const key = id === undefined ? null : `${frame.type} ${author.user} ${id}`;
  const isRepeat = key !== null && turns.isPending(key);
  if (!turns.hasPlace(via, size)) {
    context.sendError(via, "rate_limited", { id, retryAfter: 1000 });
    return;
  }
  const act = (verdict: AppVerdict, at: number) =>
    actOn(context, author, command, frame, verdict, at);
  const ask = () => {
    const { accountKind, data } = author.member;
    const role = roleOf(context, via);
    const user = hookUser(author, accountKind, role, data);
    const question = { room, user, ...context.trace };
    return command.hook?.ask(hooks, question, frame) ?? NO_VERDICT;
  };
  const early =
    via.waiting === null && turns.mayAsk && !isRepeat ? ask() : null;
  if (early !== null && early.type !== "pending") {
    act(early, now);
    return;
  }
  if (isRepeat) {
    const turn: Turn = { size, ask: null, verdict: null, run: act };
    turns.add(via, turn, now);
    turns.onSettled(key, (verdict, at) => {
      turn.verdict = verdict;
      turns.advance(via, at);
    });
    return;
  }
  if (key !== null) turns.begin(key);
  const turn: Turn = {
    size,
    verdict: null,
    ask: () => {
      const { waiting: queue } = via;
      const answer = early ?? ask();
      if (answer.type !== "pending" || queue === null) {
        turn.verdict = answer.type === "pending" ? NO_VERDICT : answer;
        return;
      }
      turns.noteAsked(queue);
      whenAnswered(context, answer, (verdict, at) =>
        turns.answer(via, queue, turn, verdict, at),
      );
    },
    run: (verdict, at) => {
      const outcome = act(verdict, at);
      if (key !== null) turns.settle(key, outcome, at);
    },
  };
  turns.add(via, turn, now);
}

/** Calls back with a verdict that the app has promised. */
export function whenAnswered(
  context: RoomContext,
  answer: AppAnswer,
  done: (verdict: AppVerdict, now: number) => void,
): void {
  if (answer.type !== "pending") return;
  const { ticket } = answer;
  context.calls.add(
    // A name for each ticket: no verdict waits for another one.
    { kind: "app", name: `${ticket}` },
    { type: "verdict", ticket },
    (reply, now) => done(verdictOf(reply), now),
  );
}

function verdictOf(reply: Reply | null): AppVerdict {
  return reply?.type === "allowed" || reply?.type === "refused"
    ? reply
    : NO_VERDICT;
}

/**
 * Handles a frame by the verdict on it. The room may have changed since the
 * frame came, so it is checked again.
 *
 * @returns the verdict for repeats of the frame
 */
function actOn(
  context: RoomContext,
  author: MemberAuthor,
  command: MemberCommand<ClientFrame>,
  frame: ClientFrame,
  verdict: AppVerdict,
  now: number,
): AppVerdict {
  const { via, user } = author;
  const id = idOfFrame(frame);
  const isOpen = context.isOpen(via);
  if (verdict.type === "refused") {
    const { code, ...more } = verdict;
    if (isOpen) context.sendError(via, code, { ...more, id });
    return verdict;
  }
  const { key, identity } = author.member;
  const member = context.presence.find(key, identity);
  // A user who has left meanwhile has said nothing.
  if (member === undefined) return NO_VERDICT;
  if (command.isAppended && id !== undefined) {
    const isKnown = isOpen
      ? ackRepeated(
          context,
          author,
          id,
          frame.type === "command" ? frame.name : undefined,
        )
      : context.dedupe.find(user, id) !== undefined;
    if (isKnown) return verdict;
  }
  const refusal = authorize(context, { ...author, member }, command, now);
  if (refusal !== null) {
    if (isOpen) sendRefusal(context, via, command, refusal, id);
    const { code, until } = refusal;
    return { type: "refused", code, ...(until !== undefined && { until }) };
  }
  const { text, data } = verdict;
  const rewritten = {
    ...frame,
    ...(text !== undefined && { text }),
    ...("data" in verdict && { data }),
  };
  command.run(context, { ...author, member }, rewritten, now, verdict);
  return verdict;
}
