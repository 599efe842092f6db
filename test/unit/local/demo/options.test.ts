import { describe, expect, it } from 'vitest';
import { INCIDENTS } from '../../../../local/demo/incidents/incidents.ts';
import { readOptions, USAGE } from '../../../../local/demo/options.ts';

const namesOf = (...args: readonly string[]) => readOptions(args).incidents.map(({ name }) => name);

describe('the demo’s command line', () => {
  it('plays all incidents in this process unless it says otherwise', () => {
    expect(namesOf()).toEqual([
      'memory leak',
      'bad configuration',
      'dead service',
      'killed service',
      'bad release',
      'damaged database',
      'descriptor leak',
    ]);
    expect(readOptions([])).toMatchObject({ target: 'embedded', json: false, help: false });
  });

  it('plays those on MiniStack that its hosts can play, and refuses the others by name', () => {
    expect(namesOf('--target', 'ministack')).toEqual([
      'memory leak',
      'bad configuration',
      'dead service',
      'killed service',
    ]);
    expect(() => namesOf('--target', 'ministack', '--incident', 'bad-release')).toThrow(
      '--incident is "bad-release"; with --target ministack it must be one of memory-leak',
    );
  });

  it('plays the incidents that are named, each once', () => {
    expect(
      namesOf('--incident', 'dead-service', '--incident', 'memory-leak', '--incident', 'dead-service'),
    ).toEqual(['dead service', 'memory leak']);
  });

  it.each([
    ['--incident', 'leak', 'memory-leak, bad-configuration'],
    ['--incident', 'constructor', 'memory-leak, bad-configuration'],
    ['--target', 'aws', 'embedded or ministack'],
  ])('refuses %s %s, and says what it must be', (option, value, allowed) => {
    expect(() => readOptions([option, value])).toThrow(`${option} is "${value}"; `);
    expect(() => readOptions([option, value])).toThrow(allowed);
  });

  it.each(['embedded', 'ministack'])('serves the command selfheal from %s only if asked', (target) => {
    expect(readOptions(['--target', target]).serve).toBe(false);
    expect(readOptions(['--target', target, '--serve']).serve).toBe(true);
  });

  it('has a description with every incident, in 100 columns', () => {
    for (const name of Object.keys(INCIDENTS)) expect(USAGE).toContain(name);
    expect(USAGE.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});
