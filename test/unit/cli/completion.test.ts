import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { TOP_LEVEL } from '../docs/pages.ts';

/** As a shell runs it, in the directory of the sample configuration. */
function selfheal(...args: readonly string[]): string {
  const { stdout, status } = spawnSync(process.execPath, ['cli/selfheal.js', ...args], {
    cwd: TOP_LEVEL,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return stdout;
}

/** What is proposed, without descriptions; the last line is for the shell's script. */
function proposals(...words: readonly string[]): readonly string[] {
  const lines = selfheal('complete', '--', ...words)
    .trimEnd()
    .split('\n');
  return lines.slice(0, -1).map((line) => line.split('\t')[0] ?? '');
}

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script for %s that asks the command', (shell) => {
    expect(selfheal('completion', shell)).toMatch(/selfheal complete -- /);
  });

  it('proposes commands, options, choices, and components of the configuration', () => {
    expect(proposals('op')).toEqual(['operations', 'open-window']);
    expect(proposals('status', '--reg')).toEqual(['--region']);
    expect(proposals('operations', '--state', 'C')).toEqual(['COMPLETED']);
    expect(proposals('why', 'web')).toContain('web-a');
  });
});
