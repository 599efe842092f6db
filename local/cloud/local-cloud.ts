import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchedSeries } from '../../functions/core/analysis/component-series.ts';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { formatProblem } from '../../functions/core/configuration/problem.ts';
import { AlarmEngine } from '../alarms/alarm-engine.ts';
import type { EvaluationSteps } from '../alarms/datapoints.ts';
import { startAlarmEndpoint } from '../alarms/endpoint.ts';
import { startEvaluationTimer } from '../alarms/evaluation-timer.ts';
import { type AlarmTemplate, loadAlarms } from '../alarms/load-alarms.ts';
import { type Deployment, deploySelfheal } from '../deploy/cdk-deploy.ts';
import type { Iam } from '../ministack/iam.ts';
import { type MiniStack, startMiniStack } from '../ministack/server.ts';
import type { EventEntry, Publish } from '../ssm/events.ts';
import type { FaultRequest } from '../ssm/faults.ts';
import type { HostRunner } from '../ssm/host-runner.ts';
import { startSsmServer } from '../ssm/server.ts';
import { createAlarmActions } from './alarm-actions.ts';
import { Closers } from './closers.ts';
import { LOCAL_ACCOUNT, type LocalEndpoint, localEndpoint } from './endpoint.ts';
import { createEventBus, type EventBus } from './event-bus.ts';
import { loadDocuments } from './load-documents.ts';
import { startWatchdogSupport } from './watchdog-support.ts';

export interface LocalCloudOptions {
  /** Text of selfheal.yaml. */
  readonly configuration: string;
  /** Where runbooks run; called each time, so that nodes may come and go. */
  readonly hosts: HostRunner;
  /** The directory of the release to deploy first. @default this one */
  readonly project?: string;
  /** Factor on every Wait of a state machine. @default 1 */
  readonly waitScale?: number;
  /**
   * Receives each status event of SSM on its way to the bus, and may drop, repeat or delay it.
   * @default passes it on
   */
  readonly onStatusEvent?: (event: EventEntry, publish: Publish) => Promise<void>;
  /**
   * Whether the watchdog is deployed. It runs once a minute from then on.
   *
   * @default false
   */
  readonly watchdog?: boolean;
  /** What every `response_url` of Slack must begin with. @default Slack's own address */
  readonly slackHooks?: string;
  /** Whether alarms are evaluated as time goes by; without it, tests call `alarms.evaluateNow`. @default true */
  readonly evaluateAlarms?: boolean;
  /**
   * How often alarms are evaluated, and how far their windows move each time.
   *
   * @default every 2 s, every 10 s for periods of a minute or more: quicker than CloudWatch, so that tests wait less
   */
  readonly alarmSteps?: EvaluationSteps;
  /**
   * Whether functions, state machines and rules may do only what their policies grant, from the end of the deployment on.
   *
   * @default false
   */
  readonly enforceIam?: boolean;
  /** Reports the progress while it starts. */
  readonly progress?: (line: string) => void;
}

/** Selfheal, deployed on this machine by the ordinary CDK, with substitutes for what MiniStack lacks. */
export interface LocalCloud {
  /** For clients of everything but SSM and CloudWatch. */
  readonly aws: LocalEndpoint;
  readonly ssm: LocalEndpoint;
  readonly cloudwatch: LocalEndpoint;
  readonly bus: EventBus;
  readonly alarms: AlarmEngine;
  /** Deploys this release over the one that is deployed. */
  readonly upgrade: () => Promise<void>;
  readonly applySsmFaults: (faults: FaultRequest) => void;
  /** The stacks’ outputs, by name: TableName, HealStateMachineArn, WebhookSecretArn, … */
  readonly outputs: Readonly<Record<string, string>>;
  /** Where MiniStack and the Lambda functions log. */
  readonly logPath: string;
  /** `undefined` for another emulator than MiniStack. */
  readonly iam: Iam | undefined;
  readonly stop: () => Promise<void>;
}

/**
 * Starts MiniStack, the SSM and the CloudWatch endpoint, and deploys Selfheal to them.
 *
 * With SELFHEAL_AWS_ENDPOINT in the environment, another emulator is used instead of MiniStack. It must let clients
 * publish events of `aws.*` sources, and its functions must reach 127.0.0.1 of this machine. Its earlier content stays.
 *
 * @throws Error if something does not start; what had started is stopped
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const closers = new Closers();
  const progress = options.progress ?? (() => undefined);
  try {
    const directory = await mkdtemp(join(tmpdir(), 'selfheal-cloud-'));
    closers.add(() => rm(directory, { recursive: true, force: true }));
    const loaded = loadConfiguration(options.configuration, 'selfheal.yaml');
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
    for (const warning of loaded.warnings) progress(formatProblem(warning));
    const isWatching = options.watchdog ?? false;
    const configPath = join(directory, 'selfheal.yaml');
    await writeFile(configPath, options.configuration);

    progress('starting MiniStack');
    const emulator = await startEmulator(options.waitScale ?? 1);
    closers.add(() => emulator.stop());
    const aws = localEndpoint(emulator.endpoint, emulator.region);
    const bus = createEventBus(aws);

    const onStatusEvent = options.onStatusEvent ?? ((event, publish) => publish(event));
    const ssmServer = await startSsmServer({
      runner: options.hosts,
      requiredNodeTag: loaded.compiled.settings.managedTag,
      ...(emulator.iam && { authorize: emulator.iam.authorize }),
      publish: (event) => onStatusEvent(event, (entry) => bus.put(entry)),
    });
    closers.add(() => ssmServer.close());
    const alarms = new AlarmEngine({
      accountId: LOCAL_ACCOUNT,
      region: emulator.region,
      nowMs: () => Date.now(),
      newId: randomUUID,
      publish: (event) => bus.putAlarmEvent(event),
      performAction: createAlarmActions(aws),
      steps: options.alarmSteps ?? { highResolution: 2, standard: 10 },
    });
    const alarmEndpoint = await startAlarmEndpoint({
      engine: alarms,
      ...(emulator.iam && { authorize: emulator.iam.authorize }),
    });
    closers.add(() => alarmEndpoint.close());

    progress('deploying with cdk bootstrap and cdk deploy');
    const ssm = localEndpoint(ssmServer.url, emulator.region);
    const deploy = async (project?: string): Promise<Deployment> => {
      const deployed = await deploySelfheal({
        endpoint: emulator.endpoint,
        region: emulator.region,
        configPath,
        ...(project !== undefined && { project }),
        watchdog: isWatching,
        approvals: loaded.compiled.settings.approvals !== undefined,
        analysis: watchedSeries(loaded.compiled.components).length > 0,
        lambdaEnvironment: {
          AWS_ENDPOINT_URL_SSM: ssmServer.url,
          AWS_ENDPOINT_URL_CLOUDWATCH: alarmEndpoint.url,
          ...(options.slackHooks !== undefined && { SLACK_HOOKS: options.slackHooks }),
        },
        outDir: join(directory, `cdk.out-${project === undefined ? 'this' : 'other'}`),
        onProgress: progress,
      });
      for (const template of deployed.runbooksTemplates) await loadDocuments(ssm, await readJson(template));
      return deployed;
    };
    const deployment = await deploy(options.project);
    for (const template of deployment.alarmsTemplates) {
      await loadAlarms(alarms, (await readJson(template)) as AlarmTemplate);
    }
    const watched = isWatching
      ? await startWatchdogSupport({ aws, alarms, deployment, configuration: loaded.compiled, progress })
      : undefined;
    if (watched) closers.add(() => watched.stop());
    if (options.evaluateAlarms ?? true) {
      const timer = startEvaluationTimer(alarms, {
        onError: (error) => progress(`alarms: ${String(error)}`),
      });
      closers.add(() => timer.stop());
    }
    if (options.enforceIam) await enforce(emulator);
    progress('deployed');
    return {
      aws,
      ssm,
      cloudwatch: localEndpoint(alarmEndpoint.url, emulator.region),
      bus,
      alarms,
      upgrade: async () => void (await deploy()),
      applySsmFaults: (faults) => ssmServer.applyFaults(faults),
      outputs: Object.assign({}, ...Object.values(deployment.outputs), watched?.outputs),
      logPath: emulator.logPath,
      iam: emulator.iam,
      stop: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

interface Emulator extends Omit<MiniStack, 'region' | 'iam'> {
  readonly region: string;
  readonly iam?: Iam;
}

async function startEmulator(waitScale: number): Promise<Emulator> {
  const endpoint = process.env['SELFHEAL_AWS_ENDPOINT'];
  if (!endpoint) return await startMiniStack({ waitScale });
  return { endpoint, region: 'us-east-1', logPath: '(the emulator keeps its own log)', stop: async () => {} };
}

async function enforce({ iam }: Emulator): Promise<void> {
  if (!iam) throw new Error('only MiniStack can enforce IAM: unset SELFHEAL_AWS_ENDPOINT');
  await iam.enforce(true);
}

async function readJson(path: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>;
}
