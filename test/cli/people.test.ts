// People: tests how the terminal shows display names, and that scripts see usernames alone.
import { expect, test } from "vitest";
import { Colours } from "../../src/cli/colours.ts";
import { People } from "../../src/cli/people.ts";
import { messageLine, privateLine, viewerOf } from "../../src/cli/render.ts";
import { plainLine } from "../../src/cli/wrap.ts";
import type { MemberInfo } from "../../src/client/index.ts";
import { chatMessage } from "../client/support/chat-message.ts";

const plain = new Colours("none");
const client = { username: "alice", blocked: [] };
const author = {
  user: "ann-id",
  username: "ann",
  mine: false,
  isReplay: false,
};
const message = chatMessage(author);

class FakeRoom {
  members: readonly string[] = ["alice", "ann"];
  details: ReadonlyMap<string, MemberInfo> = new Map();

  set(members: readonly string[], ...displayNames: unknown[]): void {
    this.members = members;
    const data = displayNames.map((displayName) => ({ displayName }));
    this.details = new Map(
      data.map((one) => [
        "ann",
        { user: "ann-id", username: "ann", data: one },
      ]),
    );
  }
}

function begin() {
  const room = new FakeRoom();
  const people = new People(room);
  const viewer = viewerOf(client, false, people);
  return {
    ...{ room, people },
    shown: () => plainLine(messageLine(message, viewer), plain),
    shownPrivate: () =>
      plainLine(
        privateLine(
          {
            type: "private",
            id: "p",
            to: "alice",
            text: "psst",
            at: 1,
            ...author,
          },
          viewer,
        ),
        plain,
      ),
  };
}

test("a user sees display names with usernames, also of those who have left", () => {
  const { room, shown, shownPrivate } = begin();
  expect(shown()).toBe("ann: hello");
  room.set(["alice", "ann"], "Ann\u202e\u001b[31m Lee");
  expect(shown()).toBe("Ann [31m Lee @ann: hello");
  expect(shownPrivate()).toBe("(private) Ann [31m Lee @ann: psst");
  room.set(["alice"]);
  expect(shown()).toBe("Ann [31m Lee @ann: hello");
  room.set(["alice", "ann"]);
  expect(shown()).toBe("Ann [31m Lee @ann: hello");
});

test("a user sees a new display name, and none once the app has taken it away", () => {
  const { room, shown } = begin();
  room.set(["alice", "ann"], "Ann Lee");
  expect(shown()).toBe("Ann Lee @ann: hello");
  room.set(["alice", "ann"], "Ann");
  expect(shown()).toBe("Ann @ann: hello");
  room.set(["alice", "ann"]);
  expect(shown()).toBe("ann: hello");
});

test("a user is warned of a display name that looks like a member's or an author's name", () => {
  const { room, people, shown } = begin();
  room.set(["alice", "ann"], "\u0410lice");
  expect(shown()).toBe("\u0410lice @ann (looks like another name): hello");
  room.set(["alice", "ann"], "Bob");
  expect(shown()).toBe("Bob @ann: hello");
  people.addAuthor("bob");
  expect(shown()).toBe("Bob @ann (looks like another name): hello");
});

test("a script sees the username alone", () => {
  const viewer = viewerOf(client, false);
  expect(plainLine(messageLine(message, viewer), plain)).toBe("ann: hello");
});
