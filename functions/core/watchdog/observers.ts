/** The trouble of a vantage point. */
export interface ObserverState {
  /** Rounds in a row without a report. */
  readonly silentRounds: number;
  /** Most peers went dark for it at once: its votes are set aside. */
  readonly suspected: boolean;
}

/** By name; those without trouble are left out. */
export type Observers = Readonly<Record<string, ObserverState>>;

export interface ObserverStep {
  readonly kind: 'observer';
  readonly change: 'suspected' | 'silent' | 'back';
}

/** After this many rounds of silence, a vantage point is reported. */
const SILENT_ROUNDS = 3;

export interface Attendance {
  /** All configured vantage points. */
  readonly expected: readonly string[];
  readonly reported: ReadonlySet<string>;
  readonly suspected: ReadonlySet<string>;
}

/** The vantage points watch each other: each change is reported once. */
export function watchObservers(
  before: Observers,
  { expected, reported, suspected }: Attendance,
): { readonly observers: Observers; readonly steps: readonly (readonly [string, ObserverStep])[] } {
  const observers: Record<string, ObserverState> = {};
  const steps: (readonly [string, ObserverStep])[] = [];
  for (const name of expected) {
    const was = before[name] ?? { silentRounds: 0, suspected: false };
    const now = reported.has(name)
      ? { silentRounds: 0, suspected: suspected.has(name) }
      : { silentRounds: Math.min(was.silentRounds + 1, SILENT_ROUNDS), suspected: was.suspected };
    if (now.silentRounds > 0 || now.suspected) observers[name] = now;

    const isSilent = now.silentRounds === SILENT_ROUNDS;
    const wasSilent = was.silentRounds === SILENT_ROUNDS;
    if (now.suspected && !was.suspected) steps.push([name, { kind: 'observer', change: 'suspected' }]);
    if (isSilent && !wasSilent) steps.push([name, { kind: 'observer', change: 'silent' }]);
    const isBack = (wasSilent && !isSilent) || (was.suspected && !now.suspected);
    if (isBack && !now.suspected) steps.push([name, { kind: 'observer', change: 'back' }]);
  }
  return { observers, steps };
}
