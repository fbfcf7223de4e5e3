// Late joiner scenario: a new member of a room of 10,000 messages pages back to the first one.
import { joinNew, type Member } from "../load/member.ts";
import { type Scenario, watch } from "./scenario.ts";

const MESSAGES = 10_000;
const PAGE = 200;

export const lateJoiner: Scenario = {
  name: "history",
  title: `a late joiner pages through ${MESSAGES} messages`,
  entrants: ["edge-chat", "deno"],
  async run(bench) {
    const { meeting, room, server } = bench;
    const talkers = await joinNew(meeting, room, 20, "h");
    await talkUntil(talkers, MESSAGES);
    for (const talker of talkers) talker.close();
    await server.settles();
    const [reader] = await joinNew(meeting, room, 1, "late");
    if (reader === undefined) throw new Error("Nobody joined.");
    let read = 0;
    const { cpuSeconds, seconds, load } = await watch(bench, async () => {
      read = await pageBack(reader);
    });
    reader.close();
    if (read !== MESSAGES) throw new Error(`Read ${read} messages.`);
    return { ms: seconds * 1000, cpu: (cpuSeconds * 1e6) / read, load };
  },
};

/** Resolves when this many messages are acked. */
export function talkUntil(
  members: readonly Member[],
  total: number,
): Promise<void> {
  return new Promise((resolve) => {
    let [said, acked] = [0, 0];
    const next = (member: Member) => {
      if (said < total) member.sendMessage();
      said++;
    };
    for (const member of members) {
      member.onAck = () => {
        if (++acked === total) resolve();
        next(member);
      };
      next(member);
    }
  });
}

/** @returns the number of messages that were read */
function pageBack(reader: Member): Promise<number> {
  return new Promise((resolve) => {
    let read = 0;
    const ask = (before?: number) =>
      reader.send(JSON.stringify({ type: "history", before, limit: PAGE }));
    reader.onLine = (line) => {
      if (!line.startsWith('{"type":"history"')) return;
      const { messages, more } = JSON.parse(line);
      read += messages.length;
      if (more) ask(messages[0].seq);
      else resolve(read);
    };
    ask();
  });
}
