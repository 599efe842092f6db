import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createSimulatedHosts } from '../../../local/embedded/hosts/simulated-hosts.ts';
import { createEmbeddedRunCommand } from '../../../local/embedded/systems-manager/run-command.ts';

const COMMAND_ID = '01234567-89ab-4cde-8f01-23456789abcd';

const [HOST, OTHER] = ['i-0a1b2c3d4e5f60001', 'i-0a1b2c3d4e5f60002'] as const;
/** TimeoutSeconds and executionTimeout of every command: in total 90 seconds. */
const [DELIVERY_SECONDS, EXECUTION_SECONDS] = [30, 60];

interface Listed {
  readonly Status: string;
  readonly StatusDetails: string;
  readonly CommandPlugins: readonly { readonly Status: string; readonly Output: string }[];
}

/** Run Command over simulated hosts whose runbooks take ten seconds. */
function createLab() {
  const clock = createVirtualClock(0);
  const hosts = createSimulatedHosts({
    clock,
    nodes: [HOST, OTHER].map((instanceId) => ({
      instanceId,
      tags: {},
      platformType: 'Linux',
      computerName: instanceId,
      ipAddress: '10.0.0.1',
    })),
    perform: () => ({ takesMs: 10_000, word: '{"done":true}' }),
  });
  const told: string[] = [];
  const api = createEmbeddedRunCommand({
    clock,
    hosts,
    newId: () => COMMAND_ID,
    publish: ({ detailType, detail }) => {
      if (detailType === 'EC2 Command Status-change Notification')
        told.push((detail as { readonly status: string }).status);
    },
  });
  const send = (InstanceIds: readonly string[] = [HOST]) =>
    api.SendCommand({
      DocumentName: 'selfheal-graceful-stop',
      InstanceIds,
      Parameters: {
        operationId: ['operation-1'],
        stepId: ['heal-0'],
        fence: ['1'],
        component: ['web'],
        service: ['nginx.service'],
        executionTimeout: [String(EXECUTION_SECONDS)],
      },
      TimeoutSeconds: DELIVERY_SECONDS,
      MaxConcurrency: '1',
    });
  const cancel = () => api.CancelCommand({ CommandId: COMMAND_ID });
  const invocations = () =>
    (
      api.ListCommandInvocations({ CommandId: COMMAND_ID, Details: true }) as {
        readonly CommandInvocations: readonly Listed[];
      }
    ).CommandInvocations;
  const details = () => invocations().map(({ StatusDetails }) => StatusDetails);
  return { clock, hosts, told, send, cancel, invocations, details };
}

describe('Run Command, of a node that says nothing,', () => {
  it('says InProgress until the total time-out, then DeliveryTimedOut', async () => {
    const { clock, hosts, told, send, details, invocations } = createLab();
    hosts.setReachable(HOST, false);
    send();
    await clock.advance(89_999);
    expect([details(), told]).toEqual([['InProgress'], ['InProgress']]);
    await clock.advance(1);
    expect([details(), told]).toEqual([['DeliveryTimedOut'], ['InProgress', 'TimedOut']]);
    expect(invocations()[0]?.Status).toBe('TimedOut');
    expect(hosts.effects()).toEqual([]);
  });

  it('does not deliver once the time for it is over, although the node comes back', async () => {
    const { clock, hosts, send, details } = createLab();
    hosts.setReachable(HOST, false);
    send();
    await clock.advance(DELIVERY_SECONDS * 1_000);
    hosts.setReachable(HOST, true);
    await clock.advance(59_000);
    expect([details(), hosts.effects()]).toEqual([['InProgress'], []]);
    await clock.advance(1_000);
    expect([details(), hosts.effects()]).toEqual([['DeliveryTimedOut'], []]);
  });

  it('learns what was done meanwhile when the node comes back', async () => {
    const { clock, hosts, told, send, invocations } = createLab();
    send();
    await clock.advance(5_000);
    hosts.setReachable(HOST, false);
    await clock.advance(40_000);
    expect(invocations()).toMatchObject([
      { Status: 'InProgress', CommandPlugins: [{ Status: 'InProgress', Output: '' }] },
    ]);
    hosts.setReachable(HOST, true);
    await clock.advance(1_000);
    expect(invocations()).toMatchObject([
      { Status: 'Success', CommandPlugins: [{ Status: 'Success', Output: '{"done":true}\n' }] },
    ]);
    expect(told).toEqual(['InProgress', 'Success']);
  });

  it('gives up at the total time-out although all was done, and ignores later results', async () => {
    const { clock, hosts, told, send, details } = createLab();
    send();
    await clock.advance(5_000);
    hosts.setReachable(HOST, false);
    await clock.advance(90_000);
    hosts.setReachable(HOST, true);
    await clock.advance(10_000);
    expect([details(), told]).toEqual([['DeliveryTimedOut'], ['InProgress', 'TimedOut']]);
    expect(hosts.effects()).toHaveLength(1);
  });

  it('learns of a crash when the host is up again: what ran has failed', async () => {
    const { clock, hosts, send, invocations } = createLab();
    send();
    await clock.advance(5_000);
    hosts.crash(HOST, 20_000);
    await clock.advance(19_000);
    expect(invocations()).toMatchObject([{ Status: 'InProgress', CommandPlugins: [{ Output: '' }] }]);
    await clock.advance(2_000);
    expect(invocations()).toMatchObject([
      {
        StatusDetails: 'Failed',
        CommandPlugins: [{ Output: expect.stringContaining('document process failed unexpectedly') }],
      },
    ]);
  });

  it('says DeliveryTimedOut of a host that crashed and stayed away', async () => {
    const { clock, hosts, send, details } = createLab();
    send();
    await clock.advance(5_000);
    hosts.crash(HOST, 3_600_000);
    await clock.advance(84_000);
    expect(details()).toEqual(['InProgress']);
    await clock.advance(1_000);
    expect(details()).toEqual(['DeliveryTimedOut']);
  });

  it('cancels when the node receives the cancellation, and kills what runs', async () => {
    const { clock, hosts, told, send, cancel, details } = createLab();
    send();
    await clock.advance(2_000);
    hosts.setReachable(HOST, false);
    cancel();
    await clock.advance(5_000);
    expect(details()).toEqual(['Cancelling']);
    hosts.setReachable(HOST, true);
    await clock.advance(1_000);
    expect([details(), told]).toEqual([['Cancelled'], ['InProgress', 'Cancelling', 'Cancelled']]);
  });

  it('says Success of what was done before the node heard that it was cancelled', async () => {
    const { clock, hosts, send, cancel, details } = createLab();
    send();
    await clock.advance(2_000);
    hosts.setReachable(HOST, false);
    cancel();
    await clock.advance(20_000);
    hosts.setReachable(HOST, true);
    await clock.advance(1_000);
    expect(details()).toEqual(['Success']);
  });

  it('does not run what was cancelled before the node came', async () => {
    const { clock, hosts, send, cancel, details } = createLab();
    hosts.setReachable(HOST, false);
    send();
    await clock.advance(2_000);
    cancel();
    await clock.advance(1_000);
    expect(details()).toEqual(['Cancelling']);
    hosts.setReachable(HOST, true);
    await clock.advance(1_000);
    expect([details(), hosts.effects()]).toEqual([['Cancelled'], []]);
  });

  it('abandons a cancellation at the total time-out', async () => {
    const { clock, hosts, send, cancel, details } = createLab();
    hosts.setReachable(HOST, false);
    send();
    await clock.advance(2_000);
    cancel();
    await clock.advance(87_000);
    expect(details()).toEqual(['Cancelling']);
    await clock.advance(1_000);
    expect(details()).toEqual(['DeliveryTimedOut']);
  });

  it('keeps the next node waiting, whose time is over with the whole command’s', async () => {
    const { clock, hosts, send, details } = createLab();
    hosts.setReachable(HOST, false);
    send([HOST, OTHER]);
    await clock.advance(89_000);
    expect(details()).toEqual(['InProgress', 'Pending']);
    await clock.advance(1_000);
    expect(details()).toEqual(['DeliveryTimedOut', 'DeliveryTimedOut']);
    expect(hosts.effects()).toEqual([]);
  });

  it('leaves no timer behind once a command is over', async () => {
    const { clock, send } = createLab();
    send();
    expect(await clock.runUntilIdle(3_600_000)).toBe(true);
    expect(clock.nowMs()).toBe(10_000);
  });
});
