import { afterEach, describe, expect, it } from 'vitest';
import { type FakeRunner, fakeRunner, node, startSsmBench, statuses } from './ssm-bench.ts';

const one = node(1).instanceId;

describe('faults of the SSM endpoint', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  const start = async (runner: FakeRunner = fakeRunner([node(1)])) => {
    const bench = await startSsmBench(runner);
    close = bench.server.close;
    const faults = (body: unknown) =>
      fetch(`${bench.server.url}/_selfheal/faults`, { method: 'POST', body: JSON.stringify(body) });
    const invocationStatuses = (commandId: string) => statuses(bench.events, 'Command Invocation', commandId);
    return { ...bench, runner, faults, invocationStatuses };
  };

  it('drops as many events as asked, and no more', async () => {
    const bench = await start();
    await bench.faults({ statusEvents: [{ action: 'drop', count: 2 }] });
    const first = await bench.send({ InstanceIds: [one] });
    await bench.ended(first);
    const second = await bench.send({ InstanceIds: [one] });
    await bench.ended(second);
    expect(bench.invocationStatuses(first)).toEqual([]);
    expect(bench.invocationStatuses(second)).toEqual(['InProgress', 'Success']);
    expect(statuses(bench.events, 'Command', first)).toEqual(['InProgress', 'Success']);
  });

  it('duplicates, delays and reorders events', async () => {
    const bench = await start();
    await bench.faults({ statusEvents: [{ action: 'duplicate' }] });
    const doubled = await bench.send({ InstanceIds: [one] });
    await expect
      .poll(() => bench.invocationStatuses(doubled))
      .toEqual(['InProgress', 'InProgress', 'Success']);
    await bench.faults({ statusEvents: [{ action: 'delay', delayMs: 100 }] });
    const delayed = await bench.send({ InstanceIds: [one] });
    await expect.poll(() => bench.invocationStatuses(delayed)).toEqual(['Success', 'InProgress']);
    await bench.faults({ statusEvents: [{ action: 'reorder', count: 2 }] });
    const turned = await bench.send({ InstanceIds: [one] });
    await expect.poll(() => bench.invocationStatuses(turned)).toEqual(['Success', 'InProgress']);
  });

  it('loses the answer of a SendCommand whose command runs nevertheless', async () => {
    const bench = await start();
    await bench.faults({ loseSendCommandAnswers: 1 });
    await expect(bench.send({ InstanceIds: [one] })).rejects.toMatchObject({ name: 'InternalServerError' });
    await expect.poll(() => bench.runner.runs.length).toBe(1);
    await expect(bench.send({ InstanceIds: [one] })).resolves.toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes a node out of reach and back', async () => {
    const bench = await start();
    await bench.faults({ offline: [one] });
    const commandId = await bench.send({ InstanceIds: [one] });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(bench.runner.runs).toEqual([]);
    await bench.faults({ online: [one] });
    expect((await bench.ended(commandId)).command.Status).toBe('Success');
  });

  it('refuses a fault that it does not know', async () => {
    const bench = await start();
    expect((await bench.faults({ explode: true })).status).toBe(400);
  });
});
