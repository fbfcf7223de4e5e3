// Setting formats: give the patterns that the texts of settings must match, with words for people.

export const originFormat = {
  pattern: /^(\*|https?:\/\/(\*\.)?([\w.-]+|\[[\da-f:.]+\])(:\d+)?)$/i,
  words: "an origin such as https://chat.example or https://*.example, or *",
} as const;
export const pictureOriginFormat = {
  pattern: /^(\*|https:\/\/(\*\.)?[\w-]+(\.[\w-]+)*(:\d+)?)$/i,
  words: "an origin such as https://cdn.example or https://*.example, or *",
} as const;
/** Apps in a shell have their own schemes. A sandboxed page has "null". */
export const clientOriginFormat = {
  pattern:
    /^(\*|null|[a-z][a-z\d+.-]*:\/\/(\*\.)?([\w.-]+|\[[\da-f:.]+\])(:\d+)?)$/i,
  words: originFormat.words,
} as const;
export const roomFormat = {
  pattern: /^[\p{L}\p{M}\p{Nd}_.*-]+$/u,
  words: "a room, in which * stands for any characters",
} as const;
export const hostFormat = {
  pattern: /^(\*|(\*\.)?[\w-]+(\.[\w-]+)*\.?)$/,
  words: "a host's name without port, such as chat.example or *.example, or *",
} as const;
export const usernameFormat = {
  pattern: /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,31}$/u,
  words: "a user name",
} as const;

/**
 * A host without a dot is on the same network, or this machine; a number is an
 * IPv4 address, which may be anywhere.
 */
export const webhookUrlFormat = {
  pattern:
    /^(https:\/\/(?!\/)|http:\/\/(?!\d+[:/]|0[xX][\dA-Fa-f]*[:/])([\w-]+|127\.0\.0\.1|\[::1\])(?=[:/]))[^\s,@#]+$/,
  words:
    "an https URL without a user; http for a host nearby, such as http://app:3000/hook",
} as const;
/** Standard Webhooks 1.0: base64 of 24 to 64 bytes. */
export const webhookSecretFormat = {
  pattern:
    /^whsec_(?=[A-Za-z\d+/]{32,86}={0,2}$)([A-Za-z\d+/]{4})*([A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/,
  words: "whsec_ and the base64 of 24 to 64 random bytes",
} as const;
export const webhookEventFormat = {
  pattern:
    /^(\*|(message|room|member)\.\*|message\.(created|edited|deleted|erased|reacted|pinned|unpinned)|room\.(topic|moderated|created|occupied|vacated)|member\.(joined|left)|private\.created|report\.created)$/,
  words: "a type such as message.created, a group such as member.*, or *",
} as const;

export const socketIoEventsFormat = {
  pattern:
    /^(join|message|private|leave|typing|history|members|edit|delete|react)\s*:\s*[^\s,:][^,:]{0,63}(\s*,\s*(join|message|private|leave|typing|history|members|edit|delete|react)\s*:\s*[^\s,:][^,:]{0,63})*$/,
  words:
    "pairs such as join: join room, of join, message, private, leave, typing, history, members, edit, delete and react",
} as const;

export const apiKeyFormat = {
  pattern:
    /^[A-Za-z\d.-]{1,32}:[\da-f]{64}:(publish|read|moderate|admin)(\+(publish|read|moderate|admin))*(@[\p{L}\p{M}\p{Nd}_.*-]+(\+[\p{L}\p{M}\p{Nd}_.*-]+)*)?$/u,
  words:
    "id:hash:scopes or id:hash:scopes@rooms, such as ci:<SHA-256 of the secret in hex>:publish+read@build-*",
} as const;

export const commandFormat = {
  pattern: /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,31}$/u,
  words: "the name of a command without its slash, such as roll",
} as const;
