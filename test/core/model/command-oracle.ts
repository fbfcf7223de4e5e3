// Command oracle: users write commands of the app, and the app's replies reach their user alone, and its texts the room once.
import assert from "node:assert/strict";
import type { CommandFrame } from "../../../src/protocol/client-frames.ts";
import * as LIMITS from "../../../src/protocol/limits.ts";
import type {
  CommandAck,
  CommandReply,
} from "../../../src/protocol/server-frames.ts";
import type { Peer } from "../support/peer.ts";
import { type Person, type RoomName, userOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Device, SentMessage } from "./device.ts";
import type { readLog } from "./quiesce.ts";
import type { Session } from "./session-oracle.ts";

/** The app has the first two. */
export const COMMAND_NAMES = ["roll", "ask", "fly"] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** A command that a client has sent, even if the server has not received it. */
export interface SentCommand {
  readonly person: Person;
  readonly device: Device;
  readonly room: RoomName;
  readonly session: Session;
  readonly fromKey: string;
  /** Its number is in `args`. */
  readonly frame: CommandFrame & { readonly args: string };
  /** The messages that were sent before it. */
  readonly after: number;
  /** How often the device's reader of the room had started again. */
  readonly restarts: number;
  /** The same id was sent more than once, by any connection. */
  isRepeated: boolean;
}

/** The answer of the app, which the name and the number of the command determine. */
export function answerOf(
  name: string,
  number: string,
): { says: readonly string[]; replies: readonly string[] } {
  const texts = (kind: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${kind} ${number} ${i}`);
  return {
    says: texts("said", name === "roll" ? 1 + (Number(number) % 2) : 0),
    replies: texts("reply", (Number(number) + 1) % 3),
  };
}

type Log = ReturnType<typeof readLog>;

export class CommandOracle {
  readonly #sent: SentCommand[] = [];
  #numbers = 0;

  /** All that were sent, again too, oldest first. */
  get sent(): readonly SentCommand[] {
    return this.#sent;
  }

  /** @param after how many messages were sent before it */
  write(
    session: Session,
    name: CommandName,
    withId: boolean,
    after: number,
  ): void {
    const args = `${this.#numbers++}`;
    const id = withId ? { id: `command-${args}` } : {};
    this.send(session, { type: "command", name, args, ...id }, after);
  }

  send(session: Session, frame: SentCommand["frame"], after: number): void {
    const before = this.#sent.find((one) => one.frame.args === frame.args);
    if (before !== undefined) before.isRepeated = true;
    const { person, device, room, key: fromKey, reader } = session;
    this.#sent.push({
      ...{ person, device, room, session, fromKey, frame, after },
      ...{ restarts: reader.restarts, isRepeated: before !== undefined },
    });
    session.peer.send(frame);
  }

  /** Those that may be sent again in a session: they have an id, and are of this name and room. */
  repeatable({ person, key, room }: Session): SentCommand[] {
    return this.#sent.filter(
      (one) =>
        one.person === person &&
        one.fromKey === key &&
        one.room === room &&
        one.frame.id !== undefined,
    );
  }

  /** Ids that were sent by a connection. */
  idsOf(peer: Peer): string[] {
    return this.#sent
      .filter(({ session }) => session.peer === peer)
      .flatMap(({ frame }) => frame.id ?? []);
  }

  /** The texts of commands in a log: each is the app's, of its user's command, and there once. */
  expectSaidOnce({ events: all }: Log, historyMax: number): void {
    const events = all.flatMap((event) =>
      event.type === "message" ? event : [],
    );
    const reach = Math.min(historyMax, LIMITS.dedupeWindowEvents);
    const seqs = new Map<string, number>();
    const texts = new Map(events.map(({ seq, text }) => [seq, text]));
    for (const { seq, user, id, text, by } of events) {
      const [, number, index] = /^said (\d+) (\d)$/.exec(text) ?? [];
      assert.equal(by !== undefined, number !== undefined, `${text} is marked`);
      if (by === undefined || number === undefined) continue;
      const command = this.#find(number);
      const owner = command && userOf(command.person);
      assert.equal(user, owner, "a command speaks in its user's name");
      assert.equal(by.user, owner, "and names its user");
      assert.equal(by.id, command?.frame.id, "and names the command");
      assert.equal(id, undefined, "no client sent it as a message");
      const { says } = answerOf(command?.frame.name ?? "", number);
      assert.equal(text, says[Number(index)], "only the app says it");
      const before = seqs.get(text);
      const isFar = before !== undefined && seq - before >= reach;
      assert.ok(before === undefined || isFar, `3: ${text} is said twice`);
      seqs.set(text, seq);
      const previous = texts.get(seq - 1);
      if (Number(index) > 0 && previous !== undefined)
        assert.equal(previous, says[Number(index) - 1], "all in order");
    }
  }

  /** Replies reach the connection that asked, all of them, and the ack follows them. */
  expectAnsweredToAsker(sessions: readonly Session[]): void {
    const frames = new Map<Peer, (CommandReply | CommandAck)[]>();
    for (const { peer, commandFrames } of sessions)
      frames.set(peer, [...(frames.get(peer) ?? []), ...commandFrames]);
    for (const [peer, received] of frames) this.#expectAnswers(peer, received);
  }

  /** 11: the numbers of one connection's messages and commands rise in the order of sending. */
  expectInOrder(
    sessions: readonly Session[],
    sentMessages: readonly SentMessage[],
  ): void {
    for (const session of each(sessions)) {
      const messages = session.roomAcks.flatMap(({ id, epoch, seq }) => {
        const position = sentMessages.findIndex(
          (one) => one.session === session && one.frame.id === id,
        );
        if (id === undefined || sentMessages[position]?.isRepeated !== false)
          return [];
        return [{ position, epoch, seq }];
      });
      const commands = session.commandAcks.flatMap(({ id, epoch, seq }) => {
        const sent = this.#sent.find(
          (one) => one.session === session && one.frame.id === id,
        );
        if (id === undefined || seq === undefined || sent === undefined)
          return [];
        if (sent.isRepeated) return [];
        // Several between two messages are in the order of their numbers.
        const position = sent.after - 0.5 + Number(sent.frame.args) / 1e6;
        return [{ position, epoch, seq }];
      });
      const all = [...commands, ...messages].sort(
        (a, b) => a.position - b.position,
      );
      for (const [i, { epoch, seq }] of all.entries()) {
        const before = all[i - 1];
        if (before === undefined || before.epoch !== epoch) continue;
        assert.ok(before.seq < seq, "11: commands keep their order");
      }
    }
  }

  #expectAnswers(
    peer: Peer,
    frames: readonly (CommandReply | CommandAck)[],
  ): void {
    const own = this.#sent.filter(({ session }) => session.peer === peer);
    let replies: string[] = [];
    for (const frame of frames) {
      const { command: name, id } = frame;
      assert.notEqual(name, "fly", "the app has no such command");
      const number =
        frame.type === "reply" ? frame.text.split(" ")[1] : numberIn(replies);
      const asked = own.find(
        (one) =>
          one.frame.name === name &&
          one.frame.id === id &&
          (number === undefined || one.frame.args === number),
      );
      assert.ok(asked !== undefined, "only the asker is answered");
      if (frame.type === "reply") {
        replies.push(frame.text);
        continue;
      }
      const answer = answerOf(name, asked.frame.args);
      assert.equal(
        frame.seq !== undefined,
        answer.says.length > 0,
        "the ack has the number of what was said",
      );
      // Of one without an id and replies, nothing tells which it was.
      if (frame.duplicate) assert.deepEqual(replies, [], "3: replied once");
      else if (id !== undefined || number !== undefined)
        assert.deepEqual(replies, answer.replies, "all replies, in order");
      replies = [];
    }
  }

  #find(number: string): SentCommand | undefined {
    return this.#sent.find(({ frame }) => frame.args === number);
  }
}

function numberIn([first]: readonly string[]): string | undefined {
  return first?.split(" ")[1];
}
