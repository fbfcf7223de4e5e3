// Framing: defines the subprotocol, the separator of objects in a frame, and the bytes of a ping.

/** With this subprotocol a server frame may hold several objects. */
export const SUBPROTOCOL = "edge-chat.v1";
/** Stands between the objects of a frame, never after the last. */
export const SEPARATOR = "\n";
/** The runtime answers exactly these bytes without waking the room. */
export const PING = '{"type":"ping"}';
export const PONG = '{"type":"pong"}';
