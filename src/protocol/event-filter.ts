// Event filter: the setting WEBHOOK_EVENTS names the types of events that webhooks get.

/** Events about the delivery itself, which no filter takes away. */
const ALWAYS = ["webhook.gap"];
/** Types that `*` and groups do not include. */
const BY_NAME_ALONE = ["private.created"];

/** @param wanted types, groups such as `member.*`, or `*` */
export function isEventWanted(
  wanted: readonly string[],
  type: string,
): boolean {
  if (ALWAYS.includes(type) || wanted.includes(type)) return true;
  if (BY_NAME_ALONE.includes(type)) return false;
  return wanted.includes("*") || wanted.includes(`${type.split(".")[0]}.*`);
}
