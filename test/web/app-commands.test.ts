// App commands: the composer takes the commands that the server's app has.
import { expect, test } from "vitest";
import { parseInput } from "../../src/web/parse-input.ts";

test("the composer knows a command of the app by its name alone", () => {
  expect(parseInput("/roll 2d6", ["roll"])).toEqual({
    ...{ kind: "command", word: "roll", rest: "2d6" },
  });
  for (const line of ["/rolls", "/ROLL 2d6", "/rotat secret"])
    expect(parseInput(line, ["roll"])).toMatchObject({ kind: "refused" });
  expect(parseInput("/roll 2d6")).toMatchObject({ kind: "refused" });
  expect(parseInput("/who", ["roll"])).toMatchObject({ word: "who" });
});
