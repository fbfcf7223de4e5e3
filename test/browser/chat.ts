// The page as somebody uses it: what they do and see, by the roles and names that a screen reader has.
import type { FrameLocator, Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** A loaded machine is not a failure. */
export const PATIENCE_MS = 20_000;

/** What is shown of a message. */
export interface Shown {
  readonly text: string;
  readonly state: string;
}

export class Chat {
  readonly page: Page;
  /** Where the page's document is: itself, or a frame in another one. */
  readonly at: Page | FrameLocator;

  constructor(page: Page, at: Page | FrameLocator = page) {
    this.page = page;
    this.at = at;
  }

  get door(): Locator {
    return this.at.locator('[data-view="door"]');
  }

  /** The messages of the conversation that is open. */
  get log(): Locator {
    return this.at.getByRole("log");
  }

  get box(): Locator {
    return this.at.getByRole("textbox", { name: "Message" });
  }

  /** Why one is not connected. */
  get strip(): Locator {
    return this.at.locator("[data-strip]");
  }

  button(name: string | RegExp): Locator {
    return this.at.getByRole("button", { name });
  }

  dialog(name: string): Locator {
    return this.at.getByRole("dialog", { name });
  }

  /** By the dialog; one is in another room already. */
  async joinAnother(room: string): Promise<this> {
    await this.button("Join another room").click();
    await this.dialog("Join another room").getByRole("textbox").fill(room);
    await this.page.keyboard.press("Enter");
    return this.isIn(room);
  }

  /** Leaves the room that is open. */
  async leave(room: string): Promise<void> {
    await this.button("Leave room").click();
    await this.dialog(`Leave ${room}?`)
      .getByRole("button", { name: "Leave room" })
      .click();
  }

  /** Fills in what the door asks for; what is filled in already may stay. */
  async join(name: string, room?: string): Promise<this> {
    await this.door.getByRole("textbox", { name: "Your name" }).fill(name);
    if (room !== undefined)
      await this.door.getByRole("textbox", { name: "Room" }).fill(room);
    await this.button("Join").click();
    return this;
  }

  /** Until the conversation is open under this heading, and connected. */
  async isIn(heading: string): Promise<this> {
    const { at } = this;
    await at.getByRole("heading", { level: 1, name: heading }).waitFor();
    await this.isLive();
    return this;
  }

  async isLive(): Promise<void> {
    await this.strip.waitFor({ state: "hidden" });
  }

  /** Connected again, by itself or because one asks for it. */
  async comesBack(): Promise<void> {
    // The button goes as soon as it is: then there is nothing to press.
    this.button("Try now")
      .click()
      .catch(() => undefined);
    await this.isLive();
  }

  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  /** The messages that are on the page, in order. */
  shown(): Promise<Shown[]> {
    return this.log.locator("[data-message]").evaluateAll((messages) =>
      messages.map((message) => ({
        text: message.querySelector("[data-text]")?.textContent ?? "",
        state: message.getAttribute("data-state") ?? "",
      })),
    );
  }

  /** Exactly these messages are there, all sent, in this order. */
  async sees(...texts: readonly string[]): Promise<void> {
    const all = texts.map((text) => ({ text, state: "sent" }));
    await expect
      .poll(() => this.shown(), { timeout: PATIENCE_MS })
      .toEqual(all);
  }

  message(text: string): Locator {
    const { at, log } = this;
    const exact = at.locator("[data-text]").getByText(text, { exact: true });
    return log.locator("[data-message]").filter({
      has: at.locator("[data-text]", { hasText: text }).or(exact),
    });
  }

  async hears(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  /** The link to a room or a person among one's conversations. */
  room(name: string): Locator {
    return this.at.locator(`a[data-room="${name}"]`);
  }

  peer(name: string): Locator {
    return this.at.locator(`a[data-peer="${name}"]`);
  }
}
