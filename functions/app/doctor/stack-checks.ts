import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { OPTIONAL_STACKS, usedStacks } from '../../core/configuration/optional-stacks.ts';
import type { Deployment } from '../../ports/deployment.ts';
import { type DoctorDeps, idsOf, type Looked, lookAtEach, type Stacks } from './examination.ts';

const DEPLOY = 'Deploy again: `npm run deploy`.';

/** The stacks that this configuration needs besides those for alarms and documents. */
export function neededStacks(configuration: CompiledConfiguration): readonly string[] {
  return [
    ...['SelfhealState', 'SelfhealEngine', 'SelfhealMonitoring'],
    ...(configuration.watchdog.enabled ? ['SelfhealWatchdog', 'SelfhealDeadMan'] : []),
    ...usedStacks(configuration),
  ];
}

export async function readStacks(deployment: Deployment, names: readonly string[]): Promise<Stacks> {
  const read = await Promise.all(
    names.map(async (name) => [name, await deployment.stackResources(name)] as const),
  );
  return new Map(read.flatMap(([name, resources]) => (resources ? [[name, resources] as const] : [])));
}

/** Stacks that are missing, and those that work on although this configuration no longer uses them. */
export async function checkStacks(
  { deployment }: DoctorDeps,
  needed: readonly string[],
  stacks: Stacks,
): Promise<Looked> {
  const unused = Object.keys(OPTIONAL_STACKS).filter((name) => !needed.includes(name));
  const left = await readStacks(deployment, unused);
  return await lookAtEach([...needed, ...unused], async (name) => {
    const subject = `stack ${name}`;
    if (left.get(name)?.some(({ type }) => !isPlaceholder(type)))
      return {
        subject,
        problem: 'is still at work, although this configuration does not use it',
        remedy: `${DEPLOY} It is then empty.`,
      };
    if (stacks.has(name) || unused.includes(name)) return undefined;
    return { subject, problem: 'is not deployed, and this configuration needs it', remedy: DEPLOY };
  });
}

/** What a stack holds that is deployed empty. */
function isPlaceholder(type: string): boolean {
  return type === 'AWS::CloudFormation::WaitConditionHandle' || type === 'AWS::CDK::Metadata';
}

export async function checkFunctions({ deployment }: DoctorDeps, stacks: Stacks): Promise<Looked> {
  return await lookAtEach(idsOf(stacks, 'AWS::Lambda::Function'), async (name) => {
    const state = await deployment.functionState(name);
    if (state === 'Active') return undefined;
    const subject = `function ${name}`;
    return state === undefined
      ? { subject, problem: 'was deleted', remedy: DEPLOY }
      : {
          subject,
          problem: `is ${state}, not Active`,
          remedy:
            'Look at its state reason in the Lambda console; a function that was idle for weeks may need a minute.',
        };
  });
}

export async function checkRules({ deployment }: DoctorDeps, stacks: Stacks): Promise<Looked> {
  return await lookAtEach(idsOf(stacks, 'AWS::Events::Rule'), async (name) => {
    const rule = await deployment.rule(name);
    const subject = `rule ${name}`;
    if (!rule) return { subject, problem: 'was deleted: its events go nowhere', remedy: DEPLOY };
    if (!rule.isEnabled)
      return {
        subject,
        problem: 'is disabled: its events go nowhere',
        remedy: `Enable it: \`aws events enable-rule --name ${name}\`.`,
      };
    if (rule.targets > 0) return undefined;
    return { subject, problem: 'has no target: its events go nowhere', remedy: DEPLOY };
  });
}

export async function checkQueues({ deployment }: DoctorDeps, stacks: Stacks): Promise<Looked> {
  return await lookAtEach(idsOf(stacks, 'AWS::SQS::Queue'), async (url) => {
    const waiting = await deployment.waitingMessages(url);
    const subject = `queue ${url.slice(url.lastIndexOf('/') + 1)}`;
    if (waiting === undefined) return { subject, problem: 'was deleted', remedy: DEPLOY };
    if (waiting === 0) return undefined;
    return {
      subject,
      problem: `holds ${waiting} dead ${waiting === 1 ? 'letter' : 'letters'}: events that could not be handled`,
      remedy:
        'Read them, fix the cause, send again what still matters, then purge the queue: docs/operating.md, “Dead-letter queues”.',
    };
  });
}

export async function checkTopics(
  { deployment, configuration }: DoctorDeps,
  stacks: Stacks,
): Promise<Looked> {
  const isSocMeantEmpty = configuration.settings.notify.soc.length === 0;
  return await lookAtEach(idsOf(stacks, 'AWS::SNS::Topic'), async (arn) => {
    const subscriptions = await deployment.subscriptions(arn);
    const subject = `topic ${arn.slice(arn.lastIndexOf(':') + 1)}`;
    if (!subscriptions) return { subject, problem: 'was deleted', remedy: DEPLOY };
    const pending = subscriptions.filter(({ isConfirmed }) => !isConfirmed);
    const isReached = subscriptions.length > pending.length;
    const nobody = {
      subject,
      problem: 'has no confirmed subscription: nobody is notified',
      remedy: 'Add e-mail addresses under `settings.notify`, deploy, and confirm the subscription.',
    };
    return [
      ...pending.map(({ protocol, endpoint }) => ({
        subject,
        problem: `the ${protocol} subscription of ${endpoint} is not confirmed`,
        remedy: `Follow the link in the mail that AWS sent. It is valid for two days; after that, have another one sent: \`aws sns subscribe --topic-arn ${arn} --protocol ${protocol} --notification-endpoint ${endpoint}\`.`,
      })),
      ...(isReached || (isSocMeantEmpty && arn.endsWith(':selfheal-soc')) ? [] : [nobody]),
    ];
  });
}

/** Selfheal's own alarms: they say what is wrong with it. */
export async function checkOwnAlarms({ deployment }: DoctorDeps, stacks: Stacks): Promise<Looked> {
  const names = idsOf(stacks, 'AWS::CloudWatch::Alarm');
  const states = await deployment.alarmStates(names);
  return await lookAtEach(names, async (name) => {
    const subject = `alarm ${name}`;
    const state = states.get(name);
    if (state === undefined) return { subject, problem: 'was deleted', remedy: DEPLOY };
    if (state !== 'ALARM') return undefined;
    return {
      subject,
      problem: 'is in ALARM: Selfheal itself is in trouble',
      remedy: 'docs/operating.md, “Selfheal’s own alarms”, says what to look at.',
    };
  });
}
