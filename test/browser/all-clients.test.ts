// All clients: two people at the page, one in a terminal and one of Socket.IO change messages in one room, and end with the same.
import { io } from "socket.io-client";
import { expect, onTestFinished } from "vitest";
import { PipedProgram } from "../cli/support/piped-program.ts";
import { baseUrl } from "../conformance/support/connection.ts";
import { uniqueName } from "../conformance/support/people.ts";
import { openChat, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";

async function enter(room: string, name: string): Promise<ChatPage> {
  const chat = await openChat();
  return (await chat.join(uniqueName(name), room)).isIn(room);
}

async function use(chat: ChatPage, text: string, tool: string): Promise<void> {
  const message = chat.message(text);
  await message.hover();
  await message.getByRole("button", { name: tool, exact: true }).click();
}

test("people at two pages, in a terminal and of Socket.IO edit, react, reply and delete in one room", async () => {
  const room = uniqueName("lobby");
  const alice = await enter(room, "alice");
  const bob = await enter(room, "bob");
  const pages = [alice, bob];
  const [carol, dave] = [uniqueName("carol"), uniqueName("dave")];
  const terminal = new PipedProgram([room, carol], { url: baseUrl() });
  await terminal.waitForLine(`you are ${carol} in ${room}`);
  const socket = io(baseUrl(), { forceNew: true, transports: ["websocket"] });
  onTestFinished(() => {
    socket.close();
  });
  const heard: string[] = [];
  socket.onAny((event, ...args) => heard.push(JSON.stringify([event, args])));
  await new Promise<void>((resolve) => {
    socket.once("connect", () => resolve());
  });
  await socket.emitWithAck("join room", { roomname: room, username: dave });

  await alice.say("frist");
  await bob.receives("frist");
  await alice.say("/edit first");
  terminal.writeLines("from the terminal");
  await bob.receives("from the terminal");
  const { seq } = await socket.emitWithAck("new message", "from socket.io");
  await alice.receives("from socket.io");

  await use(bob, "first", "React with 👍");
  terminal.writeLines("/react #1 👍");
  await socket.emitWithAck("react", 1, "👍");
  for (const chat of pages) {
    const reaction = chat.message("first").locator('[data-reaction="👍"]');
    await expect.poll(() => reaction.textContent()).toBe("👍 3");
  }

  await socket.emitWithAck("edit", seq, "edited by socket.io");
  terminal.writeLines("/edit edited in the terminal", "/reply #1 an answer");
  for (const chat of pages) {
    await chat
      .message("edited by socket.io")
      .locator("[data-edited]")
      .waitFor();
    await chat.message("edited in the terminal").waitFor();
    await chat.message("an answer").locator(".quote").waitFor();
  }

  terminal.writeLines("/delete");
  await socket.emitWithAck("delete", seq);
  await alice.say("/delete #1");
  for (const chat of pages) {
    const deleted = chat.log.locator("[data-deleted]");
    await expect.poll(() => deleted.count()).toBe(3);
    expect(await chat.message("first").count()).toBe(0);
    await chat.message("edited in the terminal").waitFor();
  }
  // All four go on, and a newcomer sees the same.
  await bob.say("and on");
  await terminal.waitForLine("and on");
  await expect.poll(() => heard.join("\n")).toContain("and on");
  const eve = await enter(room, "eve");
  await eve.receives("and on");
  await alice.receives("and on");
  expect(await eve.shownMessages()).toEqual(await alice.shownMessages());
  expect(terminal.err).toEqual([]);
});
