import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Closers } from '../../../local/cloud/closers.ts';
import { startLocalCloud } from '../../../local/cloud/local-cloud.ts';
import type { Iam } from '../../../local/ministack/iam.ts';
import { startHealthEndpoints } from '../../factories/deployed-engine/endpoints.ts';
import {
  createUserFunction,
  functionNames,
  roleOfFunction,
  setVariables,
} from '../../factories/deployed-engine/functions.ts';
import { scriptedHosts } from '../../factories/deployed-engine/hosts.ts';
import {
  alarmOf,
  type Landscape,
  type LandscapePlan,
  landscapeOf,
} from '../../factories/deployed-engine/landscape.ts';
import { compiledOf } from '../../factories/deployed-engine/operations.ts';
import type { AwsConfig } from '../../factories/deployed-engine/queues.ts';
import { startSlackHooks } from '../../factories/deployed-engine/slack-hooks.ts';
import { statusEventFates } from '../../factories/deployed-engine/status-events.ts';
import { USER_FUNCTION } from '../../factories/deployed-engine/user-function.ts';
import { withoutAction } from '../../permissions/role-grants.ts';
import { deployedPlace } from './deployed.ts';
import { deployedApprovals } from './deployed-approvals.ts';
import { type DeployedFunctions, deployFunctions } from './deployed-functions.ts';
import { muteNow } from './mute.ts';
import type { Place } from './place.ts';
import { metricsOf } from './put-metric.ts';

const USUAL_WAIT_SCALE = 0.1;
/** It shares a machine with other tests: only waits for what never comes take this long. */
const PATIENCE = 4;
/** The SDK sends a request so often before the function gives up. */
const TRIES_OF_CLIENT = 4;

/** What only MiniStack lets a test see. */
export interface MiniStackPlace extends Place {
  readonly aws: AwsConfig;
  /** The stacks' outputs, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** `undefined` for another emulator. */
  readonly iam: Iam | undefined;
  /** Deploys this release over the one that is deployed. */
  readonly upgrade: () => Promise<void>;
  /** Changes the state of what a component's alarm over several instances says of one. */
  readonly setContributor: (
    component: string,
    instanceId: string,
    state: 'OK' | 'ALARM',
    reason: string,
  ) => Promise<void>;
}

/**
 * MiniStack, deployed to by the ordinary CDK, with the SSM and CloudWatch endpoints that are its neighbours.
 *
 * @param project the directory of another release to deploy first
 */
export async function openMiniStack(
  plan: LandscapePlan,
  waitScale = USUAL_WAIT_SCALE,
  project?: string,
): Promise<MiniStackPlace> {
  const closers = new Closers();
  try {
    let functions: DeployedFunctions | undefined;
    const health = await startHealthEndpoints((component) => functions?.serves(component));
    closers.add(health.close);
    const landscape = landscapeOf(plan, health.urlOf);
    // The watchdog looks from its deployment on, and has healed what it finds unhealthy.
    if (plan.watchdog) for (const component of Object.keys(plan.components)) health.recover(component);
    const hosts = scriptedHosts(
      () => [...landscape.nodes],
      ({ action, component }) => {
        if (action === 'start_component') health.recover(component);
      },
    );
    const { approvals } = compiledOf(landscape).settings;
    const hooks = approvals && (await startSlackHooks());
    if (hooks) closers.add(hooks.close);
    const fates = statusEventFates();
    const calls = watchSystemsManager(closers);
    const cloud = await startLocalCloud({
      configuration: landscape.configuration,
      hosts,
      waitScale,
      ...(project !== undefined && { project }),
      evaluateAlarms: false,
      watchdog: plan.watchdog !== undefined,
      enforceIam: process.env['SELFHEAL_AWS_ENDPOINT'] === undefined,
      onStatusEvent: fates.onStatusEvent,
      ...(hooks && { slackHooks: hooks.url }),
    });
    closers.add(cloud.stop);
    const { aws, outputs, alarms } = cloud;
    if (plan.actions) await createUserFunction(aws, USER_FUNCTION, health.functionUrl);
    functions = await deployFunctions(aws, plan);
    const place = await deployedPlace({
      aws,
      outputs,
      landscape,
      waitScale,
      patience: PATIENCE,
      closers,
      own: {
        hosts,
        health,
        userFunction: health.userFunction,
        aliases: functions.aliases,
        setAlarm: (component, state, reason) => alarms.setAlarmState(alarmOf(component), state, reason),
        muteAlarm: (component) => muteNow(alarms, component, Date.now()),
        setStatusEvents: fates.set,
        withSettings: (settings, during) => withSettings(aws, landscape, settings, during),
        loseSendAnswer: () => cloud.applySsmFaults({ loseSendCommandAnswers: TRIES_OF_CLIENT }),
        triesOfClient: TRIES_OF_CLIENT,
        systemsManagerCalls: () => calls,
      },
    });
    const signingSecretArn = approvals?.slack?.signingSecretArn;
    return {
      ...place,
      ...(hooks &&
        signingSecretArn !== undefined && {
          approvals: await deployedApprovals(aws, outputs, { signingSecretArn, hooks, closers }),
        }),
      aws,
      outputs,
      iam: cloud.iam,
      upgrade: cloud.upgrade,
      putMetric: metricsOf(alarms),
      setContributor: (component, InstanceId, state, reason) =>
        alarms.setContributorState(alarmOf(component), { InstanceId }, state, reason),
      ...(cloud.iam && {
        whileDenied: async (functionName, action, during) => {
          const role = await roleOfFunction(aws, functionName);
          await withoutAction(aws, role, action, during);
        },
      }),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** Calls to the SSM endpoint, which is in this process. */
function watchSystemsManager(closers: Closers): readonly string[] {
  const calls: string[] = [];
  const count = (message: unknown) => {
    const { request } = message as { readonly request: IncomingMessage };
    const target = String(request.headers['x-amz-target'] ?? '');
    if (target.startsWith('AmazonSSM.')) calls.push(target.slice('AmazonSSM.'.length));
  };
  subscribe('http.server.request.start', count);
  closers.add(async () => void unsubscribe('http.server.request.start', count));
  return calls;
}

/** Functions run on this machine: they can read another file than the one that they carry. */
async function withSettings(
  aws: AwsConfig,
  landscape: Landscape,
  settings: Parameters<Place['withSettings']>[0],
  during: () => Promise<void>,
): Promise<void> {
  const compiled = compiledOf(landscape);
  const directory = await mkdtemp(join(tmpdir(), 'selfheal-configuration-'));
  const path = join(directory, 'configuration.json');
  const names = await functionNames(aws, 'CONFIGURATION_FILE');
  const read = (file: string) =>
    Promise.all(names.map((name) => setVariables(aws, name, { CONFIGURATION_FILE: file })));
  try {
    await writeFile(path, JSON.stringify({ ...compiled, settings: { ...compiled.settings, ...settings } }));
    await read(path);
    await during();
  } finally {
    await read('./configuration.json');
    await rm(directory, { recursive: true });
  }
}
