// Incoming GitHub: makes a line of each event that GitHub's webhooks send, with the commits of a push.
import * as v from "valibot";
import { boundedLines, firstLine, words } from "./incoming-text.ts";

const text = v.fallback(v.optional(v.nullable(v.string())), undefined);
const Named = v.fallback(
  v.optional(v.object({ full_name: text, login: text })),
  undefined,
);
/** The thing that an event is about. */
const Subject = v.object({
  ...{ title: text, name: text, tag_name: text, html_url: text, body: text },
  number: v.fallback(v.optional(v.number()), undefined),
  conclusion: text,
});
const Commit = v.object({ id: text, message: text });

const Payload = v.looseObject({
  ...{ action: text, repository: Named, organization: Named, sender: Named },
  ...{ ref: text, compare: text },
  // Of the event `status`.
  ...{ context: text, state: text, description: text, target_url: text },
  commits: v.fallback(v.optional(v.array(Commit)), undefined),
  forced: v.fallback(v.optional(v.boolean()), undefined),
  deleted: v.fallback(v.optional(v.boolean()), undefined),
});

/** The things that an event may be about, the most exact one first. */
const SUBJECTS = [
  ...["comment", "review", "pull_request", "issue", "discussion", "release"],
  ...["workflow_job", "workflow_run", "check_run", "check_suite", "deployment"],
  ...["alert", "package", "milestone", "label", "member", "team", "forkee"],
] as const;
/** The thing whose title is shown, where the subject itself has none. */
const TITLED = ["pull_request", "issue", "discussion"] as const;

/**
 * @param event as the header X-GitHub-Event names it
 * @returns null if it is nothing that a room should hear
 */
export function formatGitHub(event: string, given: unknown): string | null {
  const read = v.safeParse(Payload, given);
  if (!read.success) return null;
  const payload = read.output;
  const { repository, organization, sender, action } = payload;
  const place = repository?.full_name ?? organization?.login ?? undefined;
  const where = place === undefined ? "" : `[${place}]`;
  if (event === "ping") return words(where, "The webhook works.");
  const who = sender?.login ?? "";
  if (event === "push") return pushText(where, who, payload);
  const kind = event.replaceAll("_", " ");
  const ref = payload.ref ?? undefined;
  const subject = SUBJECTS.map((name) => subjectOf(payload[name])).find(
    (one) => one !== null,
  );
  const titled =
    TITLED.map((name) => subjectOf(payload[name])).find(
      (one) => one !== null,
    ) ?? subject;
  const title = titled?.title ?? titled?.name ?? titled?.tag_name ?? ref;
  const what = words(where, who, kind, action?.replaceAll("_", " "));
  const about = words(
    titled?.number === undefined ? undefined : `#${titled.number}`,
    title === undefined || title === null ? undefined : firstLine(title),
    ...stateOf(payload),
    subject?.conclusion ?? undefined,
    subject?.html_url ?? titled?.html_url ?? undefined,
  );
  return about === "" ? what : `${what}: ${about}`;
}

/** The state of a commit, as a check of another service says. */
function stateOf({
  context,
  state,
  description,
  target_url,
}: v.InferOutput<typeof Payload>): (string | undefined)[] {
  return [context, state, description, target_url].map(
    (one) => one ?? undefined,
  );
}

function pushText(
  where: string,
  who: string,
  {
    ref,
    compare,
    commits = [],
    forced,
    deleted,
  }: v.InferOutput<typeof Payload>,
): string {
  const branch = ref?.replace(/^refs\/(heads|tags)\//, "");
  const count = `${commits.length} commit${commits.length === 1 ? "" : "s"}`;
  const did = deleted
    ? "deleted"
    : words(forced ? "force-pushed" : "pushed", count, "to");
  const head = words(where, who, did, branch, compare ?? undefined);
  const lines = commits.map(({ id, message }) =>
    words(id?.slice(0, 7), firstLine(message ?? "")),
  );
  return [head, ...boundedLines(lines)].join("\n");
}

function subjectOf(given: unknown): v.InferOutput<typeof Subject> | null {
  const read = v.safeParse(Subject, given);
  return read.success ? read.output : null;
}
