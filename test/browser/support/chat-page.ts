// Chat page: acts and reads as a user does, by the roles and names that a screen reader has.
import type { FrameLocator, Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Long enough for a loaded machine. */
export const TIMEOUT_MS = 20_000;

/** A message as the page shows it. */
export interface ShownMessage {
  readonly text: string;
  readonly state: string;
}

export class ChatPage {
  readonly page: Page;
  /** The document of the page: the page itself, or a frame in another one. */
  readonly root: Page | FrameLocator;

  constructor(page: Page, root: Page | FrameLocator = page) {
    this.page = page;
    this.root = root;
  }

  get signIn(): Locator {
    return this.root.locator('[data-view="sign-in"]');
  }

  /** The messages of the open conversation. */
  get log(): Locator {
    return this.root.getByRole("log");
  }

  get composer(): Locator {
    return this.root.getByRole("textbox", { name: "Message" });
  }

  /** The banner that says why the page is not connected. */
  get banner(): Locator {
    return this.root.locator("[data-connection]");
  }

  button(name: string | RegExp): Locator {
    return this.root.getByRole("button", { name });
  }

  dialog(name: string): Locator {
    return this.root.getByRole("dialog", { name });
  }

  /** Joins a second room by the dialog. */
  async joinAnother(roomLink: string): Promise<this> {
    await this.button("Join another room").click();
    await this.dialog("Join another room").getByRole("textbox").fill(roomLink);
    await this.page.keyboard.press("Enter");
    return this.isIn(roomLink);
  }

  /** Leaves the open room. */
  async leave(roomLink: string): Promise<void> {
    await this.button("Leave room").click();
    await this.dialog(`Leave ${roomLink}?`)
      .getByRole("button", { name: "Leave room" })
      .click();
  }

  /** Fills in the sign-in form. A room that is filled in already may stay. */
  async join(name: string, roomLink?: string): Promise<this> {
    await this.signIn.getByRole("textbox", { name: "Your name" }).fill(name);
    if (roomLink !== undefined)
      await this.signIn.getByRole("textbox", { name: "Room" }).fill(roomLink);
    await this.button("Join").click();
    return this;
  }

  /**
   * Waits until the conversation with this heading is open and connected, and
   * its first page of messages is here.
   */
  async isIn(heading: string): Promise<this> {
    const { root } = this;
    const title = root.getByRole("heading", { level: 1, name: heading });
    await root
      .locator("[data-conversation]", { has: title })
      .locator('[role="log"][aria-busy="false"]')
      .waitFor();
    await this.isConnected();
    return this;
  }

  /** Waits for the sign of a connection: a page without a room has no banner. */
  async isConnected(): Promise<void> {
    await this.root
      .locator('.connection-banner[role="status"][hidden]')
      .waitFor({ state: "attached" });
  }

  /** Waits for the next connection, and asks for it if needed. */
  async reconnects(): Promise<void> {
    // The button disappears on connection, and the click then fails.
    this.button("Try now")
      .click()
      .catch(() => undefined);
    await this.isConnected();
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** The messages on the page, in order. */
  shownMessages(): Promise<ShownMessage[]> {
    return this.log.locator("[data-message]").evaluateAll((messages) =>
      messages.map((message) => ({
        text: message.querySelector("[data-text]")?.textContent ?? "",
        state: message.getAttribute("data-state") ?? "",
      })),
    );
  }

  /** Waits for exactly these messages, all sent, in this order. */
  async sees(...texts: readonly string[]): Promise<void> {
    const all = texts.map((text) => ({ text, state: "sent" }));
    await expect
      .poll(() => this.shownMessages(), { timeout: TIMEOUT_MS })
      .toEqual(all);
  }

  message(text: string): Locator {
    const { root, log } = this;
    const exact = root.locator("[data-text]").getByText(text, { exact: true });
    return log.locator("[data-message]").filter({
      has: root.locator("[data-text]", { hasText: text }).or(exact),
    });
  }

  async receives(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  /** The link to a conversation in the list. */
  roomLink(name: string): Locator {
    return this.root.locator(`a[data-room="${name}"]`);
  }

  peerLink(name: string): Locator {
    return this.root.locator(`a[data-peer="${name}"]`);
  }
}
