/** All searches in logs for one operation together; they are stopped within a few seconds after that. */
export const SEARCHED_GIGABYTES_AT_MOST = 10;

/** For one operation; after that, X-Ray is asked for no further page. */
export const SCANNED_TRACES_AT_MOST = 100_000;
