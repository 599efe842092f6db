// @thorough
// @slow
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeployFailed, type Deployment, deploySelfheal } from '../../local/deploy/cdk-deploy.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack/server.ts';
import { requirement } from '../factories/requirements.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { alarmEvent, MUTED } from './sample-events.ts';

const QUIET_MILLISECONDS = 3_000;

describe.skipIf(!requirement('python'))('deployed to MiniStack by the ordinary CDK command', () => {
  let directory: string;
  let ministack: MiniStack;
  let deployment: Deployment;
  let config: Record<string, unknown>;

  const deploy = (lambdaEnvironment: Readonly<Record<string, string>>) =>
    deploySelfheal({
      endpoint: ministack.endpoint,
      region: ministack.region,
      configPath: join(directory, 'selfheal.yaml'),
      lambdaEnvironment,
      watchdog: true,
      outDir: join(directory, 'cdk.out'),
    });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'selfheal-deploy-'));
    await writeFile(join(directory, 'selfheal.yaml'), SAMPLE_CONFIGURATION);
    ministack = await startMiniStack();
    config = {
      endpoint: ministack.endpoint,
      region: ministack.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    deployment = await deploy({});
  });

  afterAll(async () => {
    await ministack?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const output = (name: string) => deployment.outputs['SelfhealEngine']?.[name];

  async function heals(): Promise<readonly string[]> {
    const list = new ListExecutionsCommand({ stateMachineArn: output('HealStateMachineArn') });
    const { executions = [] } = await new SFNClient(config).send(list);
    return executions.map(({ executionArn }) => String(executionArn));
  }

  async function put(event: Readonly<Record<string, unknown>>): Promise<void> {
    const entry = {
      Source: String(event['source']),
      DetailType: String(event['detail-type']),
      Detail: JSON.stringify(event['detail']),
    };
    await new EventBridgeClient(config).send(new PutEventsCommand({ Entries: [entry] }));
  }

  /** An alarm that speaks now: triage has no use for old ones. */
  const alarmNow = (alarmName: string, detail = {}) =>
    alarmEvent(alarmName, { timestamp: new Date().toISOString().replace('Z', '+0000') }, detail);

  it('all four stacks are there', async () => {
    expect(Object.keys(deployment.outputs['SelfhealState'] ?? {})).toContain('TableName');
    expect(output('TriageStateMachineArn')).toMatch(/:stateMachine:selfheal-triage$/);
    const { MetricAlarms = [] } = await new CloudWatchClient(config).send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms.map(({ AlarmName }) => AlarmName)).toEqual(
      expect.arrayContaining(['SelfhealEngine-reconcile-silent', 'SelfhealEngine-watch-outside-errors']),
    );
  });

  it('the watchdog has a function for each vantage point, called for each shard', async () => {
    const path = '/2015-03-31/functions/selfheal-watch-inside/configuration';
    expect(await (await fetch(`${ministack.endpoint}${path}`)).json()).toMatchObject({ Timeout: 120 });
    const client = new EventBridgeClient(config);
    const { Rules = [] } = await client.send(new ListRulesCommand({}));
    const clocks = Rules.filter(({ Description }) => Description?.includes('schedule of the watchdog'));
    const targets = clocks.map(async ({ Name }) => {
      const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: Name }));
      return Targets.map(({ Input = '' }) => JSON.parse(Input) as unknown);
    });
    expect((await Promise.all(targets)).flat()).toEqual(
      expect.arrayContaining(
        ['outside', 'inside'].flatMap((vantagePoint) => [
          { shard: 0, vantagePoint },
          { shard: 1, vantagePoint },
        ]),
      ),
    );
  });

  it('alarms that are muted, somebody else’s or our own start nothing', async () => {
    await put(alarmNow('selfheal-web-both', MUTED));
    await put(alarmNow('SelfhealEngine-act-errors'));
    await put(alarmNow('Orders'));
    await sleep(QUIET_MILLISECONDS);
    // Triage would have recorded a refusal of each.
    const scan = new ScanCommand({ TableName: deployment.outputs['SelfhealState']?.['TableName'] });
    expect((await new DynamoDBClient(config).send(scan)).Items).toEqual([]);
    expect(await heals()).toEqual([]);
  });

  it('an alarm of a component starts one heal, through rule, triage and table', async () => {
    await put(alarmNow('selfheal-web-both'));
    await expect.poll(heals, { timeout: 20_000 }).toHaveLength(1);
    const [executionArn] = await heals();
    const { input = '' } = await new SFNClient(config).send(new DescribeExecutionCommand({ executionArn }));
    expect(JSON.parse(input)).toMatchObject({ component: 'web', fence: expect.any(Number) });
  });

  it('a second deployment keeps every name and changes what has changed', async () => {
    const again = await deploy({ AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:9' });
    expect(again.outputs).toEqual(deployment.outputs);
    const path = '/2015-03-31/functions/selfheal-act/configuration';
    expect(await (await fetch(`${ministack.endpoint}${path}`)).json()).toMatchObject({
      Environment: {
        Variables: { AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:9', TABLE_NAME: expect.any(String) },
      },
    });
  });

  it('a mistake in selfheal.yaml is reported in the app’s words', async () => {
    const deployment = deploySelfheal({
      endpoint: ministack.endpoint,
      region: ministack.region,
      configPath: '/nowhere/selfheal.yaml',
      lambdaEnvironment: {},
      outDir: join(directory, 'never'),
    });
    await expect(deployment).rejects.toThrow(DeployFailed);
    await expect(deployment).rejects.toThrow('/nowhere/selfheal.yaml: cannot be read');
  });
});

it('a deployment that fails says what the CDK said', async () => {
  const deployment = deploySelfheal({
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    configPath: '/nowhere/selfheal.yaml',
    lambdaEnvironment: {},
    outDir: join(tmpdir(), 'selfheal-never'),
  });
  await expect(deployment).rejects.toThrow(DeployFailed);
  await expect(deployment).rejects.toThrow('cdk bootstrap failed');
  await expect(deployment).rejects.toThrow('connect ECONNREFUSED 127.0.0.1:9');
});
