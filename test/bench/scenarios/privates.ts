// Private messages scenario: members of one room send them to members of another.
import { joinNew } from "../load/member.ts";
import { late, rated, type Scenario } from "./scenario.ts";

/** Pairs of users, and the messages that each sender has in flight. */
const SHAPES = [
  { name: "private-1", pairs: 1, inFlight: 1 },
  { name: "private-64", pairs: 8, inFlight: 8 },
];

export const privates: readonly Scenario[] = SHAPES.map(
  ({ name, pairs, inFlight }) => ({
    name,
    title: `private messages between rooms, ${pairs * inFlight} in flight`,
    entrants: ["edge-chat", "deno", "socket.io", "ws", "named"],
    async run(bench) {
      const { meeting, room, server } = bench;
      const senders = await joinNew(meeting, `${room}a`, pairs, "pa");
      const addressees = await joinNew(meeting, `${room}b`, pairs, "pb");
      await server.settles();
      senders.forEach((sender, i) => {
        const { username = "" } = addressees[i] ?? {};
        sender.onAck = () => sender.sendPrivate(username);
        for (let k = 0; k < inFlight; k++) sender.sendPrivate(username);
      });
      meeting.tally.isTimed = true;
      const figures = await rated(bench, (tally) => tally.privates);
      meeting.tally.isTimed = false;
      for (const member of [...senders, ...addressees]) member.close();
      return { ...figures, ...late(meeting.tally) };
    },
  }),
);
