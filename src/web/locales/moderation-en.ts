// English texts of moderation: contains the texts of the menus, dialogs and notices by which people run a room.

const count = (n: number, one: string, more: string) =>
  `${n} ${n === 1 ? one : more}`;

export const englishModeration = {
  owner: "Owner",
  moderator: "Moderator",
  ownerHere: "Owner of this room",
  moderatorHere: "Moderator of this room",
  // The menu on a person.
  moderateIn: (room: string) => `Moderate in ${room}`,
  kick: "Kick",
  ban: "Ban",
  unban: "Lift the ban",
  mute: "Mute",
  unmute: "Let speak again",
  purge: "Delete the last hour",
  member: "Make member",
  unmember: "Take the membership away",
  promote: "Make moderator",
  demote: "Take the role away",
  // The question before it happens.
  kickConfirm: (name: string) => `Kick ${name}?`,
  banConfirm: (name: string) => `Ban ${name}?`,
  unbanConfirm: (name: string) => `Lift the ban of ${name}?`,
  muteConfirm: (name: string) => `Mute ${name}?`,
  unmuteConfirm: (name: string) => `Let ${name} speak again?`,
  purgeConfirm: (name: string) => `Delete the last hour of ${name}?`,
  memberConfirm: (name: string) => `Make ${name} a member?`,
  unmemberConfirm: (name: string) => `Take the membership of ${name} away?`,
  promoteConfirm: (name: string) => `Make ${name} a moderator?`,
  demoteConfirm: (name: string) => `Take the role of ${name} away?`,
  kickHint: (name: string) =>
    `${name} leaves this room at once, in every tab and on every device, and can come back after a minute.`,
  banUntilHint: (name: string, end: string) =>
    `${name} leaves this room at once, in every tab and on every device, and cannot come back until ${end}.`,
  banHint: (name: string) =>
    `${name} leaves this room at once, in every tab and on every device, and cannot come back until a moderator lifts the ban.`,
  unbanHint: (name: string) => `${name} can join this room again.`,
  muteUntilHint: (name: string, end: string) =>
    `${name} can read this room, but not write in it until ${end}.`,
  muteHint: (name: string) =>
    `${name} can read this room, but not write in it until a moderator allows it again.`,
  unmuteHint: (name: string) => `${name} can write in this room again.`,
  purgeHint: (name: string) =>
    `All that ${name} wrote in this room in the last hour is erased for everybody. This cannot be undone.`,
  memberHint: (name: string) =>
    `${name} may enter this room also while it is only for members.`,
  unmemberHint: (name: string) =>
    `${name} leaves this room at once, and may not enter it while it is for members.`,
  promoteHint: (name: string) =>
    `${name} can then kick, mute and ban people, delete their messages, and lock this room.`,
  demoteHint: (name: string) =>
    `${name} stays in this room, and can no longer moderate it.`,
  everybodySees:
    "Everybody in the room sees this, with your name and the reason.",
  howLong: "How long",
  forEver: "Forever",
  reason: "Reason",
  reasonHint: "You may leave this empty.",
  // The users who may enter.
  access: "Who may enter",
  accessOpen: "Everybody",
  accessRegistered: "Kept names",
  accessMembers: "Members",
  accessOpenHint: "Everybody may enter this room.",
  accessRegisteredHint: "People who keep their name may enter this room.",
  accessMembersHint:
    "Members, moderators and owners may enter this room. Nobody else sees what is in it.",
  invitations: "Invitations",
  inviteHint:
    "People who open the link and keep their name become members of this room.",
  inviteUses: "People",
  inviteEnd: "How long",
  makeInvite: "Make a link",
  endInvites: "End all links",
  invitesEnded: "No link opens the room any more.",
  inviteLink: "Link",
  invitedTo: "You are invited to this room.",
  inviteNeedsName: "Members keep their name. Keep yours first, then join.",
  openedBy: (by: string) => `${by} opened the room to everybody.`,
  registeredOnlyBy: (by: string) =>
    `${by} opened the room only to people who keep their name.`,
  membersOnlyBy: (by: string) => `${by} opened the room only to its members.`,
  invitedBy: (by: string, n: number) =>
    `${by} made an invitation for ${count(n, "person", "people")}.`,
  uninvitedBy: (by: string) => `${by} ended invitations.`,
  cameByInvitation: (by: string) => `${by} is a member now, by an invitation.`,
  madeMember: (by: string, name: string) => `${by} made ${name} a member.`,
  tookMembership: (by: string, name: string) =>
    `${by} took the membership of ${name} away.`,
  // Reports.
  report: "Report",
  reportConfirm: "Report this message?",
  reportHint:
    "The moderators of this room read your report, with your name. Nobody else hears of it.",
  reportDone: "Thank you. The moderators of this room have your report.",
  reports: "Reports",
  openReports: (n: number) => count(n, "open report", "open reports"),
  noReports: "There are no open reports.",
  olderReports: "Older reports",
  reportedBy: (names: string) => `Reported by ${names}.`,
  resolveReport: "Resolved",
  dismissReport: "Dismiss",
  // The tools against a flood.
  floodTools: "When too much is written",
  lockRoom: "Lock the room",
  lockHint: "Only moderators can write while the room is locked.",
  slowTitle: "Slow mode",
  slowOff: "Off",
  slowHint: "Each person can write one message in this time.",
  isLocked: "locked",
  isSlow: "slow mode",
  // What hits the user.
  youMuted: "You are muted here: you can read, but not write.",
  youMutedUntil: (end: string) =>
    `You are muted until ${end}. You can read, but not write.`,
  lockedHere: "The room is locked: only moderators can write now.",
  slowHere: (time: string) => `Slow mode: one message every ${time}.`,
  slowWait: (time: string) => `Slow mode: you can write again in ${time}.`,
  youBanned: (room: string) => `You are banned from ${room}`,
  youKicked: (room: string) => `You were kicked from ${room}`,
  banEnds: (end: string) => `The ban ends: ${end}.`,
  banHasNoEnd: "The ban has no end. A moderator can lift it.",
  mayJoinAgain: "You can join again.",
  joinAgainIn: (time: string) => `You can join again in ${time}.`,
  joinAgain: "Join again",
  removedBy: (by: string) => `Decided by ${by}.`,
  othersGoOn: "Your other rooms and private messages go on as before.",
  // What happened, as a line in the talk.
  kickedBy: (by: string, name: string) => `${by} kicked ${name}.`,
  bannedUntil: (by: string, name: string, end: string) =>
    `${by} banned ${name} until ${end}.`,
  bannedBy: (by: string, name: string) => `${by} banned ${name}.`,
  purgedBy: (by: string, name: string) => `${by} deleted messages of ${name}.`,
  purgedSince: (by: string, name: string, start: string) =>
    `${by} deleted what ${name} wrote since ${start}.`,
  unbannedBy: (by: string, name: string) => `${by} lifted the ban of ${name}.`,
  mutedUntilBy: (by: string, name: string, end: string) =>
    `${by} muted ${name} until ${end}.`,
  mutedBy: (by: string, name: string) => `${by} muted ${name}.`,
  unmutedBy: (by: string, name: string) => `${by} lets ${name} speak again.`,
  madeOwner: (by: string, name: string) => `${by} made ${name} an owner.`,
  madeModerator: (by: string, name: string) =>
    `${by} made ${name} a moderator.`,
  tookRole: (by: string, name: string) =>
    `${by} took the role of ${name} away.`,
  slowedBy: (by: string, time: string) =>
    `${by} turned slow mode on: one message every ${time}.`,
  unslowedBy: (by: string) => `${by} turned slow mode off.`,
  lockedBy: (by: string) => `${by} locked the room: only moderators can write.`,
  unlockedBy: (by: string) => `${by} unlocked the room.`,
  topicBy: (by: string, text: string) => `${by} changed the topic: ${text}`,
  noTopicBy: (by: string) => `${by} removed the topic.`,
  moderatedBy: (by: string) => `${by} moderated the room.`,
  somebody: "somebody",
  reasonIs: (reason: string) => `Reason: ${reason}`,
};

export type ModerationTexts = typeof englishModeration;
