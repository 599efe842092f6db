// @thorough
// @slow
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRunbooks } from '../../../infra/constructs/all-runbooks.ts';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, startBench } from './bench.ts';

const marker = '/tmp/executed';
const hostile = [
  `x; touch ${marker}`,
  `$(touch ${marker})`,
  `\`touch ${marker}\``,
  `'; touch ${marker}; '`,
  `"; touch ${marker}; "`,
  `x\ntouch ${marker}`,
  `x\n#SELFHEAL-END\ntouch ${marker}`,
  `x\r\ntouch ${marker}`,
  `x\\\ntouch ${marker}`,
  `x\nEOF\nRULES\nSELFHEAL\ntouch ${marker}`,
  `a[$(touch ${marker})]`,
  `{{ operationId }}`,
  '../../../etc/passwd',
  '*',
  '-rf /',
  '\u0000',
];

/** No script can hold a NUL. */
const hostileOnHost = hostile.filter((value) => value !== '\u0000');

/** Those that would execute something, in the commonest ways to go wrong with a value. */
const executing = [0, 1, 3, 4, 5].map((index) => hostile[index] ?? '');
/** The rarer ways, of which each parameter gets one, its neighbours the others. */
const executingSeldom = hostile.slice(0, 11).filter((value) => !executing.includes(value));

const good: Record<string, string> = {
  service: 'nginx.service',
  paths: '/var/tmp/nothing',
  keyFile: '/etc/nothing/key.pem',
  certificateFile: '/etc/nothing/certificate.pem',
  names: 'nothing.example.com',
  engine: 'postgresql',
  dataDirectory: '/var/lib/nothing',
  backupDirectory: '/var/backups/nothing',
  stableSeconds: '0',
  timeoutSeconds: '0',
  settleSeconds: '0',
  endpoint: '',
  custom: '',
  intervalSeconds: '60',
  since: '0',
};

describe.skipIf(!requirement('hosts'))('hostile parameters', { timeout: 300_000 }, () => {
  let bench: Bench;
  const runbooks = requirement('hosts') ? allRunbooks() : [];
  const executed = () => bench.sh(`ls ${marker} 2>/dev/null || echo no`);

  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());

  /** Runbooks share the code that checks parameters: each pattern is tried with all values where it is first met. */
  const firstWithPattern = new Map<string, string>();
  const keyOf = (action: string, name: string) => `${action}.${name}`;
  for (const { action, content } of runbooks) {
    for (const [name, { allowedPattern, allowedValues }] of Object.entries(content.parameters)) {
      const pattern = JSON.stringify([allowedPattern, allowedValues]);
      if (!firstWithPattern.has(pattern)) firstWithPattern.set(pattern, keyOf(action, name));
    }
  }
  const fullyTried = new Set(firstWithPattern.values());

  const parametersOf = (names: string[]) =>
    Object.fromEntries(names.flatMap((name) => (good[name] === undefined ? [] : [[name, good[name]]])));

  describe.each(runbooks)('$action', ({ action, content }) => {
    const names = Object.keys(content.parameters);
    /** Hostile values in each parameter, one at a time. */
    const hostileSets = (valuesOf: (name: string, index: number) => readonly string[]) =>
      names.flatMap((name, index) =>
        valuesOf(name, index).map((value) => ({ ...parametersOf(names), [name]: value })),
      );
    const nth = (values: readonly string[], index: number) => values[index % values.length] ?? '';

    it('the API refuses every one in every parameter', async () => {
      for (const name of names) {
        for (const value of hostile) {
          const request = bench.run(action, { ...parametersOf(names), [name]: value });
          await expect(request, `${name}=${value}`).rejects.toMatchObject({ name: 'InvalidParameters' });
        }
      }
    });

    it('the host refuses every one, too, if nobody has checked it before', async () => {
      const sets = hostileSets((name, index) =>
        fullyTried.has(keyOf(action, name))
          ? hostileOnHost
          : [nth(hostileOnHost, index), nth(hostileOnHost, index + 7)],
      );
      const outcomes = await bench.runEachUnchecked(action, sets);
      expect(outcomes).toHaveLength(sets.length);
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({ exitCode: 2, code: 'INVALID_PARAMETER' });
      expect(await executed()).toBe('no');
    });

    it('nothing is executed even if the host checks no pattern', async () => {
      const unchecked = (script: string) =>
        script.replace(/^parameter_patterns=.*$/m, `parameter_patterns=(${names.map(() => "''").join(' ')})`);
      const sets = hostileSets((_, index) => [...executing, nth(executingSeldom, index)]);
      await bench.runEachUnchecked(action, sets, unchecked);
      expect(await executed()).toBe('no');
    });
  });
});
