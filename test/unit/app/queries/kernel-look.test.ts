import { beforeEach, describe, expect, it } from 'vitest';
import { type HostKernelLook, lookAtKernel } from '../../../../functions/app/queries/kernel-look.ts';
import { QUIET_LOOK } from '../../../factories/kernel-look.ts';
import { settableClock } from '../../../factories/ports/recording-ports.ts';
import {
  node,
  type RecordingRunbooks,
  recordingRunbooks,
} from '../../../factories/ports/recording-runbooks.ts';

const SHOP = { component: 'shop', service: 'shop.service', targets: { tags: { role: 'shop' } } };
const answer = (instanceId: string) => ({ instanceId, output: JSON.stringify(QUIET_LOOK) });

describe('a look at the kernel', () => {
  let runbooks: RecordingRunbooks;
  /** What happens while it waits for answers. */
  let meanwhile: () => void;
  let look: (only?: readonly string[]) => Promise<readonly HostKernelLook[]>;

  beforeEach(() => {
    runbooks = recordingRunbooks();
    meanwhile = () => undefined;
    const clock = settableClock();
    const sleep = async (milliseconds: number) => {
      clock.now += milliseconds;
      meanwhile();
    };
    look = (only) =>
      lookAtKernel({ runbooks, clock: { ...clock, nowMs: () => clock.now, sleep } }, SHOP, 10, only);
  });

  it('asks all hosts of the component at the same time, and judges each answer', async () => {
    runbooks.nodes = [node('i-2'), node('i-1')];
    meanwhile = () =>
      void runbooks.ends('Success', [
        answer('i-1'),
        { instanceId: 'i-2', output: JSON.stringify({ ...QUIET_LOOK, tcpListenDrops: 3 }) },
      ]);
    const hosts = await look();
    expect(runbooks.sent).toMatchObject([
      {
        document: 'selfheal-look-at-kernel',
        instanceIds: ['i-1', 'i-2'],
        maxConcurrency: 2,
        stopsAtError: false,
        parameters: { service: 'shop.service', seconds: '10', component: 'shop', stepId: 'look-0' },
      },
    ]);
    expect(hosts).toEqual([
      { instanceId: 'i-1', look: QUIET_LOOK, findings: [], notJudged: [] },
      expect.objectContaining({
        instanceId: 'i-2',
        findings: [expect.objectContaining({ code: 'CONNECTIONS_DROPPED' })],
      }),
    ]);
  });

  it('looks at the hosts that are named alone, and at none that is not the component’s', async () => {
    runbooks.nodes = [node('i-1'), node('i-2')];
    meanwhile = () => void runbooks.ends('Success', [answer('i-2')]);
    expect(await look(['i-2', 'i-9', 'i-2'])).toEqual([
      expect.objectContaining({ instanceId: 'i-2', look: QUIET_LOOK }),
      { instanceId: 'i-9', missing: 'it is not a host of shop' },
    ]);
    expect(runbooks.sent.map(({ instanceIds }) => instanceIds)).toEqual([['i-2']]);
  });

  it('sends nothing if no host can be reached', async () => {
    runbooks.nodes = [node('i-1', { online: false })];
    expect(await look()).toEqual([{ instanceId: 'i-1', missing: expect.stringMatching(/^it is offline/) }]);
    expect(runbooks.sent).toEqual([]);
  });

  it('asks 50 hosts at most', async () => {
    const ids = Array.from({ length: 53 }, (_, index) => `i-${String(index).padStart(2, '0')}`);
    runbooks.nodes = ids.map((id) => node(id));
    meanwhile = () => void runbooks.ends('Success', ids.slice(0, 50).map(answer));
    const hosts = await look();
    expect(runbooks.sent[0]?.instanceIds).toHaveLength(50);
    expect(hosts.filter(({ missing }) => missing?.startsWith('not asked'))).toHaveLength(3);
  });

  it('says why a host has no answer, and gives up on one that never answers', async () => {
    runbooks.nodes = [node('i-1'), node('i-2'), node('i-3')];
    meanwhile = () =>
      void runbooks.ends('Failed', [
        { instanceId: 'i-1', output: '| noise\nselfheal: NO_PROCESS: shop.service runs no process\n' },
        { instanceId: 'i-2', status: 'Success', output: '{"source":"proc","cut' },
        { instanceId: 'i-3', status: 'InProgress' },
      ]);
    expect(await look()).toEqual([
      { instanceId: 'i-1', missing: 'selfheal: NO_PROCESS: shop.service runs no process' },
      { instanceId: 'i-2', missing: 'Success, with an answer that cannot be read' },
      { instanceId: 'i-3', missing: 'it has not answered' },
    ]);
  });
});
