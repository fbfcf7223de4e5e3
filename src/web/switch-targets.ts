// Switch targets: are the conversations of a user that the quick switcher can open, and the ways to open them.
import {
  currentConversation,
  joinRoom,
  navigate,
  showConversation,
} from "./app-state.ts";
import type { Conversation } from "./conversation.ts";
import { closeDialog } from "./dialog-state.ts";
import { embedder } from "./embedder.ts";
import type { Person } from "./people.ts";
import { markSeen, waitingMentions } from "./room-mentions.ts";
import { roomNotify } from "./room-notify.ts";
import type { SwitchOption, SwitchTarget } from "./switcher.ts";
import type { UnreadCount } from "./unread.ts";
import type { UserSession } from "./user-session.ts";

/** With what opens it. */
export interface OpenableTarget extends SwitchTarget {
  /** The other side of a private conversation; null: it is a room. */
  readonly person: Person | null;
  open(): void;
}

const NOTHING: UnreadCount = { count: 0, mentions: 0 };

/** A page in another site has the room that the site has chosen. */
export const mayJoinRooms: boolean = embedder === "";

/** @returns the rooms, those with mentions, and the people, in the order of the list */
export function switchTargets(session: UserSession): OpenableTarget[] {
  const mentioned = mayJoinRooms ? waitingMentions(session, Date.now()) : [];
  return [
    ...session.rooms.value.map((room) => targetOf(room, "room", null)),
    ...mentioned.map((waiting): OpenableTarget => {
      const { room, count, first } = waiting;
      return {
        ...{ kind: "mention", id: `mention ${room}`, name: room },
        ...{ otherName: null, person: null, isCurrent: false },
        ...{ unread: count, mentions: count },
        open: () => {
          markSeen(session, waiting);
          navigate({ kind: "room", room, message: first });
        },
      };
    }),
    ...session.peers.value.map((peer) => targetOf(peer, "peer", peer.person)),
  ];
}

/** Goes there, and closes the switcher. */
export function goTo(option: SwitchOption<OpenableTarget>): void {
  closeDialog();
  if (option.kind === "join") joinRoom(option.name);
  else option.open();
}

function targetOf(
  conversation: Conversation,
  kind: "room" | "peer",
  person: Person | null,
): OpenableTarget {
  const { id, title: name, unread } = conversation;
  // As in the list, nothing waits in a muted room.
  const isMuted = kind === "room" && roomNotify(conversation.me, id) === "none";
  const { count, mentions } = isMuted ? NOTHING : unread.value;
  return {
    ...{ kind, id, name, person, unread: count, mentions },
    otherName: person?.displayName ?? null,
    isCurrent: currentConversation.value === conversation,
    open: () => showConversation(conversation),
  };
}
