/**
 * How long servers on this machine leave an idle connection open: longer than clients keep one in their pools. A
 * connection closed just as it is reused would be an error to them.
 */
export const KEEP_ALIVE_MS = 600_000;
