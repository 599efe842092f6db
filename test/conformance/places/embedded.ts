import { SLACK_HOOKS } from '../../../functions/adapters/slack/slack-responses.ts';
import { actionsOf } from '../../../functions/handlers/table/port-permissions.ts';
import { NotPermitted, ServiceUnavailable } from '../../../functions/ports/errors.ts';
import { SLACK_SIGNING_SECRET } from '../../../local/embedded/approvals.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { ACCOUNT, REGION } from '../../../local/embedded/cloudformation/stack-resources.ts';
import { createEmbeddedCloud } from '../../../local/embedded/embedded-cloud.ts';
import type { BusEvent } from '../../../local/embedded/event-bridge/event.ts';
import type { InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import { createSeededRandom } from '../../../local/embedded/random/seeded-random.ts';
import { StepFunctionsError } from '../../../local/embedded/step-functions/errors.ts';
import { scriptedHealth } from '../../factories/deployed-engine/health.ts';
import { type HostTime, scriptedHosts } from '../../factories/deployed-engine/hosts.ts';
import {
  alarmOf,
  type LandscapePlan,
  landscapeOf,
  METRIC,
} from '../../factories/deployed-engine/landscape.ts';
import { compiledOf } from '../../factories/deployed-engine/operations.ts';
import type { EventFate } from '../../factories/deployed-engine/status-events.ts';
import { scriptedFunction, USER_FUNCTION } from '../../factories/deployed-engine/user-function.ts';
import { MONITOR } from '../../factories/events/selfheal-event.ts';
import { embeddedFunctions } from './embedded-functions.ts';
import { muteNow } from './mute.ts';
import { operationsOf } from './operations.ts';
import type { Place, StateChangeDetail } from './place.ts';
import { placeTime } from './place-time.ts';
import { metricsOf } from './put-metric.ts';
import { sleepBy } from './virtual-time.ts';

const START_MS = Date.parse('2026-11-22T12:00:00Z');
const HEALTH_URL = 'https://health.example.com/';
const USUAL_DELIVERY_MS = [80];
/** Waits are not shortened here, and cost nothing. */
const PATIENCE = 20;

/** What a function URL makes of the function's answer. */
interface FunctionUrlAnswer {
  readonly statusCode: number;
  readonly body: string;
}

/** The embedded cloud, in virtual time. */
export async function openEmbedded(plan: LandscapePlan): Promise<Place> {
  const clock = createVirtualClock(START_MS);
  const time = placeTime({ nowMs: clock.nowMs, sleep: sleepBy(clock), waitScale: 1, patience: PATIENCE });
  const landscape = landscapeOf(plan, (component) => `${HEALTH_URL}${component}`);
  const configuration = compiledOf(landscape);
  const health = scriptedHealth(clock.nowMs);
  const hosts = scriptedHosts(
    () => [...landscape.nodes],
    ({ action, component }) => {
      if (action === 'start_component') health.recover(component);
    },
    hostTime(clock),
  );
  const userFunction = scriptedFunction(health);
  const functions = embeddedFunctions(plan);
  const fates = new Map<string, EventFate>();
  const broken = new Set<string>();
  const denied = new Set<string>();
  const losing = new Set<string>();
  const dying = dyingAfterSend(losing);
  const cloud = await createEmbeddedCloud({
    configuration,
    clock,
    random: createSeededRandom(1),
    hosts,
    userFunctions: { [USER_FUNCTION]: userFunction.handle },
    endpoints: {
      probe: async (url) => {
        const component = url.slice(HEALTH_URL.length);
        return (functions.serves(component) ?? health.answer(component)) ? 'good' : 'bad';
      },
    },
    planDelivery: ({ event }) => deliveryOf(event, fates),
    interceptInvocation: async ({ functionName }, proceed) =>
      broken.has(functionName)
        ? { functionError: { errorType: 'StoreUnavailable', errorMessage: 'the table is out of reach' } }
        : await proceed(),
    interceptCall: async (call, proceed, crash) => {
      const needed = actionsOf({ [call.port]: [call.method] });
      const action = needed.find((one) => denied.has(`${call.functionName} ${one}`));
      if (action !== undefined) throw new NotPermitted({ action, role: call.functionName });
      const before = hosts.broken();
      try {
        return await dying(call, proceed, crash);
      } catch (error) {
        if (hosts.broken() === before) throw error;
        throw new ServiceUnavailable('SSM: InternalServerError', { cause: error });
      }
    },
  });

  const stateChanges = () =>
    cloud.bus.log
      .filter((event) => event['detail-type'] === 'Selfheal Operation State Change')
      .map(({ detail }) => detail as unknown as StateChangeDetail);
  const executionArn = (name: string) => `${cloud.healArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const invoke = async (functionName: string, event: unknown) => {
    const { payload, functionError } = {
      payload: undefined,
      ...(await cloud.lambda.invoke(functionName, event)),
    };
    if (functionError) throw new Error(`${functionName}: ${functionError.errorMessage}`);
    return payload;
  };
  const { store, correlationStore: correlation, changeStore: changes } = cloud;
  functions.deploy(cloud.versionedFunctions);
  return {
    ...time,
    landscape,
    hosts,
    health,
    userFunction,
    aliases: functions.aliases,
    store,
    correlation,
    changes,
    healStateMachineArn: cloud.healArn,
    home: { account: ACCOUNT, region: REGION },
    putEvent: async (entry) => void cloud.bus.putEvent(entry),
    signal: async (component, detail = {}) => {
      cloud.bus.putEvent({
        source: MONITOR,
        detailType: 'Selfheal Signal',
        detail: { component, metric: METRIC, ...detail },
      });
    },
    setAlarm: (component, state, reason) => cloud.alarms.setAlarmState(alarmOf(component), state, reason),
    putMetric: metricsOf(cloud.alarms),
    muteAlarm: (component) => muteNow(cloud.alarms, component, clock.nowMs()),
    setStatusEvents: (component, fate) => void fates.set(component, fate),
    stateChanges,
    notifications: (topic, component) =>
      cloud.notifier
        .notifications()
        .filter((each) => each.topic === topic)
        .filter(({ body }) => component === undefined || body['component'] === component)
        .map(({ body }) => body),
    ...operationsOf({ stateChanges, store, until: time.until, hosts }),
    execution: async (name) => {
      const { status, error } = await time.until(`end of execution ${name}`, 20, () => {
        const execution = cloud.stepFunctions.describeExecution(executionArn(name));
        return execution.status === 'RUNNING' ? undefined : execution;
      });
      return { status, ...(error !== undefined && { error }) };
    },
    entered: async (name) =>
      cloud.stepFunctions
        .describeExecution(executionArn(name))
        .history.events.filter(({ type }) => type.endsWith('StateEntered'))
        .map(({ details }) => String(details['name'])),
    stopExecution: async (name) => cloud.stepFunctions.stopExecution(executionArn(name)),
    invoke,
    reconcile: async () => ((await invoke('selfheal-reconcile', {})) as { done: readonly string[] }).done,
    deadLetters: async () =>
      Object.entries(cloud.deadLetters()).flatMap(([url, messages]) =>
        /signal/i.test(url) ? messages.map(({ body }) => body) : [],
      ),
    whileBroken: async (functionName, during) => {
      broken.add(functionName);
      await during().finally(() => broken.delete(functionName));
    },
    whileDenied: async (functionName, action, during) => {
      denied.add(`${functionName} ${action}`);
      await during().finally(() => denied.delete(`${functionName} ${action}`));
    },
    whileUnstartable: async (during) => {
      const { stepFunctions } = cloud;
      const start = stepFunctions.startExecution;
      stepFunctions.startExecution = (arn, ...rest) => {
        if (arn !== cloud.healArn) return start.call(stepFunctions, arn, ...rest);
        throw new StepFunctionsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
      };
      await during().finally(() => {
        stepFunctions.startExecution = start;
      });
    },
    withSettings: async (settings, during) => {
      cloud.redeploy({ ...configuration, settings: { ...configuration.settings, ...settings } });
      await during().finally(() => cloud.redeploy(configuration));
    },
    loseSendAnswer: (component) => void losing.add(component),
    triesOfClient: 1,
    approvals: {
      slackSigningSecret: SLACK_SIGNING_SECRET,
      slackHooks: SLACK_HOOKS,
      request: async ({ method, path, query = '', headers = {}, body = '' }) => {
        let answer: FunctionUrlAnswer | undefined;
        const asked = invoke('selfheal-approve', {
          ...{ rawPath: path, rawQueryString: query, headers, requestContext: { http: { method } } },
          // As a function URL hands over a form.
          ...{ body: Buffer.from(body).toString('base64'), isBase64Encoded: true },
        }).then((payload) => {
          answer = payload as FunctionUrlAnswer;
        });
        // It waits for what it leads to, and the time does not pass by itself.
        const waited = time.until(`an answer to ${method} ${path}`, 60, () => answer);
        await Promise.race([waited, asked.then(() => waited)]);
        return await waited;
      },
      mails: () => cloud.approvals.mails.map(({ text }) => text),
      slackAnswers: () => cloud.approvals.slackAnswers.map(({ message }) => message),
    },
    stop: async () => {
      cloud.close();
      const defects = cloud.defects();
      if (defects.length > 0) throw new AggregateError(defects, 'the embedded cloud went wrong');
    },
  };
}

function hostTime(clock: ReturnType<typeof createVirtualClock>): HostTime {
  return {
    nowMs: clock.nowMs,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const timer = clock.after(milliseconds, resolve);
        const wake = () => {
          timer.cancel();
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
      }),
  };
}

/** When an event comes, once or more often: milliseconds from now. */
function deliveryOf(event: BusEvent, fates: ReadonlyMap<string, EventFate>): readonly number[] {
  if (event.source !== 'aws.ssm') return USUAL_DELIVERY_MS;
  const { parameters, status } = event.detail as {
    readonly parameters?: Readonly<Record<string, readonly string[]>>;
    readonly status?: string;
  };
  switch (fates.get(parameters?.['component']?.[0] ?? '')) {
    case undefined:
      return USUAL_DELIVERY_MS;
    case 'lost':
      return [];
    case 'threefold':
      return [80, 90, 380];
    case 'backwards':
      return status === 'InProgress' || status === 'Pending' ? [1_500] : USUAL_DELIVERY_MS;
  }
}

/** The function dies once SendCommand has done its work, the first time for each component. */
function dyingAfterSend(losing: Set<string>): InterceptCall {
  return async ({ port, method, args }, proceed, crash) => {
    const answer = await proceed();
    if (port !== 'runbooks' || method !== 'send') return answer;
    const { parameters } = args[0] as { readonly parameters: Readonly<Record<string, string>> };
    return losing.delete(parameters['component'] ?? '') ? await crash() : answer;
  };
}
