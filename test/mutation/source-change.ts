import { readFileSync } from 'node:fs';
import type { Mutant, Position } from '@stryker-mutator/api/core';
import { folderOf, relativePath } from './folders.ts';

/** A mutant as its reader sees it. */
export interface SourceChange {
  readonly path: string;
  readonly folder: string;
  /** From 1. */
  readonly line: number;
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
  /** The whole line that the change begins in, without its indentation. */
  readonly context: string;
}

export interface MutantChange extends SourceChange {
  readonly id: string;
}

const sources = new Map<string, readonly string[]>();

/**
 * Reads the original of what Stryker mutated.
 * @param firstLine what Stryker counts lines and columns from: 0 for its checkers, 1 in its results
 */
export function changeOf(mutant: Mutant, firstLine: 0 | 1): MutantChange {
  const { id, fileName, mutatorName, replacement } = mutant;
  const start = shifted(mutant.location.start, firstLine);
  const end = shifted(mutant.location.end, firstLine);
  const lines = linesOf(fileName).slice(start.line, end.line + 1);
  const last = lines.at(-1) ?? '';
  const whole = [...lines.slice(0, -1), last.slice(0, end.column)].join('\n');
  return {
    id,
    path: relativePath(fileName),
    folder: folderOf(fileName),
    line: start.line + 1,
    mutator: mutatorName,
    original: whole.slice(start.column),
    replacement,
    context: (lines[0] ?? '').trim(),
  };
}

function shifted({ line, column }: Position, by: number): Position {
  return { line: line - by, column: column - by };
}

function linesOf(fileName: string): readonly string[] {
  const known = sources.get(fileName) ?? readFileSync(fileName, 'utf8').split('\n');
  sources.set(fileName, known);
  return known;
}
