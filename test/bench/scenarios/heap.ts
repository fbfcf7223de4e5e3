// Heap scenario: measures the heap of a connection by the difference between 1,000 and 5,000 connections.
import { joinNew } from "../load/member.ts";
import { Inspector } from "../machine/inspector.ts";
import type { Scenario } from "./scenario.ts";

const FEW = 1000;
const MANY = 5000;

export const heap: Scenario = {
  name: "heap",
  title: "heap of a room for each connection",
  entrants: ["edge-chat", "partyserver", "relay"],
  isFresh: true,
  // As on Cloudflare, directories run in another isolate.
  how: { inspect: true, apart: ["DIRECTORY"] },
  async run({ meeting, room, server, isQuick }) {
    const many = isQuick ? MANY / 2 : MANY;
    const inspector = await Inspector.attach(server);
    const members = await joinNew(meeting, room, FEW, "h");
    await server.settles();
    const few = await inspector.heapBytes();
    members.push(...(await joinNew(meeting, room, many - FEW, "more")));
    await server.settles();
    const all = await inspector.heapBytes();
    inspector.close();
    for (const member of members) member.drop();
    return { kB: (all - few) / (many - FEW) / 1000 };
  },
};
