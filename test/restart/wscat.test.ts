// wscat: users at terminals type lines into the real wscat and see all lines of the text format.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCloudflare } from "../hosts/cloudflare.ts";
import { noTerminals } from "./support/terminal.ts";
import { play, readSession } from "./support/transcript.ts";

const noTerminal = await noTerminals();
if (noTerminal !== null) console.error(`SKIPPED: ${noTerminal}`);

let url = "";
beforeAll(async () => {
  const server = await startCloudflare({ PRESENCE_GRACE_MS: 300 });
  ({ url } = server);
  afterAll(() => server.harness.close());
});

const session = (block: string) => play(readSession(block), url);

test.skipIf(noTerminal)(
  "three users in two rooms get messages and notices, and the third no private message of the others",
  async () => {
    await session(`
alice | $ npx wscat -c "ws://localhost:8787/rooms/lobby?username=alice&format=text"
alice | Connected (press CTRL+C to quit)
alice | < * you are alice in lobby (1 here)
bob   | $ npx wscat -c "ws://localhost:8787/rooms/lobby?username=bob&format=text"
bob   | Connected (press CTRL+C to quit)
bob   | < * you are bob in lobby (2 here)
alice | < * bob joined
carol | $ npx wscat -c "ws://localhost:8787/rooms/kitchen?username=carol&format=text"
carol | Connected (press CTRL+C to quit)
carol | < * you are carol in kitchen (1 here)
alice | > hello bob
bob   | < alice: hello bob
bob   | > hello
alice | < bob: hello
alice | > @carol is the tea ready?
carol | < (private) alice: is the tea ready?
carol | > @alice, in a minute
alice | < (private) carol: in a minute
alice | > tea in a minute
bob   | < alice: tea in a minute
carol | > nobody hears me here
carol | > /who
carol | < * here: carol
alice | > /history 2
alice | < #2 bob: hello
alice | < #3 alice: tea in a minute
alice | > @dave are you there?
alice | < ! no_such_user: Nobody has this name.
# Alice presses Ctrl-C; a moment later the others see that she is gone.
alice | ^C
bob   | < * alice left
bob   | > /who
bob   | < * here: bob
`);
  },
);

test.skipIf(noTerminal)(
  "a user with a taken name is told why, and can take another",
  async () => {
    await session(`
erin  | $ npx wscat -c "ws://localhost:8787/rooms/attic?username=erin&format=text"
erin  | Connected (press CTRL+C to quit)
erin  | < * you are erin in attic (1 here)
thief | $ npx wscat -c "ws://localhost:8787/rooms/cellar?username=ERIN&format=text"
thief | Connected (press CTRL+C to quit)
thief | < ! username_taken: Somebody else has this name, or one that looks like it. (try again in 60 s)
thief | ^C
thief | $ npx wscat -c "ws://localhost:8787/rooms/cellar?format=text"
thief | Connected (press CTRL+C to quit)
thief | > hello
thief | < ! not_joined: Join first.
thief | > /join erin.
thief | < ! bad_username: A name has 1 to 32 letters, digits, _ - or . of any script; it begins with a letter or digit and does not end in a dot.
thief | > /join frank
thief | < * you are frank in cellar (1 here)
thief | > @erin it was me
erin  | < (private) frank: it was me
thief | > /leave
thief | < * you left cellar
thief | > /join grace
thief | < * you are grace in cellar (1 here)
`);
  },
);

test.skipIf(noTerminal)(
  "a user who has chosen a secret has the name on two devices",
  async () => {
    await session(`
phone  | $ npx wscat -c "ws://localhost:8787/rooms/pub?username=henk&format=text" \\
phone  |     -H "Authorization: Bearer henks-secret-0123456789"
phone  | Connected (press CTRL+C to quit)
phone  | < * you are henk in pub (1 here)
laptop | $ npx wscat -c "ws://localhost:8787/rooms/pub?format=text"
laptop | Connected (press CTRL+C to quit)
laptop | > /join henk henks-secret-0123456789
laptop | < * you are henk in pub (1 here)
ines   | $ npx wscat -c "ws://localhost:8787/rooms/hall?username=ines&format=text"
ines   | Connected (press CTRL+C to quit)
ines   | < * you are ines in hall (1 here)
phone  | > from my phone
laptop | < henk: from my phone
ines   | > @henk psst
phone  | < (private) ines: psst
laptop | < (private) ines: psst
laptop | > @ines yes?
ines   | < (private) henk: yes?
phone  | < (private) henk to ines: yes?
`);
  },
);

test("a session is readable for a user and for this test", () => {
  expect(
    readSession(`
# The first line is for the reader.
alice | $ npx wscat -c ws://localhost:8787 \\
alice |     -H "A: b"
  bob | > hello
alice |   | indented
`),
  ).toEqual([
    {
      terminal: "alice",
      at: 3,
      kind: "start",
      command: 'npx wscat -c ws://localhost:8787 -H "A: b"',
    },
    { terminal: "bob", at: 5, kind: "type", line: "hello" },
    { terminal: "alice", at: 6, kind: "see", line: "  | indented" },
  ]);
});
