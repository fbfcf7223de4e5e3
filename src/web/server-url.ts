// Server URL: says where the server of this page is, which may be below a path of a proxy.

/** The folder of the page, as `https://example.com/chat/`. */
export const serverUrl: string = new URL(".", window.location.href).href;

/** Its path: "/" unless a proxy serves it below another one. */
export const serverPath: string = new URL(serverUrl).pathname;
