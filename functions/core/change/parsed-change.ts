import type { ChangeEvent } from './change-event.ts';

/** What an event about a change turned out to be. */
export type ParsedChange =
  /** One for each component to which it belongs. */
  | { readonly kind: 'changes'; readonly changes: readonly ChangeEvent[] }
  | { readonly kind: 'ignored'; readonly detail: string }
  | { readonly kind: 'unknown-component'; readonly name: string }
  /** Recorded and dropped, never guessed at. */
  | { readonly kind: 'not-understood'; readonly problem: string };
