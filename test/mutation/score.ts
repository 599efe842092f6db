import type { MutantStatus } from '@stryker-mutator/api/core';
import type { SourceChange } from './source-change.ts';

export interface MutantOutcome extends SourceChange {
  readonly status: MutantStatus;
}

/** Those of which a test had its chance to notice. Stryker says `CompileError` of what the checker turned away: what was not drawn. */
const COUNTED: readonly MutantStatus[] = ['Killed', 'Timeout', 'Survived', 'NoCoverage'];

export interface FolderScore {
  readonly folder: string;
  readonly tried: number;
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  readonly notCovered: number;
  /** How much of what was tried the tests noticed. */
  readonly percent: number;
}

export function countedOf(mutants: readonly MutantOutcome[]): readonly MutantOutcome[] {
  return mutants.filter(({ status }) => COUNTED.includes(status));
}

/** The worst folder first. */
export function scoresOf(mutants: readonly MutantOutcome[]): readonly FolderScore[] {
  return [...Map.groupBy(countedOf(mutants), ({ folder }) => folder)]
    .map(([folder, mutants]) => scoreOf(folder, mutants))
    .toSorted((a, b) => a.percent - b.percent || a.folder.localeCompare(b.folder));
}

function scoreOf(folder: string, mutants: readonly MutantOutcome[]): FolderScore {
  const count = (status: MutantStatus) => mutants.filter((mutant) => mutant.status === status).length;
  const counts = {
    killed: count('Killed'),
    timedOut: count('Timeout'),
    survived: count('Survived'),
    notCovered: count('NoCoverage'),
  };
  const tried = mutants.length;
  return { folder, tried, ...counts, percent: (100 * (counts.killed + counts.timedOut)) / tried };
}
