// Room epochs tests: a restored name keeps its mentions and read markers in rooms that have new epochs.
import { expect, test } from "vitest";
import { withRoomEpochs } from "../../src/cli/room-epochs.ts";

const epochs = new Map([["lobby e1", "e2"]]);
const nameWith = (lobby: string) => ({
  mail: [{ mail: 1 }],
  mention: [
    { mail: 2, room: "lobby", epoch: lobby },
    { mail: 3, room: "hall", epoch: "e1" },
  ],
  claim: [
    {
      username: "bob",
      standing: JSON.stringify({
        rank: "app",
        visits: [
          ["lobby", 5, lobby, 7],
          ["hall", 6, "e1", 8],
          ["den", 7, null, 0],
        ],
      }),
    },
  ],
});

test("Mentions and read markers name rooms by their present epochs.", () => {
  expect(withRoomEpochs(nameWith("e1"), epochs)).toEqual(nameWith("e2"));
});

test("Rows without any, and those of another release, stay as they are.", () => {
  const guest = { claim: [{ standing: "{}" }] };
  expect(withRoomEpochs(guest, epochs)).toEqual(guest);
  const odd = { claim: [{ standing: "no JSON" }], mention: "none" };
  expect(withRoomEpochs(odd, epochs)).toEqual(odd);
  expect(withRoomEpochs(null, epochs)).toEqual({});
});
