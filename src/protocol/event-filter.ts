// Event filter: the setting WEBHOOK_EVENTS names the types of events that webhooks get.

/** Events about the delivery itself, which no filter takes away. */
const ALWAYS = ["webhook.gap"];
/** Types that `*` and groups do not include. */
const BY_NAME_ALONE = ["private.created"];

/** A snapshot stands for these, which it puts right. */
const PRESENCE = [
  ...["member.joined", "member.left", "room.occupied", "room.vacated"],
];

/** @returns whether an app wants to know who is in a room, or that there is one */
export function isPresenceWanted(wanted: readonly string[]): boolean {
  return [...PRESENCE, "room.created"].some((type) =>
    isEventWanted(wanted, type),
  );
}

/** @param wanted types, groups such as `member.*`, or `*` */
export function isEventWanted(
  wanted: readonly string[],
  type: string,
): boolean {
  if (ALWAYS.includes(type) || wanted.includes(type)) return true;
  if (type === "presence.snapshot")
    return PRESENCE.some((one) => isEventWanted(wanted, one));
  if (BY_NAME_ALONE.includes(type)) return false;
  return wanted.includes("*") || wanted.includes(`${type.split(".")[0]}.*`);
}
