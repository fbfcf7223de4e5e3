// The server is killed with SIGKILL, twice, while ten clients talk: nothing is lost, doubled or out of order.
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { uniqueName } from "../../conformance/support/people.ts";
import { startRestartable } from "../../restart/support/restartable-server.ts";
import { Network } from "../network.ts";
import type { Said } from "../participant.ts";
import { check } from "../verdict.ts";
import { Client, until } from "./client.ts";
import { readLog } from "./room-log.ts";

const CLIENTS = 10;
const PAUSE_MS = 100;
const vars = { RATE_PER_SECOND: 0 };

test("ten clients talk on over two kills of the server", async () => {
  const { url, kill, start } = await startRestartable(vars);
  const room = uniqueName("lobby");
  const people: Client[] = [];
  for (let n = 0; n < CLIENTS; n++) {
    const network = await Network.to(url);
    people.push(new Client(uniqueName("person"), room, network));
  }
  onTestFinished(async () => {
    for (const { chat } of people) await chat.close();
    for (const { network } of people) await network.close();
  });
  await Promise.all(people.map(({ chat }) => chat.ready()));

  const said: Said[] = [];
  let isOver = false;
  const talk = async (by: Client, i: number) => {
    for (let n = 0; !isOver; n++) {
      const isPrivate = (n + i) % 5 === 0;
      const to = isPrivate ? (people[(i + 1) % CLIENTS] ?? by) : null;
      const text = `${said.length} by ${by.label}`;
      said.push({ by, to, text });
      if (to === null) by.chat.send(text);
      else by.chat.private(to.name, text);
      await pause(PAUSE_MS);
    }
  };
  const talks = people.map(talk);
  for (let n = 0; n < 2; n++) {
    await pause(500);
    const sent = () =>
      people.flatMap(({ chat }) =>
        chat.pending.filter(({ state }) => state === "sent"),
      );
    // In the middle of it: something is on its way.
    await until(
      () => "something on its way",
      () => sent().length > 0,
    );
    await kill();
    await pause(200);
    await start(vars);
  }
  await pause(500);
  isOver = true;
  await Promise.all(talks);
  await until(
    () => `acks: ${people.map(({ state }) => state).join("\n")}`,
    () => people.every(({ isDone }) => isDone),
  );
  await check(await readLog(url, room), people, said, until);
  expect(said.length).toBeGreaterThan(100);
});
