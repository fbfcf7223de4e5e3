// Proportions: says how often users of a community do each thing in an evening, and where each figure is from.

/**
 * The figures were fixed before the scenario ran for the first time. Those
 * without an address are a judgement, with its reason.
 *
 * - [discord]: https://worldbuilding.network/gridbox/userstats/2019-01-04.html,
 *   counts of a Discord server of 5,000 members in four months.
 * - [irc]: https://nklein.com/tags/visualization, lines of each user of #lisp.
 * - [garas]: A. Garas et al., "Emotional persistence in online chatting
 *   communities", Scientific Reports 2 (2012) 402: times between the messages
 *   of a user in 20 IRC channels have a heavy tail.
 * - [dms]: https://gitnux.org/discord-server-statistics, Discord in 2023: a
 *   collection of figures, not a first source.
 * - [palin]: K. Palin et al., "How do people type on mobile devices?",
 *   MobileHCI 2019: 36 words a minute.
 */
export const PROPORTIONS = {
  /** The task: "50 rooms of 2 to 300". Sizes fall by a power law in between. */
  rooms: 50,
  largestRoom: 300,
  smallestRoom: 2,
  /**
   * [discord] A user who is active on a day writes 31.7 messages. They all fall
   * into one evening of three hours here.
   */
  messagesPerUserHour: 31.7 / 3,
  /**
   * [irc] How much each user of a room says falls by a power law by rank; the
   * exponent 1 is Zipf's, and gives [garas]' long silences to most users.
   */
  talkExponent: 1,
  /** [dms] 90 million messages to friends a day, 1.2 billion in servers. */
  privatesPerMessage: 90 / 1200,
  /**
   * A judgement: one half answers somebody in sight, the other half goes to
   * somebody elsewhere.
   */
  privatesToOwnRoom: 0.5,
  /**
   * [palin] 36 words a minute are 3 characters a second, so that the 53
   * characters of a message here take 18 seconds. Our SDK sends a typing frame
   * each 3 seconds; some texts are pasted or short, so that one is left out.
   */
  typingPerMessage: 5,
  /**
   * A judgement: users who come and go stay for half an hour on average. Each
   * place in a room is left and taken again after that time.
   */
  visitsPerPlaceHour: 2,
  /** [discord] 10.4 new users a day among 130 active ones. */
  newNames: 10.4 / 130,
  /** A client shows the last messages at a join: one page. */
  pagesPerVisit: 1,
  historyPage: 50,
  /** A judgement: each second user pages back once an hour. */
  pagesPerUserHour: 0.5,
  /**
   * A judgement: the share of users of one provider, cut at once when two
   * thirds of the time are over, and back after a second.
   */
  stormShare: 0.2,
  stormAt: 2 / 3,
  stormBackMs: 1000,
  /** So many minutes pass in one, to see an evening in a short run. */
  timeLapse: 30,
} as const;
