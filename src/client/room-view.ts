// Room view: turns the frames of a room into its messages, its members and the events that the app gets.
import type {
  HistoryPage,
  MemberDetails,
  MembersFrame,
  PresenceFrame,
  RoomMessage,
} from "../protocol/server-frames.ts";
import type { DataSchemas } from "../protocol/standard-schema.ts";
import type { DebouncedValue } from "./debounced-value.ts";
import type {
  ChatMessage,
  HistoryResult,
  RoomEvent,
  TypingEvent,
} from "./events.ts";
import { HistorySync } from "./history-sync.ts";
import { withCheckedData } from "./incoming-data.ts";
import type { KnownUsers } from "./known-users.ts";
import { MemberList } from "./member-list.ts";
import type { Outbox } from "./outbox.ts";
import {
  isLogEvent,
  isMemberDetails,
  isRoomEvent,
  type LogEvent,
} from "./parse-frame.ts";
import { type SequencedItems, Sequencer } from "./sequencer.ts";
import { Timeline } from "./timeline.ts";

/** The user who views it. */
export interface Viewer {
  /** The public id; null before the first welcome. */
  readonly user: string | null;
  readonly knownUsers: KnownUsers;
  readonly outbox: Outbox;
  readonly options: { readonly schemas: DataSchemas };
}

export interface RoomViewOptions {
  readonly viewer: Viewer;
  /** The room in the server's spelling. */
  readonly key: string;
  /** The position of the last event shown. */
  readonly stored: DebouncedValue;
  /** Older messages to begin with, 0 to 200. */
  readonly history: number;
  /** Messages in the snapshot. */
  readonly maxMessages: number;
}

export class RoomView {
  readonly memberList = new MemberList();
  readonly timeline: Timeline;
  readonly sequencer: Sequencer;
  readonly history: HistorySync;
  readonly #viewer: Viewer;
  readonly #key: string;

  constructor(options: RoomViewOptions) {
    const { viewer, key, stored, history, maxMessages } = options;
    this.#viewer = viewer;
    this.#key = key;
    this.timeline = new Timeline(maxMessages);
    this.sequencer = new Sequencer(history > 0);
    this.history = new HistorySync(
      this.sequencer,
      this.timeline,
      stored,
      history,
    );
  }

  /** An event of the room, or an own message that was acked. */
  onEvent(event: LogEvent): RoomEvent[] {
    const isMessage = isRoomEvent(event) && event.type === "message";
    if (isMessage && this.history.isRecent(event))
      this.#viewer.knownUsers.learn(event.username, event.user);
    return this.show(this.sequencer.addEvent(event));
  }

  onPresence(frame: PresenceFrame): RoomEvent[] {
    const { type, user, username, data, at } = frame;
    if (user === this.#viewer.user && type !== "updated") return [];
    if (type === "left") {
      this.memberList.removeMember(username);
      return [{ type, user, username, at }, this.#membersEvent];
    }
    const member = this.#checked({ user, username, data });
    this.#viewer.knownUsers.learn(username, user);
    this.memberList.addMember(member);
    return [{ type, ...member, at }, this.#membersEvent];
  }

  onMembers(page: Omit<MembersFrame, "type" | "more">): RoomEvent[] {
    const { members, count, details = [] } = this.checkedPage(page);
    this.memberList.set(members, count, details);
    return [this.#membersEvent];
  }

  /** A page of members, with their data as the app's schema returns it. */
  checkedPage<Page extends { details?: MemberDetails[] }>(page: Page): Page {
    if (!Array.isArray(page.details)) return page;
    const details = page.details
      .filter(isMemberDetails)
      .map((one) => this.#checked(one));
    return { ...page, details };
  }

  onCount(count: number): RoomEvent[] {
    this.memberList.setCount(count);
    return [this.#membersEvent];
  }

  onTyping(event: TypingEvent): RoomEvent[] {
    this.#viewer.knownUsers.learn(event.username, event.user);
    return [event];
  }

  /** Shows events. Own messages among them are complete. */
  show(items: SequencedItems): RoomEvent[] {
    const { outbox, user } = this.#viewer;
    const events: RoomEvent[] = [];
    const shown: ChatMessage[] = [];
    for (const item of items) {
      if ("type" in item) {
        if (item.after === null) this.timeline.clear();
        events.push(item);
        continue;
      }
      const { event, isNew, isReplay } = item;
      if (!isRoomEvent(event)) continue;
      const isSettled = event.type === "message" || event.type === "erased";
      if (isSettled && event.user === user)
        outbox.onOwnMessage(this.#key, event);
      if (isNew && event.type === "message")
        shown.push(this.#toShown(event, isReplay));
    }
    this.timeline.add(shown);
    this.history.savePosition();
    return [...events, ...shown];
  }

  /** A page that the app has requested. */
  toResult({ messages, more }: HistoryPage): HistoryResult {
    const events = messages.filter(isLogEvent).filter(isRoomEvent);
    const shown = events.flatMap((one) =>
      one.type === "message" ? this.#toShown(one, true) : [],
    );
    return { messages: shown, more };
  }

  #toShown(event: RoomMessage, isReplay: boolean): ChatMessage {
    const mine = event.user === this.#viewer.user;
    const { message } = this.#viewer.options.schemas;
    return withCheckedData(message, { ...event, mine, isReplay });
  }

  #checked(one: MemberDetails): MemberDetails {
    return withCheckedData(this.#viewer.options.schemas.user, one);
  }

  get #membersEvent(): RoomEvent {
    const { names: members, count } = this.memberList;
    return { type: "members", members, count };
  }
}
