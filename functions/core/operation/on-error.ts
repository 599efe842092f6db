/** What an action that fails does to the rest of its operation. */
export const ON_ERROR = ['continue', 'abort', 'rollback'] as const;
export type OnError = (typeof ON_ERROR)[number];
