import { gatherEvidence } from '../../../functions/app/diagnosis/gather-evidence.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import type { CauseCode } from '../../../functions/core/diagnosis/cause.ts';
import type { Evidence } from '../../../functions/core/diagnosis/evidence.ts';
import { faultElsewhere } from '../../../functions/core/diagnosis/fault-elsewhere.ts';
import { findCauses } from '../../../functions/core/diagnosis/find-causes.ts';
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
  /** @default no alarm of a service that people notice went red */
  readonly answer?: Answer;
  /** What would have been done, in order. */
  readonly repairs: readonly Repair[];
}

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
  const answer = first && (await answerTo(recorded, isWatched, changes, first));
  const untilPeriod = (first?.at ?? recorded.series.gateway.figures.length) + PERIODS_OF_REPAIRS;
  return {
    recorded,
    ...(answer && { answer }),
    repairs: await repairsIn(recorded, isWatched, changes, untilPeriod),
  };
}

async function answerTo(
  recorded: RecordedCase,
  isWatched: IsWatched,
  changes: readonly AlarmChange[],
  first: AlarmChange,
): Promise<Answer> {
  const { world, advance } = selfhealOver(recorded, isWatched);
  for (let period = recorded.history; period <= first.at + 1; period += 1) await advance(period);
  for (const change of changes) if (change.at <= first.at + 1) note(world.alarms, change);
  const alert: HealthAlert = {
    ...{ signalId: 'first', origin: 'reconciler', component: first.service, metric: first.metric },
    ...{ severity: 'CRITICAL', occurredAtMs: timeOf(first.at + 1), reason: '', targets: [] },
    alarmName: alarmName(first.service, first.metric),
  };
  const evidence = await gatherEvidence(world, alert);
  const suspect = faultElsewhere(evidence);
  if (!suspect) return ownAnswer(evidence);
  const { component, ownAlarm, isSilent, confidence } = suspect;
  const { alarmName: _, ...passedOn } = alert;
  const there = await gatherEvidence(world, {
    ...passedOn,
    ...{ origin: 'diagnosis', component },
    metric: ownAlarm?.metric ?? (isSilent ? 'heartbeat' : alert.metric),
    ...(ownAlarm && { alarmName: ownAlarm.alarmName }),
  });
  const { code, codeConfidence, says } = ownAnswer(there);
  return {
    ...{ component, confidence, codeConfidence, says: [...suspect.supports, ...says] },
    ...(code && { code }),
  };
}

function ownAnswer(evidence: Evidence): Answer {
  const [likeliest] = findCauses(evidence).supported;
  const { component } = evidence.alert;
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
