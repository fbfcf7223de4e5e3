// Server URL: finds the server of this page, which may be below a path of a proxy.

/** The folder of the page, for example `https://example.com/chat/`. */
export const serverUrl: string = new URL(".", window.location.href).href;

/** The path of that URL: "/", or another one behind a proxy. */
export const serverPath: string = new URL(serverUrl).pathname;
