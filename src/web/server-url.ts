// Server URL: finds the server of this page, which may be below a path of another site.

/**
 * The folder of this script, for example `https://example.com/chat/`. The URL of
 * the page may lack the slash at its end.
 */
export const serverUrl: string = new URL(".", import.meta.url).href;

/** The path of that URL: "/", or another one below a path. */
export const serverPath: string = new URL(serverUrl).pathname;

/** The icon of the page. */
export const iconUrl = `${serverUrl}icon.svg`;
