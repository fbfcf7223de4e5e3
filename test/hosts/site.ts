// Site: the admin secret and the 404 of the site that mounts the chat in tests.

export const ADMIN_SECRET = "only-the-mounted-chat-has-this";

/** The answer for a path that no route of the site or of the chat matches. */
export const NO_PAGE = "The site has no such page.";
