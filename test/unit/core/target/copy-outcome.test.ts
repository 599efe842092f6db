import { describe, expect, it } from 'vitest';
import {
  clusterCopyOutcome,
  copyInstanceOutcome,
  copyOutcome,
} from '../../../../functions/core/target/database-copy.ts';

const copy = (status: string, more: object = {}) => ({ status, ...more }) as never;
const READY = { endpoint: 'copy.example.com', snapshot: 'rds:orders-2' };

describe('the copy of a database', () => {
  it.each([
    [undefined, { outcome: 'FAILED', detail: 'there is no instance copy' }],
    [copy('creating'), { detail: 'copy is creating' }],
    [copy('available'), { detail: 'copy is available' }],
    [copy('restore-error', READY), { outcome: 'FAILED', detail: 'copy is restore-error' }],
    [
      copy('backing-up', READY),
      { outcome: 'SUCCEEDED', detail: 'copy is restored from rds:orders-2, and answers at copy.example.com' },
    ],
    [
      copy('available', { endpoint: 'copy.example.com' }),
      { outcome: 'SUCCEEDED', detail: 'copy is restored from a snapshot, and answers at copy.example.com' },
    ],
  ])('is there once it serves at an address (%#)', (found, outcome) => {
    expect(copyOutcome('copy', found)).toEqual(outcome);
  });

  it.each([
    [undefined, { outcome: 'FAILED', detail: 'there is no cluster copy' }],
    [copy('creating'), { detail: 'cluster copy is creating' }],
    [copy('backing-up', READY), { detail: 'cluster copy is backing-up' }],
    [copy('failed'), { outcome: 'FAILED', detail: 'cluster copy is failed' }],
    [
      copy('available', READY),
      { outcome: 'SUCCEEDED', detail: 'cluster copy is restored from rds:orders-2; its instance is next' },
    ],
    [
      copy('available'),
      { outcome: 'SUCCEEDED', detail: 'cluster copy is restored from a snapshot; its instance is next' },
    ],
    [copy('available', { isMultiAz: true }), { detail: 'cluster copy is available' }],
    [
      copy('available', { isMultiAz: true, ...READY }),
      {
        outcome: 'SUCCEEDED',
        detail: 'cluster copy is restored from rds:orders-2, and answers at copy.example.com',
      },
    ],
  ])('of a cluster takes its instance once it is available (%#)', (found, outcome) => {
    expect(clusterCopyOutcome('copy', found)).toEqual(outcome);
  });

  it.each([
    [undefined, copy('available', READY), { outcome: 'FAILED', detail: 'there is no instance copy' }],
    [copy('creating'), copy('available', READY), { detail: 'instance copy is creating' }],
    [copy('failed'), copy('available', READY), { outcome: 'FAILED', detail: 'instance copy is failed' }],
    [copy('available'), undefined, { detail: 'instance copy is available' }],
    [copy('available'), copy('available'), { detail: 'instance copy is available' }],
  ])('is waited for until its instance serves (%#)', (instance, cluster, outcome) => {
    expect(copyInstanceOutcome('copy', instance, cluster)).toEqual(outcome);
  });

  it('answers at the address of its cluster once its instance serves', () => {
    const { outcome, detail } = copyInstanceOutcome('copy', copy('available'), copy('available', READY));
    expect(outcome).toBe('SUCCEEDED');
    expect(detail).toBe('cluster copy, of rds:orders-2, answers at copy.example.com');
    const unnamed = copy('available', { endpoint: READY.endpoint });
    expect(copyInstanceOutcome('copy', copy('available'), unnamed).detail).toBe(
      'cluster copy, of a snapshot, answers at copy.example.com',
    );
  });
});
