import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { plannedAlarms } from '../../functions/core/configuration/planned-alarms.ts';
import { type Deployment, deploySelfheal } from '../../local/deploy/cdk-deploy.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack/server.ts';
import { largeConfiguration } from '../infra/large-configurations.ts';
import { alarmEvent } from '../infra/sample-events.ts';

/**
 * `npm run scale`: deploys 1,000 components to MiniStack by the ordinary CDK command, adds one, and compares what is there
 * with what should be. Exits with 1 on the first difference.
 */

const COMPONENTS = 1_000;
const HEALS_WITHIN_MS = 120_000;

const startedAtMs = Date.now();
const directory = await mkdtemp(join(tmpdir(), 'selfheal-scale-'));
const ministack = await startMiniStack();
const config = {
  endpoint: ministack.endpoint,
  region: ministack.region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
try {
  const first = await deployed(ministack, COMPONENTS);
  progress(`${(await ruleNames()).length} rules on the bus`);
  await healsAtBothEnds(first.deployment);
  const second = await deployed(ministack, COMPONENTS + 1);
  const moved = [...first.places].filter(([alarm, stack]) => second.places.get(alarm) !== stack);
  check('alarms that moved when a component came', moved.length, 0);
} finally {
  await ministack.stop();
  await rm(directory, { recursive: true, force: true });
}

interface Deployed {
  readonly deployment: Deployment;
  /** The stack of each created alarm. */
  readonly places: ReadonlyMap<string, string>;
}

async function deployed({ endpoint, region }: MiniStack, components: number): Promise<Deployed> {
  progress(`deploying ${components} components with three created and three adopted alarms each`);
  const yaml = largeConfiguration({ components, adoptedAlarms: 3, alarmStacks: 16 });
  const configPath = join(directory, 'selfheal.yaml');
  await writeFile(configPath, yaml);
  const deployment = await deploySelfheal({
    endpoint,
    region,
    configPath,
    lambdaEnvironment: {},
    alarms: true,
    outDir: join(directory, `cdk.out-${components}`),
    onProgress: progress,
  });
  const loaded = loadConfiguration(yaml, configPath);
  if (!loaded.ok) throw new Error('the configuration that was deployed is not sound');
  const wanted = plannedAlarms(loaded.configuration).map(({ alarmName }) => alarmName);
  check('created alarms', (await alarmNames()).sort(), wanted.sort());
  return { deployment, places: await placesOf(deployment) };
}

async function placesOf({ alarmsTemplates }: Deployment): Promise<ReadonlyMap<string, string>> {
  const templates = await Promise.all(
    alarmsTemplates.map(async (path) => [path.replace(/^.*\//, ''), await readFile(path, 'utf8')] as const),
  );
  return new Map(
    templates.flatMap(([stack, text]) =>
      [...text.matchAll(/"AlarmName": "([^"]+)"/g)].map(([, name = '']) => [name, stack] as const),
    ),
  );
}

async function alarmNames(): Promise<string[]> {
  const names: string[] = [];
  const pages = paginateDescribeAlarms(
    { client: new CloudWatchClient(config) },
    { AlarmNamePrefix: 'selfheal-' },
  );
  for await (const { MetricAlarms = [] } of pages)
    names.push(...MetricAlarms.map(({ AlarmName = '' }) => AlarmName));
  return names;
}

async function ruleNames(): Promise<readonly string[]> {
  const client = new EventBridgeClient(config);
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ NextToken }));
    names.push(...(page.Rules ?? []).map(({ Name = '' }) => Name));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names;
}

/** An alarm that Selfheal created and one that it adopted start a heal each: rules, triage and table know all components. */
async function healsAtBothEnds({ outputs }: Deployment): Promise<void> {
  const yaml = await readFile(join(directory, 'selfheal.yaml'), 'utf8');
  const loaded = loadConfiguration(yaml, 'selfheal.yaml');
  const alarms = loaded.ok ? Object.keys(loaded.compiled.alarms) : [];
  const first = alarms.find((name) => name.startsWith('selfheal-'));
  const last = alarms.findLast((name) => !name.startsWith('selfheal-'));
  const timestamp = new Date().toISOString().replace('Z', '+0000');
  const events = [first, last].map((name = '') => alarmEvent(name, { timestamp }));
  const sentAtMs = Date.now();
  await new EventBridgeClient(config).send(
    new PutEventsCommand({
      Entries: events.map((event) => ({
        Source: event['source'] as string,
        DetailType: event['detail-type'] as string,
        Detail: JSON.stringify(event['detail']),
      })),
    }),
  );
  const stateMachineArn = outputs['SelfhealEngine']?.['HealStateMachineArn'];
  const sfn = new SFNClient(config);
  let heals = 0;
  while (heals < 2 && Date.now() - sentAtMs < HEALS_WITHIN_MS) {
    await sleep(500);
    heals = (await sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions?.length ?? 0;
  }
  check('heals of the first created and the last adopted alarm', heals, 2);
  progress(`both heals began within ${((Date.now() - sentAtMs) / 1_000).toFixed(1)} s of the events`);
}

function check(what: string, actual: unknown, expected: unknown): void {
  const isRight = JSON.stringify(actual) === JSON.stringify(expected);
  const figure = (value: unknown) => (Array.isArray(value) ? value.length : JSON.stringify(value));
  if (!isRight) throw new Error(`${what}: ${figure(actual)}, not the ${figure(expected)} expected`);
  progress(`${what}: ${figure(actual)}, as expected`);
}

function progress(line: string): void {
  console.log(`${((Date.now() - startedAtMs) / 1_000).toFixed(0).padStart(5)} s  ${line}`);
}
