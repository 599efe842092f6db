import type { Trace } from '../trace/trace.ts';
import { chanceAt } from './chance.ts';

/** Kinds of faults that may strike at a place, each with its probability per pass. */
export type Shares<Kind extends string> = Readonly<Record<Kind, number>>;

/** Draws faults. Whether one strikes depends only on the seed and the place, never on other faults. */
export interface Injector {
  /** The fault that strikes here, if one does. Each pass counts as a place of its own. */
  readonly strike: <Kind extends string>(place: string, shares: Shares<Kind>) => Kind | undefined;
  /** Whether a planned fault is to happen; records it. */
  readonly isPlanned: (fault: string, place: string) => boolean;
  /** A number from 0 to 1 that belongs to the place. */
  readonly draw: (place: string) => number;
  readonly end: () => void;
}

export interface InjectorOptions {
  readonly seed: number;
  /** All probabilities are multiplied by this. */
  readonly intensity: number;
  /** Only these faults strike, by id; for shrinking. @default all that are drawn */
  readonly only?: ReadonlySet<string>;
  readonly trace: Trace;
}

export function createInjector({ seed, intensity, only, trace }: InjectorOptions): Injector {
  const passes = new Map<string, number>();
  let isOver = false;
  const happens = (fault: string, place: string): boolean => {
    const id = `${fault} @ ${place}`;
    if (only !== undefined && !only.has(id)) return false;
    trace.note({ kind: 'fault', id, fault });
    return true;
  };
  return {
    strike: (place, shares) => {
      if (isOver || intensity === 0) return undefined;
      const pass = (passes.get(place) ?? 0) + 1;
      passes.set(place, pass);
      const here = pass === 1 ? place : `${place} #${pass}`;
      let left = chanceAt(seed, here) / intensity;
      for (const fault in shares) {
        left -= shares[fault];
        if (left < 0) return happens(fault, here) ? fault : undefined;
      }
      return undefined;
    },
    isPlanned: (fault, place) => !isOver && happens(fault, place),
    draw: (place) => chanceAt(seed ^ 0x5bd1e995, place),
    end: () => {
      isOver = true;
      trace.note({ kind: 'faults-over' });
    },
  };
}
