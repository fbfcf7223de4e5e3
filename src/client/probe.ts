// Probe: requests a URL by HTTP, to learn why no WebSocket opens there.

export interface ProbeResult {
  /** The code of a problem, if the server answers with one. */
  readonly code?: string;
  /** For people: the status, or the reason why there is none. */
  readonly description: string;
}

// This file is loaded when it is needed: it imports nothing. The build of the
// package shortens the property `probe`, so no export may have that name.

/** @returns the code of a problem, and a description for people */
export async function probeUrl(url: string): Promise<ProbeResult> {
  let description = "";
  try {
    const response = await fetch(url);
    description = `HTTP ${response.status}`;
    const problem: unknown = await response.json();
    const { code } = problem as { code?: unknown };
    return typeof code === "string" ? { code, description } : { description };
  } catch (error) {
    return { description: description || causeMessage(error) };
  }
}

/** Node and Deno put the message for people into the cause. */
function causeMessage(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code, message } = cause as { code?: string; message?: string };
  return code ?? message ?? String(cause);
}
