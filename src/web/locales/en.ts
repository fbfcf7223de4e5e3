// English: contains the texts of the page, and defines the table that every language fills.

const count = (n: number, one: string, more: string) =>
  `${n} ${n === 1 ? one : more}`;

export const english = {
  language: "English",
  // Sign-in.
  tagline: "Say something. It arrives once and in order, or you are told.",
  yourName: "Your name",
  nameHint: "Letters and digits of any script.",
  room: "Room",
  roomHint: "People who enter the same name meet in the same room.",
  join: "Join",
  joining: "Joining…",
  continueAs: (name: string) => `Continue as ${name}`,
  otherDevice: "I use this name on another device",
  keyOfName: "Key of this name",
  keyHint:
    "On the other device you find it under “You”, “Use it on another device”.",
  badKey:
    "A key has at least 22 characters: Latin letters, digits and signs, without spaces.",
  notReached: "The server cannot be reached. Trying again…",
  // Conversations.
  conversations: "Conversations",
  rooms: "Rooms",
  privateHeading: "Private",
  joinAnother: "Join another room",
  leaveRoom: "Leave room",
  unread: (n: number) => `${n} unread`,
  mentions: (n: number) => count(n, "mention", "mentions"),
  accountButton: (name: string) => `You: ${name}`,
  settings: "Settings",
  close: "Close",
  noPeers: "Click a name to write to one person privately.",
  // Members.
  people: "People",
  peopleCount: (n: number) => `People: ${n}`,
  memberCount: (n: number) => `${n} here`,
  andMore: (n: number) => `and ${n} more`,
  bot: "bot",
  looksAlike: "looks like another name",
  collapsed: (n: number) =>
    count(
      n,
      "message from someone you blocked",
      "messages from someone you blocked",
    ),
  show: "Show",
  privateHint: "Only the two of you see this.",
  // Messages.
  messages: "Messages",
  message: "Message",
  messageTo: (name: string) => `Message to ${name}`,
  messageIn: (room: string) => `Message to everyone in ${room}`,
  send: "Send",
  // Unclear input, and commands.
  ownAuthor: "You",
  pending: "Sending…",
  waiting: "Waiting for the connection",
  sent: "Sent",
  failed: "Not sent",
  unsent: (n: number) => `${n} not sent`,
  charactersLeft: (n: number) =>
    count(n, "character is left", "characters are left"),
  charactersOver: (n: number) =>
    `${count(n, "character", "characters")} too many`,
  unknown: "It is unclear whether this arrived",
  edited: "edited",
  deletedMessage: "This message was deleted.",
  saving: "Saving…",
  deleting: "Deleting…",
  pinned: "Pinned",
  answerTo: (name: string) => `Answer to ${name}`,
  quoteGone: "The message that this one answers was deleted.",
  reactions: "Reactions",
  reactionBy: (emoji: string, n: number, names: string) =>
    `${emoji} ${n}: ${names}`,
  replies: (n: number) => count(n, "reply", "replies"),
  inThread: "In a thread",
  codeBlock: "Code",
  pins: (n: number) => count(n, "pinned message", "pinned messages"),
  newest: "Jump to the newest message",
  newestNew: (n: number) => `Jump to the newest message, ${n} new`,
  loadingOlder: "Loading older messages…",
  notShown: "This cannot be shown.",
  notLoaded: "This part of the page could not be loaded.",
  nothingVisible: "This message has no visible text.",
  unknownTime: "Unknown time",
  historyStart: "This is the beginning of the room.",
  privateStart: (name: string) => `This is between you and ${name}.`,
  emptyRoom: "Nobody has written here yet.",
  emptyPrivate: (name: string) => `No messages between you and ${name} yet.`,
  unreadDivider: "New",
  gap: "Some messages may be missing here.",
  reset: "The history of this room was reset.",
  otherPerson: "From here on, another person uses this name.",
  membersJoined: (names: string, n: number) =>
    `${names} ${n === 1 ? "has" : "have"} joined.`,
  membersLeft: (names: string, n: number) =>
    `${names} ${n === 1 ? "has" : "have"} left.`,
  membersTyping: (names: string, n: number) =>
    `${names} ${n === 1 ? "is" : "are"} typing…`,
  messageLabel: (name: string, text: string) => `${name}: ${text}`,
  privateLabel: (name: string, text: string) => `${name}, privately: ${text}`,
  // The connection.
  connecting: "Connecting…",
  offline: "No connection.",
  offlineDetail:
    "Your messages are kept, and sent when the connection is back.",
  notConnected: "You are not connected.",
  tryNow: "Try now",
  tryAgain: "Try again",
  anotherName: "Use another name",
  // Settings.
  languageLabel: "Language",
  // Errors.
  usernameTaken:
    "Somebody else has this name, or one that looks like it. Choose another name. If the name is yours, enter its key from the device where you used it.",
  usernameTakenWait: (time: string) =>
    `Somebody else has this name, or one that looks like it. Choose another name, or try again in ${time}. If the name is yours, enter its key from the device where you used it.`,
  seconds: (n: number) => count(n, "second", "seconds"),
  minutes: (n: number) => count(n, "minute", "minutes"),
  hours: (n: number) => count(n, "hour", "hours"),
  days: (n: number) => count(n, "day", "days"),
  badUsername:
    "A name has 1 to 32 characters: letters and digits of any script, and _ - or a dot. A letter has at most four marks. The name begins with a letter or digit, and does not end with a dot.",
  badRoom:
    "A room name has 1 to 64 characters: letters and digits of any script, and _ - or a dot. It begins with a letter or digit, and does not end with a dot.",
  tooLarge: "The text is too long. Shorten it, or send it in parts.",
  rateLimited: "That was too fast. Wait a little.",
  roomFull: "The room is full. Trying again…",
  rateLimitedWait: (time: string) => `That was too fast. Wait ${time}.`,
  unauthorized: "The server does not accept this key.",
  unauthorizedStored:
    "The server does not accept the key that this browser has stored for this name.",
  forbidden: "You are not allowed to enter.",
  nameReserved: "This name is reserved. Choose another one.",
  noGuests:
    "This server is only for users of its app. Sign in through the app.",
  tokenExpired: "Your access has ended. Sign in through the app again.",
  roomPrivate: "This room is private. The app decides which users may join.",
  membersOnly: "Only members may enter this room. Ask for an invitation.",
  registeredOnly:
    "Only users with a registered name may enter this room. Register your name in another room first.",
  roomNotInToken: "Your access does not cover this room.",
  noSuchRoom:
    "There is no such room, and you may not create it. Choose another one.",
  tooManyRooms:
    "You are in too many rooms under this name. Leave one of them first.",
  secretReplaced:
    "The key of this name was changed on another device. Use the new one.",
  badRequest: "The server does not understand this request.",
  connectionLost: "The connection was lost.",
  banned: "You are banned here.",
  unavailable: "The server did not answer. Trying again…",
  storage:
    "This browser cannot store your messages. Do not close the page before they are sent.",
};

export type Texts = typeof english;
