// Limits: fixes the limits of the protocol, on which clients and servers may rely whatever the settings are.

// Separate constants, so that the client's bundle has only those it uses.
// Import them as `LIMITS`.

/** Users whom one message may mention. */
export const mentionsPerMessageMax = 10;
/** Mentions that are stored for one user, the newest. */
export const storedMentionsMax = 200;
/** Unread mentions of one author that are stored for one user. */
export const unreadMentionsPerAuthorMax = 10;
/** Messages on the first page after a join without `history`. */
export const historyPageDefault = 50;
/** Messages on one page of history. */
export const historyPageMax = 200;
/** Characters of a search, and messages on one page of results. */
export const searchTextMax = 100;
export const searchPageDefault = 20;
export const searchPageMax = 50;
/** Events that one answer to a search looks at. */
export const searchEventsMax = 20_000;
/** A user searches once in so many ms, and a room answers so many searches a second. */
export const searchIntervalMs = 2000;
export const roomSearchesPerSecond = 4;
/** Events, and bytes, that a resume replays before `more`. */
export const replayEventsMax = 500;
export const replayBytesMax = 256 * 1024;
/** Names in one list of members. */
export const memberPageMax = 200;
/**
 * Above this number of members, joins and leaves are not announced one by one;
 * above `typingMembersMax`, typing is not.
 */
export const announcedMembersMax = 200;
export const typingMembersMax = 50;
/** Frames, and bytes, that are buffered while a join is pending. */
export const joinBufferFramesMax = 16;
export const joinBufferBytesMax = 64 * 1024;
export const refusedJoinsMax = 5;
/** Connections to a private room that have not joined. */
export const unjoinedConnectionsMax = 100;
/**
 * Custom data: bytes of the JSON text of a message's and of a user's, and levels
 * of arrays and objects.
 */
export const messageDataBytesMax = 4096;
export const userDataBytesMax = 256;
export const dataDepthMax = 32;
export const privatesInFlightMax = 32;
/** Frames about which the app is asked at once: of one connection, and in one room. */
export const connectionVerdictsMax = 32;
export const roomVerdictsMax = 256;
/**
 * Frames of one connection that wait in turn for the app's verdicts; and the
 * length of their texts, of one connection and in one room, in UTF-16 code units.
 */
export const connectionTurnsMax = 1000;
export const connectionTurnsSizeMax = 1024 * 1024;
export const roomTurnsSizeMax = 4 * 1024 * 1024;
/** Rooms that one user may be in at once, under one name. */
export const roomsPerUserMax = 500;
/** Users that one user may block. */
export const blockedUsersMax = 1000;
/** How long an older secret still opens a name. */
export const oldTokenTtlMs = 30 * 24 * 60 * 60 * 1000;
/** Messages and edits of a room among which a repeated `id` is recognised. */
export const dedupeWindowEvents = 1000;
/** All events that a room keeps, for each message of ROOM_HISTORY. */
export const eventsPerMessageMax = 4;
/** Edits of one message. */
export const editsPerMessageMax = 100;
/** Characters of a topic. */
export const topicMax = 250;
/** Pins that a room keeps; the oldest one goes for a new one. */
export const pinsMax = 50;
/** Different emoji that one message may have. */
export const emojiPerMessageMax = 20;
/** People who may react with one emoji, and to one message with all emoji together. */
export const reactorsPerEmojiMax = 1000;
export const reactorsPerMessageMax = 5000;
/** The newest replies of a thread that are found without a search of the log. */
export const threadSeqsMax = 200;
/** People whom one `reacted` event names. */
export const reactorsPerEventMax = 100;
/** Names that a folded page shows for each emoji. */
export const reactionNamesMax = 10;
/** Characters of a quoted text on a folded page. */
export const quotedTextMax = 200;
/** Characters of the reason of a deletion, and of an act of moderation. */
export const reasonMax = 250;
/** The longest ban or mute with an end, in seconds: ten years. */
export const restrictionSecondsMax = 315_360_000;
/** How long nobody who was kicked may come back, in seconds. */
export const kickSeconds = 60;
/** Seconds between two messages of one user in slow mode, at most. */
export const slowSecondsMax = 21_600;
/** Members of a room, and invitations that are open at once. */
export const roomMembersMax = 10_000;
export const invitesMax = 100;
/** Uses of one invitation. */
export const inviteUsesMax = 10_000;
/** How long an invitation without an end of its own lasts, in seconds: a week. */
export const inviteSecondsDefault = 604_800;
/** Bans and mutes of one room. */
export const restrictionsMax = 10_000;
/** How long the network of a banned guest is banned, in seconds: a day. */
export const networkBanSecondsMax = 86_400;
/** Networks that one room bans: the one that ends first makes place. */
export const networkBansMax = 1000;
/** Reports that a room keeps: the oldest closed ones go first. */
export const reportsMax = 1000;
/** Reports on one page. */
export const reportPageDefault = 20;
export const reportPageMax = 30;
/** Reports of one user in a room, in so many ms. */
export const reportsPerUserMax = 10;
export const reportsWindowMs = 600_000;
/** Rooms on one page of a user's rooms, and in the whole list. */
export const roomsPageMax = 20;
export const visitedRoomsMax = 500;
/** A count of unread messages stops here, and means that many or more. */
export const unreadCountMax = 100;
/** An answer to `rooms` is repeated for so long, in ms. */
export const roomsCacheMs = 10_000;
/** How long the answer to `rooms` waits for a room, in ms. */
export const roomsTimeoutMs = 2000;
/** Above this number of members nobody is told how far others have read. */
export const seenMembersMax = 50;
/** Bytes that may wait for a connection that does not read. */
export const unreadBytesMax = 4 * 1024 * 1024;
/**
 * A client that has pinged once and is silent for this long is disconnected.
 */
export const pingTimeoutMs = 90_000;
