/** What is known of a change calendar. */
export type CalendarState =
  | { readonly state: 'OPEN' }
  /** Without `opensAtMs`, nobody has planned when. */
  | { readonly state: 'CLOSED'; readonly opensAtMs?: number }
  /** It could not be read, for this reason: it counts as closed. */
  | { readonly state: 'UNKNOWN'; readonly problem: string };

/** By the name or ARN that the configuration gives. What was not read is unknown. */
export type CalendarStates = Readonly<Record<string, CalendarState>>;
