// Site texts: the answers of a site that mounts the chat, which the tests tell apart from the chat's.

/** For a path that no route of the site or of the chat matches. */
export const NO_PAGE = "The site has no such page.";
