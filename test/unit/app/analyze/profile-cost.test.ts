import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { saveShardInput } from '../../../../functions/adapters/dynamodb/baseline-items.ts';
import { createAnalysisLab, LAB_NOW, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';
import { createProfiledHost } from '../../../factories/analysis/profiled-host.ts';

const RUNS_A_DAY = 86_400_000 / STEP_MS;
const DAYS_A_MONTH = 30.4;
/** us-east-1, for a request unit on demand. */
const WRITE = 0.625e-6;
const READ = 0.125e-6;

/** As DynamoDB counts: names and values, numbers by their digits. */
function bytesOf(value: AttributeValue): number {
  if (value.B) return value.B.length;
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.M)
    return 3 + Object.entries(value.M).reduce((sum, [key, each]) => sum + key.length + 1 + bytesOf(each), 0);
  return 1;
}

it.each([
  ['none', ['threads', 'resident_mb', 'descriptors'], ['trend']],
  ['go', ['goroutines', 'heap_mb', 'resident_mb', 'objects_k', 'gc_pause_ms', 'descriptors'], ['trend']],
] as const)(
  'a profile of a %s service costs at most $0.05 per host and month',
  async (runtime, columns, detectors) => {
    const endpoint = runtime === 'none' ? {} : { endpoint: 'http://127.0.0.1:9100/metrics' };
    const lab = createAnalysisLab({
      anomalies: { shop: {} },
      profiles: { shop: { runtime, detectors: [...detectors], ...endpoint } },
    });
    // As many columns as a collector has.
    const others = Array.from({ length: 20 - columns.length }, (_, at) => `another_column_${at}`);
    const host = createProfiledHost(
      (atMs) =>
        Object.fromEntries(
          [...columns, ...others].map((column, at) => [column, 100 + at + Math.sin(atMs / 7_919)]),
        ),
      { nowMs: () => lab.clock.now, sinceMs: LAB_NOW },
    );
    let calls = 0;
    let written = 0;
    let read = 0;
    const { baselines } = lab.deps;
    Object.assign(lab.deps, {
      runbooks: {
        resolveTargets: (...args: Parameters<typeof host.runbooks.resolveTargets>) => {
          calls += 1;
          return host.runbooks.resolveTargets(...args);
        },
        send: (...args: Parameters<typeof host.runbooks.send>) => {
          calls += 1;
          return host.runbooks.send(...args);
        },
        listInvocations: (...args: Parameters<typeof host.runbooks.listInvocations>) => {
          calls += 1;
          return host.runbooks.listInvocations(...args);
        },
      },
      baselines: {
        ...baselines,
        saveShard: (...[record, version, previous]: Parameters<typeof baselines.saveShard>) => {
          const item = saveShardInput('table', { record, version, previous }).Item ?? {};
          const bytes = bytesOf({ M: item });
          written += Math.ceil(bytes / 1_024);
          read += Math.ceil(bytes / 4_096);
          return baselines.saveShard(record, version, previous);
        },
      },
    });
    await lab.step(RUNS_A_DAY);
    const dollars = (written * WRITE + read * READ) * DAYS_A_MONTH;
    // Run Command, its lists and nodes cost nothing on instances: two calls and a look at the nodes in each run.
    expect(calls).toBe(3 * RUNS_A_DAY - 1);
    expect(dollars).toBeLessThan(0.05);
    expect(dollars).toBeGreaterThan(0.01);
  },
);
