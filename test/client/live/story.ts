// A random story: people who talk over bad networks, reload and crash; and whether all was as promised in the end.
import { setTimeout as pause } from "node:timers/promises";
import { Chance } from "../chance.ts";
import { Network } from "../network.ts";
import type { Said } from "../participant.ts";
import { check } from "../verdict.ts";
import { Client, until } from "./client.ts";
import { readLog } from "./room-log.ts";

export interface Story {
  readonly url: string;
  /**
   * May single frames be lost? TCP does not do that; where many are on their
   * way at once, their order would be lost as well.
   */
  readonly mayDrop: boolean;
  readonly seed: number;
}

/** Counted over all stories, to see that they are about something. */
export const happened = {
  stories: 0,
  said: 0,
  whispered: 0,
  cut: 0,
  torn: 0,
  frozen: 0,
  down: 0,
  reloaded: 0,
  crashed: 0,
  woken: 0,
};

/**
 * Plays it to its end.
 *
 * @throws Error that names what was promised and not kept
 */
export async function play({ url, mayDrop, seed }: Story): Promise<void> {
  const chance = new Chance(seed);
  const room = `lobby-${name(chance)}`;
  const people: Client[] = [];
  for (let i = chance.from(2, 4); i > 0; i--) {
    const network = await Network.to(url);
    const [lag, dropped, doubled] = [
      chance.pick([0, 0, 5, 30]),
      mayDrop ? chance.pick([0, 0, 0.02]) : 0,
      chance.pick([0, 0.1]),
    ];
    network.lag = () => lag * chance.next();
    network.fate = () =>
      chance.is(dropped) ? "drops" : chance.is(doubled) ? "doubles" : "passes";
    const twin = people.at(-1);
    const isTwin = twin !== undefined && twin.twin === null && chance.is(0.2);
    people.push(new Client(isTwin ? twin : name(chance), room, network));
  }
  const said: Said[] = [];
  try {
    // From now on each has a name, which others can write to.
    await Promise.all(people.map(({ chat }) => chat.ready()));
    for (let n = chance.from(10, 40); n > 0; n--) {
      await pause(chance.pick([0, 0, 10, 40]));
      if (chance.is(0.25)) await mishap(chance, chance.pick(people));
      said.push(speak(chance, people, said.length));
    }
    for (const { network } of people) {
      network.isDown = false;
      network.lag = () => 0;
      network.fate = () => "passes";
    }
    await until(
      () => `acks: ${people.map(({ state }) => state).join("\n")}`,
      () => people.every(({ isDone }) => isDone),
    );
    await check(await readLog(url, room), people, said, until);
    happened.stories++;
  } finally {
    await Promise.all(people.map(({ chat }) => chat.close()));
    await Promise.all(people.map(({ network }) => network.close()));
  }
}

function speak(chance: Chance, people: readonly Client[], n: number): Said {
  const by = chance.pick(people);
  const isPrivate = chance.is(0.3);
  const to = isPrivate ? chance.pick(people) : null;
  const text = `${n} by ${by.label}`;
  if (to === null) by.chat.send(text);
  else by.chat.private(to.name, text);
  happened[to === null ? "said" : "whispered"]++;
  return { by, to, text };
}

async function mishap(chance: Chance, who: Client): Promise<void> {
  const { network } = who;
  switch (chance.from(1, 7)) {
    case 1:
      happened.cut++;
      network.cut();
      break;
    case 2:
      happened.torn++;
      network.tear();
      break;
    case 3:
      happened.frozen++;
      network.freeze();
      break;
    case 4:
      happened.down++;
      network.isDown = true;
      network.cut();
      setTimeout(
        () => {
          network.isDown = false;
        },
        chance.from(10, 500),
      );
      break;
    case 5:
      happened.reloaded++;
      await who.reload();
      break;
    case 6:
      happened.crashed++;
      who.crash();
      break;
    default:
      happened.woken++;
      who.wake();
  }
}

/** Letters that look like no others. */
function name(chance: Chance): string {
  const letters = Array.from({ length: 12 }, () =>
    chance.pick([..."acdefhkpstxyz"]),
  );
  return `${letters.join("")}${Date.now().toString(36).slice(-4)}`.replace(
    /[il1o0]/g,
    "x",
  );
}
