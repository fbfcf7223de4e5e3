// How objects sit in frames: the subprotocol, the separator, and the bytes of a ping.

/** The subprotocol whose server frames may hold several objects. */
export const SUBPROTOCOL = "edge-chat.v1";
/** Between the objects of one frame; never after the last. */
export const SEPARATOR = "\n";
/** Answered by the runtime without waking the room: exactly these bytes. */
export const PING = '{"type":"ping"}';
export const PONG = '{"type":"pong"}';
