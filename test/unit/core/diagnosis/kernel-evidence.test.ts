import { describe, expect, it } from 'vitest';
import { kernelEvidence } from '../../../../functions/core/diagnosis/kernel/kernel-evidence.ts';
import type { KernelLook } from '../../../../functions/core/diagnosis/kernel/kernel-look.ts';
import { QUIET_LOOK } from '../../../factories/kernel-look.ts';

const answered = (instanceId: string, look: Partial<KernelLook> = {}) => ({
  instanceId,
  status: 'Success',
  output: JSON.stringify({ ...QUIET_LOOK, ...look }),
});
const refused = { instanceId: 'i-9', status: 'Failed', output: 'selfheal: NO_PROCESS: it runs no process\n' };

describe('evidence from looks at the kernel', () => {
  it('has a line for each finding, and for each host without one', () => {
    const evidence = kernelEvidence([answered('i-1', { tcpListenDrops: 3, tcpResets: 9 }), answered('i-2')]);
    expect(evidence).toMatchObject({ outcome: 'SUCCEEDED', hasFindings: true });
    expect(evidence.text.split('\n')).toEqual([
      expect.stringMatching(/^i-1: CONNECTIONS_RESET 9 of its connections were reset; \w{4}/),
      expect.stringMatching(/^i-1: CONNECTIONS_DROPPED 3 connections .*; \w{4}/),
      'i-2: nothing unusual was found',
    ]);
  });

  it('counts as an answer if one host gave one, and says why the others gave none', () => {
    expect(kernelEvidence([refused, answered('i-2')])).toEqual({
      outcome: 'SUCCEEDED',
      hasFindings: false,
      text: 'i-9: no look: selfheal: NO_PROCESS: it runs no process\ni-2: nothing unusual was found',
    });
  });

  it.each([
    ['TimedOut', '', 'TimedOut'],
    ['Failed', 'bash: selfheal: not found\n', 'Failed'],
    [
      'Failed',
      'warning\nselfheal: NO_PROCESS: it runs no process\n',
      'selfheal: NO_PROCESS: it runs no process',
    ],
    ['Success', '{', 'Success, with an answer that cannot be read'],
  ])('says why a host whose command ended as %s with %j gave no answer', (status, output, why) => {
    expect(kernelEvidence([{ instanceId: 'i-9', status, output }]).text).toBe(`i-9: no look: ${why}`);
  });

  it('has failed if no host gave an answer', () => {
    expect(kernelEvidence([refused])).toMatchObject({ outcome: 'FAILED', hasFindings: false });
    expect(kernelEvidence([])).toEqual({
      outcome: 'FAILED',
      hasFindings: false,
      text: 'no host has answered',
    });
  });

  it('fits into its record, whatever hosts print', () => {
    const shouting = { ...refused, output: `selfheal: FAILED: ${'x'.repeat(5_000)}` };
    const { text } = kernelEvidence(Array.from({ length: 20 }, () => shouting));
    expect(text.split('\n')).toHaveLength(13);
    expect(text.split('\n').at(-1)).toBe('and 8 more');
    expect(text.length).toBeLessThan(5_000);
  });
});
