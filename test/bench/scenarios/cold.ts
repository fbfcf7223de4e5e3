// Cold scenario: a server starts with 10,000 stored messages, and somebody joins and sends the first message.
import { joinNew, Member } from "../load/member.ts";
import { talkUntil } from "./late-joiner.ts";
import { type Scenario, watch } from "./scenario.ts";

const MESSAGES = 10_000;
const TALKERS = 20;

export const cold: Scenario = {
  name: "cold",
  title: `time to the first message of a cold server with ${MESSAGES} stored`,
  entrants: ["edge-chat", "deno", "insert", "named"],
  isFresh: true,
  async run(bench) {
    const { meeting, room, server } = bench;
    const talkers = await joinNew(meeting, room, TALKERS, "talker");
    await talkUntil(talkers, MESSAGES);
    for (const talker of talkers) talker.close();
    await server.settles();
    const startMs = await server.restart();
    await server.settles();
    const now = { ...meeting, port: server.port };
    let ms = Number.NaN;
    const { cpuSeconds } = await watch(bench, async () => {
      const at = performance.now();
      const member = new Member(now, { room, username: `${room}-first` });
      await member.joined;
      const acked = new Promise<void>((resolve) => {
        member.onAck = resolve;
      });
      member.sendMessage();
      await acked;
      ms = performance.now() - at;
      member.close();
    });
    return { ms, startMs, cpuMs: cpuSeconds * 1000 };
  },
};
