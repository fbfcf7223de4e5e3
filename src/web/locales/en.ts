// English: contains the texts of the page, and defines the table that every language fills.

const count = (n: number, one: string, more: string) =>
  `${n} ${n === 1 ? one : more}`;

export const english = {
  language: "English",
  // Sign-in.
  tagline: "Say something. It arrives once, in order, or you are told.",
  yourName: "Your name",
  nameHint: "Letters and digits of any script.",
  room: "Room",
  roomHint: "Everybody who types the same is in the same room.",
  join: "Join",
  joining: "Joining…",
  continueAs: (name: string) => `Continue as ${name}`,
  otherDevice: "I use this name on another device",
  keyOfName: "Key of that name",
  keyHint: "There, it is under “You”, “Use it on another device”.",
  badKey: "A key has at least 22 characters, and no blanks.",
  notReached: "The server cannot be reached. Trying again…",
  // Conversations.
  conversations: "Conversations",
  rooms: "Rooms",
  privateHeading: "Private",
  joinAnother: "Join another room",
  leaveRoom: "Leave room",
  leaveConfirm: (room: string) => `Leave ${room}?`,
  leaveHint:
    "The room goes from your list, in all tabs. You can join it again by its name.",
  leaveUnsent: (n: number) =>
    `${count(n, "message has", "messages have")} not been sent. What you wrote waits until you join again.`,
  leaveLast: "It is your only room. After it you are back at the start.",
  notInRoom:
    "You are not in this room. If you join, the others there see your name, and the room stays in your list.",
  joinRoom: (room: string) => `Join ${room}`,
  notNow: "Not now",
  unread: (n: number) => `${n} unread`,
  mentions: (n: number) => count(n, "names you", "name you"),
  account: "You",
  accountButton: (name: string) => `You: ${name}`,
  settings: "Settings",
  close: "Close",
  cancel: "Cancel",
  back: "Back",
  noPeers: "Click on a person to write to them alone.",
  // Members.
  people: "People",
  peopleCount: (n: number) => `People: ${n}`,
  memberCount: (n: number) => `${n} here`,
  andMore: (n: number) => `and ${n} more`,
  ownMember: "you",
  writePrivately: "Write privately",
  block: "Block",
  unblock: "Unblock",
  blocked: "Blocked",
  blockHint: (name: string) =>
    `If you block ${name}, they cannot write to you privately any more, and what they say in rooms is folded away. They are not told.`,
  blockedHint: (name: string) =>
    `You have blocked ${name}. ${name} cannot write to you privately, and what they say in rooms is folded away. They are not told.`,
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
  recipientHint: (name: string) => `Only ${name} will see this`,
  sendToAll: "Tell everyone instead",
  sendToPeer: (name: string) => `Tell ${name} instead`,
  // Unclear input, and commands.
  askRecipient: "Who is to see this?",
  toEveryoneIn: (room: string) => `Everyone in ${room}`,
  toOne: (name: string) => `Only ${name}`,
  sendAnyway: (whom: string) => `As it stands: ${whom}`,
  unclearStart:
    "Not sent: @, / or { is not at the very start, or only looks like it.",
  unclearName: "Not sent. For one person write @name, a blank, and the text.",
  unclearSecret:
    "Not sent: it looks like a command, a secret, or a message to one person.",
  unclearJson: "Not sent: it looks like JSON.",
  noCommand: "Not sent: no such command. /help lists them.",
  commandUsage: (form: string) => `Not sent. Write: ${form}`,
  commandElsewhere: (form: string) => `Not sent: ${form} does not work here.`,
  commands: (forms: string) => `What works here: ${forms}`,
  ownAuthor: "You",
  pending: "Sending…",
  waiting: "Waits for the connection",
  sent: "Sent",
  failed: "Not sent",
  privateFailed: (name: string) => `It was only for ${name}.`,
  draftFirst: "Send or clear first what you are writing now.",
  unsent: (n: number) => `${n} not sent`,
  charactersLeft: (n: number) =>
    count(n, "character is left", "characters are left"),
  charactersOver: (n: number) =>
    `${count(n, "character", "characters")} too many`,
  unknown: "It is not known whether this arrived",
  sendAgain: "Send again",
  edit: "Edit",
  discard: "Discard",
  waitsFor: (name: string) =>
    `${name} is not here, and gets it on coming back.`,
  waitsUntil: (name: string, time: string) =>
    `${name} is not here, and gets it on coming back before ${time}.`,
  newest: "Jump to the newest",
  newestNew: (n: number) => `Jump to the newest, ${n} new`,
  loadingOlder: "Loading older messages…",
  notShown: "This cannot be shown.",
  nothingVisible: "Nothing in this message can be seen.",
  unknownTime: "Unknown time",
  historyStart: "Nothing was said before this.",
  privateStart: (name: string) => `This is between you and ${name}.`,
  emptyRoom: "Nobody has said anything yet. Be the first.",
  emptyPrivate: (name: string) => `Nothing between you and ${name} yet.`,
  unreadDivider: "New",
  gap: "Some messages may be missing here.",
  reset: "The history of this room was reset.",
  otherPerson: "From here on it is another person of this name.",
  membersJoined: (names: string, n: number) =>
    `${names} ${n === 1 ? "has" : "have"} come in.`,
  membersLeft: (names: string, n: number) =>
    `${names} ${n === 1 ? "has" : "have"} left.`,
  membersTyping: (names: string, n: number) =>
    `${names} ${n === 1 ? "is" : "are"} typing…`,
  badRoute: (text: string) => `Nothing can be called “${text}” here.`,
  messageLabel: (name: string, text: string) => `${name}: ${text}`,
  privateLabel: (name: string, text: string) => `${name}, privately: ${text}`,
  // The connection.
  connecting: "Connecting…",
  offline: "No connection. What you write is kept, and sent when it is back.",
  notConnected: "You are not connected.",
  tryNow: "Try now",
  tryAgain: "Try again",
  anotherName: "Use another name",
  // Account.
  accountName: (name: string) => `You are ${name}`,
  guestName:
    "The name is yours while you are here, and for a while after you leave. This browser remembers you.",
  registeredName:
    "The name is yours for good, and your private messages stay with it, as long as you come back now and then.",
  register: "Keep this name",
  registerHint:
    "Then nobody else can take it when you are away, and private messages wait for you.",
  release: "Give this name up",
  releaseConfirm:
    "You keep it until you leave. Then nobody can have it for a while, and your private messages are deleted. Give it up?",
  registeredUntil: (day: string) => `Unless you come back, until ${day}.`,
  notAllowed: "This server does not allow that.",
  useOnOtherDevice: "Use it on another device",
  key: "Key",
  keyWarning: "Whoever has this key is you. Show it to nobody.",
  copy: "Copy",
  copied: "Copied",
  switchTo: "Switch to",
  forget: (name: string) => `Forget ${name} on this device`,
  forgetConfirm: (name: string) =>
    `Without its key nobody can be ${name} again. Forget it?`,
  // Settings.
  languageLabel: "Language",
  theme: "Colours",
  themeAuto: "As the system",
  themeLight: "Light",
  themeDark: "Dark",
  notifications: "Notifications on the desktop",
  notificationsDenied:
    "The browser does not allow notifications for this site.",
  sound: "Sound",
  notifyAbout: "Tell me about",
  notifyMentions: "Private messages and my name",
  notifyAll: "Every message",
  shortcuts:
    "Alt with ↑ and ↓ goes from one conversation to the next. Esc goes to the newest message.",
  // Errors.
  usernameTaken:
    "Somebody else has this name, or one that looks like it. Take another one. If it is yours, enter its key from the device where you used it.",
  usernameTakenWait: (time: string) =>
    `Somebody else has this name, or one that looks like it. Take another one, or try again in ${time}. If it is yours, enter its key from the device where you used it.`,
  seconds: (n: number) => count(n, "second", "seconds"),
  minutes: (n: number) => count(n, "minute", "minutes"),
  hours: (n: number) => count(n, "hour", "hours"),
  days: (n: number) => count(n, "day", "days"),
  badUsername:
    "A name has 1 to 32 letters, digits, _ - or . of any script, with at most four marks on a letter. It begins with a letter or digit and does not end in a dot.",
  badRoom:
    "A room’s name has 1 to 64 letters, digits, _ - or . of any script. It begins with a letter or digit and does not end in a dot.",
  noSuchUser: "Nobody has this name now.",
  mailboxFull: "Too many messages wait for this person already.",
  tooLarge: "It is too long. Make it shorter, or send it in parts.",
  rateLimited: "That was too fast. Wait a little.",
  roomFull: "The room is full. Trying again…",
  rateLimitedWait: (time: string) => `That was too fast. Wait ${time}.`,
  unauthorized: "The server does not accept this key.",
  unauthorizedStored:
    "The server does not accept the key that this browser keeps for this name.",
  forbidden: "You may not enter here.",
  nameReserved: "This name is reserved. Choose another one.",
  noGuests:
    "This server lets in only users of its app. Sign in through the app.",
  tokenExpired: "Your access has ended. Sign in through the app again.",
  roomPrivate: "This room is private: the app says who may enter.",
  roomNotInToken: "Your access does not cover this room.",
  noSuchRoom:
    "There is no such room, and you may not open it. Choose another one.",
  tooManyRooms:
    "You are in too many rooms under this name. Leave one of them first.",
  registrationOff: "This server does not keep names for people.",
  nameFromApp: "This name comes with your account in the app.",
  secretReplaced:
    "The key of this name was changed on another device. Use the new one.",
  tooManyBlocked: "You have blocked too many people. Unblock some first.",
  badRequest: "The server does not understand this.",
  connectionLost: "The connection was lost.",
  banned: "You are banned here.",
  muted: "You may not speak here at present.",
  kicked: "You were sent out of this room.",
  replaced: "Another connection of yours took the place of this one.",
  nameReclaimed: "This name is somebody else’s now.",
  roomClosed: "This room was closed.",
  unavailable: "The server did not answer. Trying again…",
  storage:
    "This browser cannot keep what you write. Do not close the page before it is sent.",
};

export type Texts = typeof english;
