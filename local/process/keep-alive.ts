/**
 * How long servers on this machine leave an idle connection open: longer than clients keep one in their pools. To be closed
 * just as it is taken again would be an error to them.
 */
export const KEEP_ALIVE_MS = 600_000;
