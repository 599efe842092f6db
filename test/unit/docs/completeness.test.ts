import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REFUSAL_REASONS } from '../../../functions/core/admission/refusal.ts';
import { STEP_FAILURES } from '../../../functions/core/operation/operation.ts';
import { SIGNAL_FIELDS } from '../../../functions/core/signal/signal-event.ts';
import { HANDLERS } from '../../../functions/handlers/table/handler-table.ts';
import { TOP_LEVEL } from './pages.ts';

const README_BYTES = 10 * 1_024;

const read = (path: string) => readFileSync(`${TOP_LEVEL}${path}`, 'utf8');

/** Those of the names that a page does not mention in backticks. */
function missingIn(path: string, names: readonly string[]): readonly string[] {
  const text = read(path);
  return names.filter((name) => !text.includes(`\`${name}\``));
}

function runbookVerdicts(): readonly string[] {
  const scripts = globSync(['infra/runbooks/*.yaml', 'infra/runbooks/lib/*.sh'], { cwd: TOP_LEVEL }).map(
    read,
  );
  const codes = scripts.flatMap((text) => [
    ...text.matchAll(/\b(?:refuse|fail) (?<code>[A-Z][A-Z_]+)\b|selfheal: (?<printed>[A-Z][A-Z_]+):/g),
  ]);
  return [...new Set(codes.map(({ groups }) => groups?.['code'] ?? groups?.['printed'] ?? ''))];
}

function contextKeys(): readonly string[] {
  const [, schema = ''] =
    /optionsSchema = z\.object\(\{(.*?)\n\}\);/s.exec(read('infra/stacks/deployment-options.ts')) ?? [];
  return [...schema.matchAll(/^ {2}(?<key>\w+):/gm)].map(({ groups }) => groups?.['key'] ?? '');
}

describe('the documentation', () => {
  it('has a README that can be read at one sitting', () => {
    expect(Buffer.byteLength(read('README.md'))).toBeLessThanOrEqual(README_BYTES);
  });

  it('explains every reason for a refusal', () => {
    expect(missingIn('docs/how-it-decides.md', REFUSAL_REASONS)).toEqual([]);
  });

  it('explains every verdict of a runbook', () => {
    expect(runbookVerdicts().length).toBeGreaterThan(30);
    expect(missingIn('docs/troubleshooting.md', runbookVerdicts())).toEqual([]);
  });

  it('explains every failure of a step', () => {
    expect(missingIn('docs/troubleshooting.md', STEP_FAILURES)).toEqual([]);
  });

  it('explains every field of a signal', () => {
    expect(missingIn('docs/signals.md', SIGNAL_FIELDS)).toEqual([]);
  });

  it('says what every function may do', () => {
    const names = Object.keys(HANDLERS).map((name) => (name === 'watch' ? 'watch-<vantage point>' : name));
    expect(missingIn('docs/safety.md', names)).toEqual([]);
  });

  it('lists every context key', () => {
    const text = read('docs/getting-started.md');
    expect(contextKeys()).toContain('config');
    expect(contextKeys().filter((key) => !text.includes(`\`-c ${key}=`))).toEqual([]);
  });
});
