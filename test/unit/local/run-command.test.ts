import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  type DescribeInstanceInformationCommandInput,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
} from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import type { HostRunner, ScriptResult } from '../../../local/ssm/host-runner.ts';
import type { SsmServerOptions } from '../../../local/ssm/server.ts';
import { fakeRunner, node, ok, startSsmBench, statuses } from './ssm-bench.ts';

const one = node(1).instanceId;
const failing: ScriptResult = { exitCode: 2, stdout: '', stderr: 'selfheal: X: no\n', timedOut: false };
const killed = (run: { signal: AbortSignal }) =>
  new Promise<ScriptResult>((resolve) =>
    run.signal.addEventListener('abort', () => resolve({ ...ok, exitCode: null })),
  );

describe('Run Command', () => {
  const closing: (() => Promise<void>)[] = [];
  const start = async (runner: HostRunner, options: Partial<SsmServerOptions> = {}) => {
    const bench = await startSsmBench(runner, options);
    closing.push(bench.server.close);
    return bench;
  };
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('runs the script with its parameters and reports every change of status', async () => {
    const runner = fakeRunner([node(1)]);
    const bench = await start(runner);
    const commandId = await bench.send({
      InstanceIds: [one],
      Parameters: { service: ['db'], mode: ['restart'] },
    });
    const { command, invocations } = await bench.ended(commandId);
    expect(command).toMatchObject({ Status: 'Success', StatusDetails: 'Success', CompletedCount: 1 });
    expect(invocations[0]?.CommandPlugins?.[0]).toMatchObject({
      Name: 'act',
      ResponseCode: 0,
      Output: 'done\n',
    });
    expect(runner.runs[0]).toMatchObject({ script: 'echo db restart\n', timeoutSeconds: 7, stepName: 'act' });
    expect(statuses(bench.events, 'Command Invocation', commandId)).toEqual(['InProgress', 'Success']);
    expect(statuses(bench.events, 'Command', commandId)).toEqual(['InProgress', 'Success']);
  });

  it('sends events in the shape of the documentation', async () => {
    const bench = await start(fakeRunner([node(1)]));
    const commandId = await bench.send({ InstanceIds: [one] });
    await bench.ended(commandId);
    const invocation = bench.events.find((event) => event.DetailType.includes('Invocation'));
    expect(invocation).toMatchObject({
      Source: 'aws.ssm',
      Resources: [`arn:aws:ec2:us-east-1:000000000000:instance/${one}`],
    });
    expect(Object.keys(JSON.parse(invocation?.Detail ?? '')).sort()).toEqual([
      'command-id',
      'document-name',
      'instance-id',
      'requested-date-time',
      'status',
    ]);
    const command = bench.events.find((event) => !event.DetailType.includes('Invocation'));
    expect(JSON.parse(command?.Detail ?? '')).toMatchObject({
      'document-name': 'act',
      parameters: { service: ['web'], mode: ['start'] },
      'expire-after': expect.any(String),
    });
  });

  it('adds the line of the agent to what a failed script wrote', async () => {
    const bench = await start(fakeRunner([node(1)], async () => failing));
    const commandId = await bench.send({ InstanceIds: [one] });
    expect((await bench.ended(commandId)).command).toMatchObject({ Status: 'Failed', ErrorCount: 1 });
    const result = await bench.client.send(
      new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: one }),
    );
    expect(result).toMatchObject({ Status: 'Failed', ResponseCode: 2 });
    expect(result.StandardErrorContent).toBe('selfheal: X: no\nfailed to run commands: exit status 2');
  });

  it('cuts output at 24,000, 8,000 and 2,500 characters', async () => {
    const long: ScriptResult = { ...ok, stdout: 'o'.repeat(30_000), stderr: 'e'.repeat(9_000) };
    const bench = await start(fakeRunner([node(1)], async () => long));
    const commandId = await bench.send({ InstanceIds: [one] });
    const { invocations } = await bench.ended(commandId);
    const result = await bench.client.send(
      new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: one }),
    );
    expect(result.StandardOutputContent).toHaveLength(24_000);
    expect(result.StandardErrorContent).toHaveLength(8_000);
    expect(invocations[0]?.CommandPlugins?.[0]?.Output).toHaveLength(2_500);
  });

  it('does not know a command right after it was sent', async () => {
    const bench = await start(fakeRunner([node(1)]), { visibleAfterMs: 300 });
    const commandId = await bench.send({ InstanceIds: [one] });
    const get = () =>
      bench.client.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: one }));
    await expect(get()).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
    const listed = await bench.client.send(new ListCommandInvocationsCommand({ CommandId: commandId }));
    expect(listed.CommandInvocations).toEqual([]);
    await expect.poll(() => get().then((result) => result.Status)).toBe('Success');
  });

  it('times out by delivery when the agent stays away for the whole time, without an error being counted', async () => {
    const runner = fakeRunner([node(1)]);
    runner.unreachable.add(one);
    const bench = await start(runner, { timeoutScale: 0.01 });
    const { command, invocations } = await bench.ended(
      await bench.send({ InstanceIds: [one], TimeoutSeconds: 30 }),
    );
    expect(invocations[0]).toMatchObject({ Status: 'TimedOut', StatusDetails: 'DeliveryTimedOut' });
    expect(command).toMatchObject({ Status: 'TimedOut', DeliveryTimedOutCount: 1, ErrorCount: 0 });
    expect(runner.runs).toEqual([]);
  });

  it('delivers when the agent comes back in time', async () => {
    const runner = fakeRunner([node(1)]);
    runner.unreachable.add(one);
    const bench = await start(runner);
    const commandId = await bench.send({ InstanceIds: [one] });
    setTimeout(() => runner.unreachable.clear(), 150);
    expect((await bench.ended(commandId)).command.Status).toBe('Success');
  });

  it('says ExecutionTimedOut when the script was killed for its time-out', async () => {
    const bench = await start(fakeRunner([node(1)], async () => ({ ...ok, exitCode: null, timedOut: true })));
    const { command } = await bench.ended(await bench.send({ InstanceIds: [one] }));
    expect(command).toMatchObject({ Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut' });
  });

  it('cancels what runs by killing it, and what waits at once', async () => {
    const runner = fakeRunner([node(1), node(2)], killed);
    const bench = await start(runner);
    const commandId = await bench.send({
      Targets: [{ Key: 'InstanceIds', Values: [one, node(2).instanceId] }],
      MaxConcurrency: '1',
    });
    await expect.poll(() => runner.runs.length).toBe(1);
    await bench.client.send(new CancelCommandCommand({ CommandId: commandId }));
    const { command } = await bench.ended(commandId);
    expect(command.Status).toBe('Cancelled');
    expect(runner.runs).toHaveLength(1);
  });

  it('runs as many at a time as MaxConcurrency says', async () => {
    const nodes = [1, 2, 3, 4, 5].map((number) => node(number, { app: 'web' }));
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return ok;
    };
    const runner = fakeRunner(nodes, slow);
    const bench = await start(runner);
    const targets = { Targets: [{ Key: 'tag:app', Values: ['web'] }] };
    await bench.ended(await bench.send({ ...targets, MaxConcurrency: '2' }));
    expect(runner.peak).toBe(2);
    await bench.ended(await bench.send({ ...targets, MaxConcurrency: '100%' }));
    expect(runner.peak).toBe(5);
  });

  it('stops after MaxErrors and calls the rest terminated', async () => {
    const nodes = [1, 2, 3, 4].map((number) => node(number, { app: 'web' }));
    const runner = fakeRunner(nodes, async () => failing);
    const bench = await start(runner);
    const commandId = await bench.send({
      Targets: [{ Key: 'tag:app', Values: ['web'] }],
      MaxConcurrency: '1',
      MaxErrors: '1',
    });
    const { command, invocations } = await bench.ended(commandId);
    expect(command.Status).toBe('Failed');
    expect(invocations.map((invocation) => invocation.StatusDetails)).toEqual([
      'Failed',
      'Failed',
      'Terminated',
      'Terminated',
    ]);
  });

  it('calls a tag that matches no node a success', async () => {
    const runner = fakeRunner([node(1)]);
    const bench = await start(runner);
    const commandId = await bench.send({ Targets: [{ Key: 'tag:app', Values: ['nobody'] }] });
    const { command } = await bench.ended(commandId);
    expect(command).toMatchObject({ Status: 'Success', StatusDetails: 'NoInstancesInTag', TargetCount: 0 });
    expect(runner.runs).toEqual([]);
  });

  it('skips a step whose precondition does not hold and calls that a success', async () => {
    const runner = fakeRunner([{ ...node(1), platformType: 'Windows' }]);
    const bench = await start(runner);
    const { command, invocations } = await bench.ended(await bench.send({ InstanceIds: [one] }));
    expect(command.Status).toBe('Success');
    expect(invocations[0]?.CommandPlugins?.[0]?.Output).toContain('skipped due to unsatisfied preconditions');
    expect(runner.runs).toEqual([]);
  });

  it.each([
    [{ DocumentName: 'nosuch', InstanceIds: [one] }, 'InvalidDocument'],
    [{ InstanceIds: ['i-99999999999999999'] }, 'InvalidInstanceId'],
    [{ InstanceIds: [one], Parameters: {} }, 'InvalidParameters'],
    [{ InstanceIds: [one], Parameters: { service: ['web'], other: ['x'] } }, 'InvalidParameters'],
    [{ InstanceIds: [one], Parameters: { service: ['web', 'db'] } }, 'InvalidParameters'],
    [{ InstanceIds: [one], Parameters: { service: ['$(id)'] } }, 'InvalidParameters'],
    [{ InstanceIds: [one], Parameters: { service: ['web'], mode: ['stop'] } }, 'InvalidParameters'],
    [{ InstanceIds: [one], TimeoutSeconds: 29 }, 'ValidationException'],
    [{ InstanceIds: [one], MaxErrors: '200%' }, 'ValidationException'],
    [{ InstanceIds: [one], AlarmConfiguration: { Alarms: [{ Name: 'a' }] } }, 'ValidationException'],
    [{ InstanceIds: [one], OutputS3BucketName: 'bucket' }, 'ValidationException'],
    [{ InstanceIds: [one], DocumentVersion: 'newest' }, 'ValidationException'],
    [{ InstanceIds: [one, one] }, 'DuplicateInstanceId'],
    [{ InstanceIds: ['i-0123456789'] }, 'ValidationException'],
    [{ InstanceIds: [one], MaxConcurrency: '0' }, 'ValidationException'],
    [{ InstanceIds: [one], Comment: 'c'.repeat(101) }, 'ValidationException'],
    [{ InstanceIds: [one], DocumentVersion: '2' }, 'InvalidDocumentVersion'],
    [{ InstanceIds: [one], Targets: [{ Key: 'tag:a', Values: ['b'] }] }, 'ValidationException'],
    [{}, 'ValidationException'],
  ])('refuses %o with %s', async (input, name) => {
    const bench = await start(fakeRunner([node(1)]));
    await expect(bench.send(input)).rejects.toMatchObject({ name });
  });

  it('describes nodes with whether they are in touch', async () => {
    const runner = fakeRunner([node(1), node(2, { app: 'web' })]);
    runner.unreachable.add(one);
    const bench = await start(runner);
    const all = await bench.client.send(new DescribeInstanceInformationCommand({}));
    expect(all.InstanceInformationList?.map((each) => each.PingStatus)).toEqual(['ConnectionLost', 'Online']);
    const filtered = await bench.client.send(
      new DescribeInstanceInformationCommand({ Filters: [{ Key: 'tag:app', Values: ['web'] }] }),
    );
    expect(filtered.InstanceInformationList?.map((each) => each.InstanceId)).toEqual([node(2).instanceId]);
  });

  const describing = async (input: DescribeInstanceInformationCommandInput) => {
    const bench = await start(fakeRunner(Array.from({ length: 12 }, (_, index) => node(index))));
    return await bench.client.send(new DescribeInstanceInformationCommand(input));
  };

  it('describes ten nodes a page unless asked for more', async () => {
    const page = await describing({});
    expect(page.InstanceInformationList).toHaveLength(10);
    expect(page.NextToken).toBeTruthy();
  });

  const tag = { Key: 'tag:app', Values: ['web'] };
  it.each([
    ['two tag filters', { Filters: [tag, { Key: 'tag:tier', Values: ['a'] }] }, 'ValidationException'],
    [
      'a tag filter beside another',
      { Filters: [tag, { Key: 'InstanceIds', Values: [one] }] },
      'ValidationException',
    ],
    ['a key that is none', { Filters: [{ Key: 'Name', Values: ['a'] }] }, 'ValidationException'],
    ['a tag without a name', { Filters: [{ Key: 'tag:', Values: ['a'] }] }, 'ValidationException'],
    ['no value', { Filters: [{ Key: 'InstanceIds', Values: [] }] }, 'ValidationException'],
    [
      '101 values',
      { Filters: [{ Key: 'InstanceIds', Values: Array(101).fill(one) }] },
      'ValidationException',
    ],
    ['an id that is none', { Filters: [{ Key: 'InstanceIds', Values: [one, 'i-1'] }] }, 'InvalidInstanceId'],
    ['a page of 4', { MaxResults: 4 }, 'ValidationException'],
    ['a page of 51', { MaxResults: 51 }, 'ValidationException'],
  ])('refuses to describe nodes by %s', async (_, input, name) => {
    await expect(describing(input)).rejects.toMatchObject({ name });
  });
});
