import { describe, expect, it } from 'vitest';
import { isEquivalent, outdated } from '../../mutation/equivalent/equivalent-mutants.ts';
import { report } from '../../mutation/report.ts';
import { type MutantOutcome, scoresOf } from '../../mutation/score.ts';
import { changeIn } from './changes.ts';

const outcome = (folder: string, status: MutantOutcome['status']) => ({ ...changeIn(folder), status });
const IN_CORE = (['Killed', 'Timeout', 'Survived', 'NoCoverage'] as const).map((status) =>
  outcome('functions/core', status),
);

describe('the mutation score', () => {
  it('counts a time-out as noticed, and what no test reaches as unnoticed', () => {
    expect(scoresOf(IN_CORE)).toEqual([
      {
        folder: 'functions/core',
        tried: 4,
        killed: 1,
        timedOut: 1,
        survived: 1,
        notCovered: 1,
        percent: 50,
      },
    ]);
  });

  it('leaves out what was not drawn and what cannot be tried', () => {
    const left = (['CompileError', 'Ignored', 'RuntimeError'] as const).map((status) =>
      outcome('functions/app', status),
    );
    expect(scoresOf([...left, ...IN_CORE]).map(({ folder }) => folder)).toEqual(['functions/core']);
  });

  it('lists the worst folder first', () => {
    const perfect = outcome('functions/app', 'Killed');
    expect(scoresOf([perfect, ...IN_CORE]).map(({ folder }) => folder)).toEqual([
      'functions/core',
      'functions/app',
    ]);
  });

  it('shows each unnoticed change as a difference, and whether a test reaches it', () => {
    const [line, ...lines] = report(IN_CORE, scoresOf(IN_CORE)).split('\n');
    expect(line).toBe('functions/core/file.ts:7 BooleanLiteral');
    expect(lines).toContain('  - true');
    expect(lines).toContain('  + false');
    expect(lines).toContain('functions/core/file.ts:7 BooleanLiteral, which no test reaches');
  });
});

describe('the list of equivalent mutants', () => {
  const known = [{ ...changeIn('functions/core'), reason: 'it is only logged' }];

  it('excuses exactly the change that it describes', () => {
    expect(isEquivalent(changeIn('functions/core', { line: 99 }), known)).toBe(true);
    expect(isEquivalent(changeIn('functions/core', { replacement: '!0' }), known)).toBe(false);
    expect(isEquivalent(changeIn('functions/core', { context: 'if (true)' }), known)).toBe(false);
  });

  it('leaves out what the compiler has proved to be unreachable', () => {
    const unreachable = 'default:\n      return assertNever(kind);';
    expect(isEquivalent(changeIn('functions/core', { original: unreachable }), [])).toBe(true);
    expect(isEquivalent(changeIn('functions/core', { original: 'default:\n      return 0;' }), [])).toBe(
      false,
    );
  });

  it('leaves out what is in the place of a match that is not read', () => {
    const change = { original: '[]', replacement: '["Stryker was here"]' };
    const unread = { ...change, context: 'const [, name] = PATTERN.exec(text) ?? [];' };
    expect(isEquivalent(changeIn('functions/core', unread), [])).toBe(true);
    const read = { ...change, context: 'const [name] = PATTERN.exec(text) ?? [];' };
    expect(isEquivalent(changeIn('functions/core', read), [])).toBe(false);
    expect(isEquivalent(changeIn('functions/core', { ...unread, original: "['a']" }), [])).toBe(false);
  });

  it('names an entry whose code has changed, unless its file was not mutated', () => {
    expect(outdated([changeIn('functions/core')], known)).toEqual([]);
    expect(outdated([changeIn('functions/core', { original: '1' })], known)).toEqual(known);
    expect(outdated([changeIn('functions/app')], known)).toEqual([]);
  });
});
