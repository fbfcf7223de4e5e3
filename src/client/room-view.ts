// Room view: turns the frames of a room into its messages, its members and the events that the app gets.
import type {
  HistoryPage,
  MemberDetails,
  MembersFrame,
  PresenceFrame,
  ServerFrame,
  RoomEvent as StoredEvent,
} from "../protocol/server-frames.ts";
import type { DataSchemas } from "../protocol/standard-schema.ts";
import type { DebouncedValue } from "./debounced-value.ts";
import type { Environment } from "./environment.ts";
import type {
  ChangeEvent,
  MemberInfo,
  ModeratedEvent,
  RoomEvent,
} from "./events.ts";
import { HistorySync, sequencedPage } from "./history-sync.ts";
import { withCheckedData } from "./incoming-data.ts";
import type { KnownUsers } from "./known-users.ts";
import { MemberList } from "./member-list.ts";
import type { Outbox } from "./outbox.ts";
import {
  isMemberDetails,
  isRoomEvent,
  type LogEvent,
  usersOf,
} from "./parse-frame.ts";
import { RoomStatus } from "./room-status.ts";
import { type SequencedItems, Sequencer } from "./sequencer.ts";
import {
  type ActionTarget,
  messageActions,
  type ShownMessage,
  shownMessage,
} from "./shown-message.ts";
import { type MessageList, Timeline, type TimelineReader } from "./timeline.ts";

/** The user who views it. */
export interface Viewer {
  /** The public id; null before the first welcome. */
  readonly user: string | null;
  readonly username: string;
  readonly knownUsers: KnownUsers;
  readonly outbox: Outbox;
  readonly options: { readonly schemas: DataSchemas };
  readonly environment: Environment;
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
  /** Gets what the methods of messages do. */
  readonly actions: ActionTarget;
  /** The snapshot has changed without an event. */
  readonly touch: () => void;
}

/** A page of messages that the app has requested. */
export interface MessagePage {
  messages: ShownMessage[];
  more: boolean;
  from: number;
  to: number;
}

/** The frames that tell of what happens in the room. */
export type RoomFrame =
  | StoredEvent
  | PresenceFrame
  | Extract<
      ServerFrame,
      { type: "count" | "typing" | "reset" | "reported" | "report_closed" }
    >;

type MessageEvent = Extract<StoredEvent, { type: "message" | "erased" }>;

export class RoomView {
  readonly memberList = new MemberList();
  readonly timeline: Timeline;
  readonly sequencer: Sequencer;
  readonly history: HistorySync;
  /** The timeline, and the threads that the app shows. */
  readonly lists = new Set<MessageList>();
  readonly roomStatus: RoomStatus;
  readonly #viewer: Viewer;
  readonly #key: string;
  readonly #target: ActionTarget;
  #actions: ReturnType<typeof messageActions>;

  constructor(options: RoomViewOptions) {
    const { viewer, key, stored, history, maxMessages, actions, touch } =
      options;
    this.#viewer = viewer;
    this.roomStatus = new RoomStatus(viewer, touch);
    this.#key = key;
    this.#target = actions;
    this.#actions = messageActions(actions, "");
    this.timeline = new Timeline(this.reader, maxMessages);
    this.lists.add(this.timeline);
    this.sequencer = new Sequencer(history > 0);
    this.history = new HistorySync(
      this.sequencer,
      this.timeline,
      stored,
      history,
      () => this.#clear(),
    );
  }

  /** For the lists of this room. */
  get reader(): TimelineReader {
    const [viewer, key] = [this.#viewer, this.#key];
    return {
      get user() {
        return viewer.user;
      },
      get username() {
        return viewer.username;
      },
      get changes() {
        return viewer.outbox.changes(key);
      },
    };
  }

  /** A frame of the room. @returns the events for the app */
  onFrame(frame: RoomFrame): readonly RoomEvent[] {
    switch (frame.type) {
      case "joined":
      case "updated":
      case "left":
        return this.#onPresence(frame);
      case "count":
        this.memberList.setCount(frame.count);
        return [this.#membersEvent];
      case "reported":
      case "report_closed":
        return [frame];
      case "typing":
        this.#viewer.knownUsers.learn(frame.username, frame.user);
        return [frame];
      case "reset":
        this.history.onReset(frame.epoch, frame.seq);
        this.roomStatus.onReset(frame);
        return [];
      default:
        return this.onEvent(frame);
    }
  }

  /** An event of the room, or an own message that was acked. */
  onEvent(event: LogEvent): RoomEvent[] {
    const hasAuthor = isRoomEvent(event) && event.type !== "reacted";
    if (hasAuthor && this.history.isRecent(event))
      this.#viewer.knownUsers.learn(event.username, event.user);
    return this.show(this.sequencer.addEvent(event));
  }

  #onPresence(frame: PresenceFrame): RoomEvent[] {
    const { type, user, username, data, role, at } = frame;
    if (user === this.#viewer.user && type !== "updated") return [];
    if (type === "left") {
      this.memberList.removeMember(username);
      return [{ type, user, username, at }, this.#membersEvent];
    }
    const member = this.#checked({ user, username, data, role });
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

  /** Shows events. Own messages and changes among them are complete. */
  show(items: SequencedItems): RoomEvent[] {
    const { outbox, user } = this.#viewer;
    const events: RoomEvent[] = [];
    for (const item of items) {
      if ("type" in item) {
        this.#clear();
        events.push(item);
        continue;
      }
      const { event, isNew, isReplay, asOf } = item;
      if (!isRoomEvent(event)) continue;
      outbox.onRoomEvent(this.#key, event, user);
      if (!isNew && asOf === undefined) continue;
      const shown = this.#apply(event, isReplay, asOf ?? event.seq);
      if (isNew && shown !== null) events.push(shown);
    }
    this.history.savePosition();
    return events;
  }

  /** A page that the app has requested. */
  toPage(page: HistoryPage): MessagePage {
    const { events, from, to, asOf } = sequencedPage(page);
    const messages = events
      .filter(isRoomEvent)
      .filter(isMessageEvent)
      .map((event) =>
        this.#toMessage(
          event,
          true,
          asOf ?? event.seq,
          page.epoch ?? undefined,
        ),
      );
    const [first = 0, last = first] = [events[0]?.seq, events.at(-1)?.seq];
    return { messages, more: page.more, from: from ?? first, to: to ?? last };
  }

  /** @returns the event for the app; null: there is none */
  #apply(
    event: StoredEvent,
    isReplay: boolean,
    asOf: number,
  ): RoomEvent | null {
    if (isMessageEvent(event)) {
      const message = this.#toMessage(event, isReplay, asOf);
      for (const list of this.lists) list.add(message);
      if (message.mine && this.history.isRecent(event))
        this.roomStatus.onSpoken();
      return message.deleted ? null : message;
    }
    const mine = usersOf(event).some((one) => one.user === this.#viewer.user);
    const { message } = this.#viewer.options.schemas;
    const change: ChangeEvent = { ...event, mine, isReplay };
    const checked = withCheckedData(message, change);
    // Data that the schema refuses replaces the old data too.
    if ("data" in change && !("data" in checked))
      Object.assign(checked, { data: undefined });
    for (const list of this.lists) list.change(checked);
    this.roomStatus.onEvent(checked);
    if (checked.type === "moderated") this.#onModerated(checked);
    return checked;
  }

  #onModerated({ action, target, role }: ModeratedEvent): void {
    if (action === "purge")
      this.roomStatus.dropPins((seq) => this.timeline.find(seq)?.deleted);
    if (action === "role" && isMemberDetails(target))
      this.memberList.setRole(target, role === "none" ? undefined : role);
  }

  #toMessage(
    event: MessageEvent,
    isReplay: boolean,
    asOf: number,
    epoch = this.sequencer.position.epoch,
  ): ShownMessage {
    const mine = event.user === this.#viewer.user;
    if (this.#actions.epoch !== epoch)
      this.#actions = messageActions(this.#target, epoch);
    const { message } = this.#viewer.options.schemas;
    const replyTo = event.type === "message" ? event.replyTo : undefined;
    const quoted = this.timeline.quote(replyTo);
    return shownMessage(
      { ...(quoted && { quoted }), ...withCheckedData(message, event) },
      { mine, isReplay },
      this.#actions,
      asOf,
    );
  }

  #clear(): void {
    for (const list of this.lists) list.clear();
  }

  #checked<One extends MemberInfo>(one: One): One {
    return withCheckedData(this.#viewer.options.schemas.user, one);
  }

  get #membersEvent(): RoomEvent {
    const { names: members, count } = this.memberList;
    return { type: "members", members, count };
  }
}

function isMessageEvent(event: StoredEvent): event is MessageEvent {
  return event.type === "message" || event.type === "erased";
}
