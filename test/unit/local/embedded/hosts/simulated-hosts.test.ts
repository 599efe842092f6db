import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../../local/embedded/clock/virtual-clock.ts';
import { createSimulatedHosts } from '../../../../../local/embedded/hosts/simulated-hosts.ts';
import type { ManagedNode } from '../../../../../local/ssm/host-runner.ts';

const HOST = 'i-0a1b2c3d4e5f60001';

function createLab(takesMs = 1_000, exitCode = 0) {
  const clock = createVirtualClock(0);
  const hosts = createSimulatedHosts({
    clock,
    nodes: [{ instanceId: HOST, tags: {}, platformType: 'Linux', computerName: 'a', ipAddress: '10.0.0.1' }],
    perform: () => ({ takesMs, exitCode, word: exitCode === 0 ? '{"a":1}' : 'selfheal: BROKEN: why' }),
  });
  const cancel = new AbortController();
  const run = async (
    stepId: string,
    fence: number,
    more: { readonly document?: string; readonly operation?: string; readonly host?: string } = {},
  ) =>
    await hosts.runScript(more.host ?? HOST, {
      script: '',
      commandId: 'command',
      documentName: more.document ?? 'selfheal-graceful-stop',
      parameters: {
        component: ['web'],
        operationId: [more.operation ?? 'operation'],
        stepId: [stepId],
        fence: [String(fence)],
      },
      stepName: 'step',
      timeoutSeconds: 60,
      signal: cancel.signal,
    });
  const finish = async <Result>(promise: Promise<Result>): Promise<Result> => {
    const settled = promise.catch(() => undefined);
    await clock.runUntilIdle(1e9);
    await settled;
    return await promise;
  };
  return { clock, hosts, run, finish, cancel };
}

describe('a simulated host', () => {
  it('answers a repeated request with the first result, and acts once', async () => {
    const { hosts, run, finish } = createLab();
    const first = await finish(run('heal-0', 1));
    expect(first).toEqual({ exitCode: 0, stdout: '{"a":1}\n', stderr: '', timedOut: false });
    expect(await finish(run('heal-0', 1))).toEqual(first);
    expect(hosts.effects()).toHaveLength(1);
  });

  it('acts once although it is asked twice at a time', async () => {
    const { hosts, run, finish } = createLab();
    expect(await finish(Promise.all([run('heal-0', 1), run('heal-0', 1)]))).toHaveLength(2);
    expect(hosts.effects()).toHaveLength(1);
  });

  it('refuses a fence that is older than one that has acted', async () => {
    const { hosts, run, finish } = createLab();
    await finish(run('heal-0', 2, { operation: 'newer' }));
    const { exitCode, stderr } = await finish(run('heal-0', 1, { operation: 'older' }));
    expect([exitCode, stderr]).toEqual([2, 'selfheal: STALE_FENCE: fence 1 is older than 2\n']);
    expect(hosts.effects()).toHaveLength(1);
  });

  it('lets one runbook at a time act on a component, and one that only reads pass', async () => {
    const { clock, run, finish } = createLab();
    await finish(Promise.all([run('heal-0', 1), run('heal-1', 1)]));
    expect(clock.nowMs()).toBe(2_000);
    await finish(Promise.all([run('heal-2', 1), run('verify-0', 1, { document: 'selfheal-verify-health' })]));
    expect(clock.nowMs()).toBe(3_000);
  });

  it('kills what takes too long; asked again, it says that it was cut short', async () => {
    const { run, finish } = createLab(120_000);
    expect(await finish(run('heal-0', 1))).toMatchObject({ exitCode: null, timedOut: true });
    expect((await finish(run('heal-0', 1))).stderr).toMatch(/^selfheal: INTERRUPTED: /);
  });

  it('kills what is cancelled', async () => {
    const { clock, run, finish, cancel } = createLab();
    const result = run('heal-0', 1);
    await clock.advance(500);
    cancel.abort();
    expect(await finish(result)).toMatchObject({ exitCode: null, timedOut: false });
  });

  it('loses what runs when it crashes, and keeps its ledger; without its disk it loses that too', async () => {
    const { clock, hosts, run, finish } = createLab();
    const lost = run('heal-0', 1);
    const seen = expect(lost).rejects.toThrow('was lost on the way');
    await clock.advance(500);
    hosts.crash(HOST, 10_000);
    await seen;
    expect(hosts.reachable(HOST)).toBe(false);
    await expect(run('heal-0', 1)).rejects.toThrow('is down');
    await clock.advance(10_000);
    expect(hosts.reachable(HOST)).toBe(true);
    expect((await finish(run('heal-0', 1))).exitCode).toBe(3);
    hosts.loseDisk(HOST);
    expect((await finish(run('heal-0', 1))).exitCode).toBe(0);
  });

  it('disappears for good when it is replaced, and its successor remembers nothing', async () => {
    const { clock, hosts, run, finish } = createLab();
    await finish(run('heal-0', 2));
    const lost = expect(run('heal-1', 2)).rejects.toThrow('was lost on the way');
    await clock.advance(500);
    const [node] = hosts.nodes();
    const successor = { ...node, instanceId: 'i-0a1b2c3d4e5f60002' } as ManagedNode;
    hosts.replace(HOST, successor);
    await lost;
    expect(hosts.nodes()).toEqual([successor]);
    expect([hosts.reachable(HOST), hosts.reachable(successor.instanceId)]).toEqual([false, true]);
    await expect(run('heal-1', 2)).rejects.toThrow('is down');
    expect((await finish(run('heal-0', 1, { host: successor.instanceId }))).exitCode).toBe(0);
  });

  it('fails as requested', async () => {
    const { run, finish } = createLab(10, 1);
    expect(await finish(run('heal-0', 1))).toMatchObject({ exitCode: 1, stderr: 'selfheal: BROKEN: why\n' });
  });

  it('can be out of reach', () => {
    const { hosts } = createLab();
    hosts.setReachable(HOST, false);
    expect([hosts.reachable(HOST), hosts.reachable('i-none')]).toEqual([false, false]);
  });
});
