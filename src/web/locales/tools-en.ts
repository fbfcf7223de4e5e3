// English texts of tools: contains the texts of the parts that load on demand, and defines the table that every language fills.
import { englishModeration } from "./moderation-en.ts";

const count = (n: number, one: string, more: string) =>
  `${n} ${n === 1 ? one : more}`;

export const englishTools = {
  ...englishModeration,
  // The toolbar and the menu of a message.
  tools: "Message",
  react: "React",
  reactWith: (emoji: string) => `React with ${emoji}`,
  reply: "Reply",
  replyInThread: "Reply in a thread",
  more: "More",
  actionsOf: (name: string) => `Message from ${name}`,
  copyText: "Copy text",
  copyLink: "Copy link",
  copyCode: "Copy code",
  copied: "Copied",
  notCopied: "The browser does not allow copying.",
  pin: "Pin",
  unpin: "Unpin",
  delete: "Delete",
  // The question before a message is deleted.
  deleteConfirm: "Delete this message?",
  deleteHint:
    "The text is erased for everybody. Only a note remains that there was a message.",
  // A change that the server refused.
  notEdited: "Not changed",
  notDeleted: "Not deleted",
  notReacted: "Your reaction was not sent",
  notPinned: "The pin was not changed",
  // The emoji.
  emoji: "Emoji",
  findEmoji: "Find an emoji",
  noEmoji: "No emoji has this name.",
  suggestions: "Suggestions",
  suggestionCount: (n: number) =>
    `${count(n, "suggestion", "suggestions")}. The arrow keys choose, Tab takes one.`,
  foundEmoji: (n: number) => (n === 1 ? "1 emoji found" : `${n} emoji found`),
  emojiNotLoaded: "The emoji could not be loaded.",
  recentEmoji: "Recently used",
  emojiGroups: [
    "Smileys",
    "People",
    "Animals and nature",
    "Food and drink",
    "Travel and places",
    "Activities",
    "Objects",
    "Symbols",
    "Flags",
  ] as readonly string[],
  loading: "Loading…",
  // The composer.
  replyingTo: (name: string) => `Reply to ${name}`,
  editing: "Edit the message",
  editHint: "Enter saves, Esc cancels.",
  cancelReply: "Do not reply",
  cancelEdit: "Cancel",
  // Messages in a room that the page has not joined.
  unreadMany: "more than 99 unread",
  mentionedYou: (name: string, room: string) =>
    `${name} mentioned you in ${room}`,
  // A thread.
  thread: "Thread",
  threadIn: (room: string) => `in ${room}`,
  closeThread: "Close thread",
  threadMessage: "Reply in this thread",
  threadMessages: "Replies",
  threadEmpty: "No replies yet.",
  lastReply: "last reply",
  dayAt: (day: string, clock: string) =>
    `${day.replace(/^(To|Yester)day$/, (one) => one.toLowerCase())} at ${clock}`,
  threadGone: "This thread is not there any more.",
  // An empty conversation.
  emptyRoomHint: "Write the first message below, or invite others.",
  emptyPrivateHint:
    "Write the first message below. Only the two of you see it.",
  copyInvite: "Copy a link to invite others",
  // The room, and links to messages.
  topic: "Topic",
  noTopic: "This room has no topic.",
  changeTopic: "Change",
  topicField: "Topic of the room",
  saveTopic: "Save",
  pinnedMessages: "Pinned messages",
  noPins: "Nothing is pinned.",
  showInRoom: "Show in the room",
  messageGone: "This message is not there any more.",
  messageShortcuts:
    "In the list of messages, ↑ and ↓ go from message to message. There E edits, R replies, T opens the thread, + reacts, Delete deletes, and Enter opens the menu. In an empty field, ↑ edits your last message.",
  // The search, and an older part of a room.
  search: "Search",
  searchField: "Words to find",
  searchHint:
    "Finds messages that have all the words, in any order. Capital letters do not matter.",
  searchShort: "Write at least two characters.",
  searchingOlder: "Searching older messages…",
  stopSearch: "Stop",
  closeSearch: "Close search",
  nothingFound: "No message has all these words.",
  nothingMore: "That is all.",
  foundSoFar: (n: number) =>
    n === 1 ? "1 message so far" : `${n} messages so far`,
  olderMessages: "Search older messages",
  pastMessages: "Older messages",
  backToNewest: "Back to the newest",
  newerMessages: "Show newer messages",
  // The bar above the messages, if unread ones begin out of sight.
  newSince: (n: number, since: string | null) =>
    since === null
      ? `More than ${count(n, "new message", "new messages")}`
      : `${count(n, "new message", "new messages")} since ${since}`,
  jump: "Jump",
  jumpToUnread: "Jump to the first new message",
  markAsRead: "Mark as read",
  markAllRead: "Mark all as read",
  allRead: "All is marked as read.",
  notMarked: (rooms: string) => `Not marked as read: ${rooms}`,
  unshownRooms: "rooms that the list does not show",
  notKept: "Older messages are not kept any more. This is the oldest one.",
  // The jump to a date.
  jumpToDate: "Jump to a date",
  dateField: "Day",
  weekAgo: "A week ago",
  beginning: "The beginning",
  noMessages: "The room has no messages.",
  noDates: "This server is older than this page, and finds no dates.",
  // The quick switcher.
  switcher: "Go to…",
  switcherField: "Part of the name of a room or a person",
  switcherNothing: "No room and no person has this name.",
  switcherCount: (n: number) =>
    `${count(n, "entry", "entries")}. The arrow keys choose, Enter goes there.`,
  switcherShortcut: (keys: string) =>
    `${keys} goes to a room or a person by a part of the name.`,
  // The dialogs.
  leaveConfirm: (room: string) => `Leave ${room}?`,
  leaveHint:
    "The room disappears from your list in all tabs. You can join it again by its name.",
  leaveUnsent: (n: number) =>
    `${count(n, "message is", "messages are")} not sent. ${n === 1 ? "It waits" : "They wait"} until you join again.`,
  leaveLast: "This is your only room. You then return to the start page.",
  writePrivately: "Write privately",
  unblock: "Unblock",
  blockHint: (name: string) =>
    `If you block ${name}, ${name} can no longer write to you privately, and messages from ${name} in rooms are collapsed. ${name} is not told.`,
  blockedHint: (name: string) =>
    `You have blocked ${name}. ${name} cannot write to you privately, and messages from ${name} in rooms are collapsed. ${name} is not told.`,
  commandElsewhere: (form: string) => `Not sent: ${form} does not work here.`,
  roomInfo: "About this room",
  accountName: (name: string) => `You are ${name}`,
  guestName:
    "The name is yours while you are here, and for some time after you leave. This browser remembers it.",
  registeredName:
    "The name and your private messages stay yours, as long as you come back from time to time.",
  register: "Keep this name",
  registerHint:
    "Nobody else can then take it while you are away, and private messages wait for you.",
  releaseConfirm:
    "You keep the name until you leave. After that nobody can use it for some time, and your private messages are deleted. Give it up?",
  registeredUntil: (day: string) =>
    `The name is kept until ${day}, and longer if you come back.`,
  useOnOtherDevice: "Use it on another device",
  keyWarning: "Anyone with this key can use your name. Show it to nobody.",
  switchTo: "Switch to",
  forget: (name: string) => `Forget ${name} on this device`,
  forgetConfirm: (name: string) =>
    `You cannot use ${name} again without its key. Forget it?`,
  themeAuto: "Same as the system",
  themeLight: "Light",
  themeDark: "Dark",
  notificationsDenied:
    "The browser does not allow notifications for this site.",
  notifyMentions: "Private messages and mentions",
  notifyAll: "Every message",
  // How far others have read a small room.
  seen: "Seen by",
  seenBy: (names: string) => `Seen by ${names}`,
  // The notifications of one room.
  roomNotify: "Notifications from this room",
  roomNotifyDefault: "As in the settings",
  roomNotifyMentions: "Mentions only",
  roomNotifyNone: "None",
  roomNotifyNoneHint:
    "No sound and no notification, even if somebody mentions you. The list still shows what is unread.",
  roomNotifyOff: "Sound and notifications are off in the settings.",
  roomNotifiesAll: "every message notifies",
  roomNotifiesMentions: "only mentions notify",
  roomIsMuted: "no notifications",
  shortcuts:
    "Alt+↑ and Alt+↓ switch between conversations, with Shift between those in which something waits. Esc jumps to the newest message and marks all as read, Shift+Esc marks all conversations. Shift+PageUp jumps to the first unread message.",
  // Errors, and words of the dialogs.
  account: "You",
  cancel: "Cancel",
  ownMember: "you",
  block: "Block",
  blocked: "Blocked",
  commands: (forms: string) => `You can type: ${forms}`,
  privateFailed: (name: string) => `This message was only for ${name}.`,
  draftFirst: "First send or clear your current text.",
  sendAgain: "Send again",
  edit: "Edit",
  discard: "Discard",
  waitsFor: (name: string) =>
    `${name} is away. The message waits until ${name} is back.`,
  waitsUntil: (name: string, time: string) =>
    `${name} is away. The message waits until ${time}.`,
  release: "Give up this name",
  notAllowed: "This server does not allow that.",
  key: "Key",
  copy: "Copy",
  theme: "Colours",
  notifications: "Desktop notifications",
  sound: "Sound",
  notifyAbout: "Notify me about",
  gone: "This message is not there any more, or was changed.",
  noSuchUser: "Nobody has this name now.",
  mailboxFull: "Too many messages are already waiting for this person.",
  registrationOff: "This server does not register names.",
  nameFromApp: "This name belongs to your account in the app.",
  tooManyBlocked: "You have blocked too many people. Unblock some first.",
  networkBanned:
    "New guests from your network cannot come in at present. People with a registered name can.",
  roomLocked: "The room is locked: only moderators may speak.",
  slowMode: "The room is in slow mode: wait before you write again.",
  muted: "You may not send messages here at present.",
  kicked: "You were removed from this room.",
  erased: "The operator of this server has erased this user.",
  replaced: "Another connection of yours replaced this one.",
  nameReclaimed: "This name now belongs to somebody else.",
  roomClosed: "This room was closed.",
  // Text that was not sent, and links.
  notInRoom:
    "You are not in this room. If you join, the people in it see your name, and the room stays in your list.",
  joinRoom: (room: string) => `Join ${room}`,
  notNow: "Not now",
  back: "Back",
  recipientHint: (name: string) => `Only ${name} will see this`,
  sendToAll: "Send to everyone instead",
  sendToPeer: (name: string) => `Send to ${name} instead`,
  askRecipient: "Who should see this?",
  toEveryoneIn: (room: string) => `Everyone in ${room}`,
  toOne: (name: string) => `Only ${name}`,
  sendAnyway: (whom: string) => `Send unchanged: ${whom}`,
  unclearStart:
    "Not sent: @, / or { is not the first character, or it is a look-alike.",
  unclearName:
    "Not sent. To write to one person, type @name, a space, and the text.",
  unclearSecret:
    "Not sent: it looks like a command, a secret, or a message to one person.",
  unclearJson: "Not sent: it looks like JSON.",
  noCommand: "Not sent: there is no such command. /help lists all commands.",
  commandUsage: (form: string) => `Not sent. Type: ${form}`,
  badRoute: (text: string) => `“${text}” is not a valid name.`,
};

export type ToolTexts = typeof englishTools;
