import { expect, it } from 'vitest';
import { kernelLines } from '../../../cli/presenters/kernel.ts';
import { kernelFindings } from '../../../functions/core/diagnosis/kernel/kernel-findings.ts';
import { lookByProc, QUIET_LOOK } from '../../factories/kernel-look.ts';
import { recordedContext } from './output.ts';

const output = recordedContext();
const seen = (look: typeof QUIET_LOOK) => ({ instanceId: 'i-1', look, ...kernelFindings(look) });

it('a look at the kernel shows its findings before the figures, and what to do about them', () => {
  const lines = kernelLines(output, [seen({ ...QUIET_LOOK, tcpListenDrops: 2 })]);
  expect(lines[0]).toBe('i-1: 2 processes, 12 threads, 10.0 s, by bpftrace');
  expect(lines[1]).toMatch(/^CONNECTIONS_DROPPED 2 connections were turned away .*; .*backlog/);
  expect(lines.find((line) => line.startsWith('runDelayMs'))).toMatch(/120$/);
  expect(lines.find((line) => line.startsWith('failedCalls ENOENT'))).toMatch(/12$/);
});

it('a look at the kernel says that it has found nothing, and what it could not see', () => {
  expect(kernelLines(output, [seen(lookByProc())]).slice(0, 5)).toEqual([
    'i-1: 2 processes, 12 threads, 10.0 s, by /proc, control groups and PSI',
    'Nothing unusual was found.',
    'not judged: CALLS_FAIL',
    'missing: bpftrace: bpftrace is not installed',
    'missing: failedCalls: needs bpftrace',
  ]);
});

it('a look at the kernel says for each host that it could not reach why not', () => {
  const lines = kernelLines(output, [
    { instanceId: 'i-1', missing: 'it is offline' },
    { instanceId: 'i-2', missing: 'Cancelled' },
  ]);
  expect(lines).toEqual(['i-1: no look: it is offline', '', 'i-2: no look: Cancelled']);
  expect(kernelLines(output, [])).toEqual(['The component’s targets select no host.']);
});
