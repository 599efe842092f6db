import type { SourceChange } from '../source-change.ts';

/** A change of the source that no test can notice, because the program does the same with it. */
export interface EquivalentMutant
  extends Pick<SourceChange, 'path' | 'context' | 'original' | 'replacement'> {
  readonly reason: string;
}
