import { gatherEvidence } from '../../../functions/app/diagnosis/gather-evidence.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import type { CauseCode } from '../../../functions/core/diagnosis/cause.ts';
import type { Evidence } from '../../../functions/core/diagnosis/evidence.ts';
import { faultsElsewhere } from '../../../functions/core/diagnosis/fault-elsewhere.ts';
import { findCauses } from '../../../functions/core/diagnosis/find-causes.ts';
import type { Suspect } from '../../../functions/core/diagnosis/suspect.ts';
import type { HealthAlert } from '../../../functions/core/signal/health-alert.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { type AlarmChange, alarmChanges, alarmName } from './alarm-states.ts';
import { SERVICES, type Service } from './landscape.ts';
import type { RecordedCase } from './recorded-case.ts';
import { type IsWatched, peerState, selfhealOver, timeOf } from './selfheal-over.ts';

/** What diagnosis says of a case. */
export interface Answer {
  readonly component: string;
  /** How sure it is of the component. */
  readonly confidence: number;
  /** @default no cause is supported there */
  readonly code?: CauseCode;
  readonly codeConfidence: number;
  /** For people who look into it. */
  readonly says: readonly string[];
}

export interface Repair {
  readonly component: string;
  readonly strategyId: string;
}

export interface Judged {
  readonly recorded: RecordedCase;
  /** The likeliest first. Empty if no alarm of a service that people notice went red. */
  readonly answers: readonly Answer[];
  /** What would have been done, in order. */
  readonly repairs: readonly Repair[];
}

/** How long after the first alarm two faults at once are looked at. */
const PERIODS_UNTIL_BOTH_SHOW = 10;
/** How long after the first alarm repairs are looked at. */
const PERIODS_OF_REPAIRS = 5;

/** Puts a case before the code that decides in production. */
export async function judgeCase(recorded: RecordedCase, isWatched: IsWatched): Promise<Judged> {
  const all = alarmChanges(recorded);
  const changes = all.filter(({ service, metric }) => isWatched(`${metric} of ${service}`));
  const atGateway = changes.find(
    ({ service, metric, state }) =>
      state === 'ALARM' && service === 'gateway' && (metric === 'error_rate' || metric === 'latency_p99'),
  );
  const first = atGateway ?? changes.find(({ state }) => state === 'ALARM');
  const answers = first ? await answersTo(recorded, isWatched, changes, first) : [];
  const last = recorded.series.gateway.figures.length - 1;
  const untilPeriod = recorded.faults.length > 1 ? last : (first?.at ?? last) + PERIODS_OF_REPAIRS;
  return {
    recorded,
    answers,
    repairs: await repairsIn(recorded, isWatched, changes, untilPeriod),
  };
}

async function answersTo(
  recorded: RecordedCase,
  isWatched: IsWatched,
  changes: readonly AlarmChange[],
  first: AlarmChange,
): Promise<readonly Answer[]> {
  const { world, advance } = selfhealOver(recorded, isWatched);
  // Of two faults, one shows later.
  const at = first.at + (recorded.faults.length > 1 ? PERIODS_UNTIL_BOTH_SHOW : 1);
  for (let period = recorded.history; period <= at; period += 1) await advance(period);
  for (const change of changes) if (change.at <= at) note(world.alarms, change);
  const alert: HealthAlert = {
    ...{ signalId: 'first', origin: 'reconciler', component: first.service, metric: first.metric },
    ...{ severity: 'CRITICAL', occurredAtMs: timeOf(first.at + 1), reason: '', targets: [] },
    alarmName: alarmName(first.service, first.metric),
  };
  const evidence = await gatherEvidence(world, alert);
  const suspects = faultsElsewhere(evidence);
  const answers: Answer[] = [];
  for (const suspect of suspects) answers.push(await answerAt(world, alert, suspect, suspects));
  return answers.length > 0 ? answers : [ownAnswer(evidence)];
}

/** What diagnosis says there: its own alarm brings it to triage, which looks on behind it; else the signal is handed over. */
async function answerAt(
  world: Parameters<typeof gatherEvidence>[0],
  { alarmName: _, ...alert }: HealthAlert,
  { component, confidence, ownAlarm, isSilent, supports }: Suspect,
  known: readonly Suspect[],
): Promise<Answer> {
  const evidence = await gatherEvidence(world, {
    ...alert,
    ...{ origin: ownAlarm ? 'alarm' : 'diagnosis', component },
    metric: ownAlarm?.metric ?? (isSilent ? 'heartbeat' : alert.metric),
    ...(ownAlarm && { alarmName: ownAlarm.alarmName }),
  });
  const [behind] = ownAlarm ? faultsElsewhere(evidence) : [];
  const isNamed = (name: string) => known.some((each) => each.component === name);
  if (behind && !isNamed(behind.component)) return await answerAt(world, alert, behind, [...known, behind]);
  const { code, codeConfidence, says } = ownAnswer(evidence, isNamed);
  return { component, confidence, codeConfidence, says: [...supports, ...says], ...(code && { code }) };
}

/** @param isNamed what is at fault as well; what it does to the component is no news */
function ownAnswer(evidence: Evidence, isNamed: (component: string) => boolean = () => false): Answer {
  const { component } = evidence.alert;
  const likeliest = findCauses(evidence).supported.find(
    (cause) => cause.code !== 'DEPENDENCY_DOWN' || !isNamed(cause.component),
  );
  if (!likeliest) return { component, confidence: 0, codeConfidence: 0, says: [] };
  return {
    component: likeliest.component,
    confidence: likeliest.confidence,
    code: likeliest.code,
    codeConfidence: likeliest.confidence,
    says: likeliest.supports,
  };
}

/** Every event that Selfheal would have received, one after the other. */
async function repairsIn(
  recorded: RecordedCase,
  isWatched: IsWatched,
  changes: readonly AlarmChange[],
  untilPeriod: number,
): Promise<readonly Repair[]> {
  const { world, advance } = selfhealOver(recorded, isWatched);
  const repairs: Repair[] = [];
  const lastPeriod = Math.min(untilPeriod, recorded.series.gateway.figures.length - 1);
  const send = async (detail: Readonly<Record<string, unknown>>, id: string) => {
    const event = signalEvent({ severity: 'CRITICAL', ...detail }, id);
    const decision = await triage(world, { ...event, time: new Date(world.clock.nowMs()).toISOString() });
    if (decision.decision !== 'heal') return;
    const operation = await world.store.getOperation(decision.operationId);
    repairs.push({ component: decision.component, strategyId: operation?.strategyId ?? '' });
  };
  const offline = new Set<Service>();
  for (let period = recorded.history; period <= lastPeriod; period += 1) {
    await advance(period);
    const now = changes.filter(({ at }) => at === period);
    for (const change of now) note(world.alarms, change);
    for (const { service, metric, state } of now) {
      if (state === 'OK') continue;
      const own = { alarmName: alarmName(service, metric), origin: 'reconciler' };
      await send({ component: service, metric, ...own }, `${service}-${metric}-${period}`);
    }
    for (const service of SERVICES) {
      if (!isWatched(`heartbeat of ${service}`) || offline.has(service)) continue;
      if (peerState(recorded, service, period).status !== 'OFFLINE') continue;
      offline.add(service);
      const missed = {
        metric: 'heartbeat',
        origin: 'watchdog',
        status: 'OFFLINE',
        suggestedAction: 'restart',
      };
      await send({ component: service, ...missed }, `${service}-offline`);
    }
    // What diagnosis hands over comes back as an event.
    for (const [index, signal] of world.events.signals.splice(0).entries())
      await send({ ...signal }, `handed-over-${period}-${index}`);
  }
  return repairs;
}

function note(
  alarms: { readonly named: Map<string, string>; readonly since: Map<string, number> },
  { service, metric, state, at }: AlarmChange,
): void {
  const name = alarmName(service, metric);
  alarms.named.set(name, state);
  if (state === 'ALARM') alarms.since.set(name, timeOf(at + 1));
}
