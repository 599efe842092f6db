/** All searches in logs for one operation together; they are stopped within a second after that. */
export const SEARCHED_GIGABYTES_AT_MOST = 10;
