// A token of the app's that ends: got anew before each connection, and when the server says that it has ended.
import { describe, expect, test } from "vitest";
import { settled } from "./place.ts";
import { Room, resumed } from "./room.ts";

const ENDED = { type: "error", code: "unauthorized", message: "It has ended." };

describe("a token that is got", () => {
  const begin = async () => {
    const got: string[] = [];
    const token = async () => {
      got.push(`token-${got.length + 1}`);
      return got.at(-1) ?? "";
    };
    const room = new Room({ token });
    const first = await room.enters();
    return { room, first, got };
  };

  test("is got before each connection, and never kept", async () => {
    const { room, first, got } = await begin();
    expect(first.token).toBe("token-1");
    expect((await room.comesBack()).token).toBe("token-2");
    expect(got).toHaveLength(2);
    expect(JSON.stringify(await room.storage.list(""))).not.toMatch("token-");
  });

  test("is got anew when it has ended; nothing on its way is lost", async () => {
    const { room } = await begin();
    const page = room.chat.history();
    const sent = room.chat.send("hello");
    await settled();
    const [, message] = room.sent();
    room.says(ENDED);
    expect(room.chat.state).toBe("offline");
    expect(room.chat.reason).toMatchObject({ code: "unauthorized" });
    await room.place.nextTry();
    expect((await room.joins()).token).toBe("token-2");
    room.says(resumed({}));
    await settled();
    const [again, resent] = room.sent();
    expect(again).toEqual({ type: "history" });
    expect(resent).toEqual(message);
    room.says({ type: "history", messages: [], more: false, epoch: "e1" });
    room.says({ type: "ack", id: message?.id, seq: 1, at: 1 });
    expect(await page).toMatchObject({ messages: [] });
    expect(await sent).toMatchObject({ seq: 1 });
    expect(room.told.filter(({ type }) => type === "error")).toEqual([]);
  });

  test("and refused at once is refused", async () => {
    const { room } = await begin();
    await room.comesBack();
    room.says(ENDED);
    expect(room.chat.state).toBe("refused");
  });

  test("that cannot be got now is tried for again", async () => {
    let isThere = false;
    const room = new Room({
      token: () => {
        if (!isThere) throw new Error("The app is away.");
        return "token-1";
      },
    });
    await settled();
    expect(room.chat.state).toBe("offline");
    const message = "token() fails: The app is away.";
    expect(room.chat.reason).toMatchObject({ code: "no_token", message });
    expect(room.place.sockets).toEqual([]);
    isThere = true;
    await room.place.nextTry();
    expect((await room.joins()).token).toBe("token-1");
  });
});

test("a token that stays the same is not tried again when it ends", async () => {
  const room = new Room({ token: "always-the-same-one" });
  await room.enters();
  room.says(ENDED);
  room.place.socket.ends(4506, "unauthorized");
  expect(room.chat.state).toBe("refused");
  expect(room.chat.reason).toMatchObject({ code: "unauthorized" });
});
