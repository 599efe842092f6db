import type { ChangeKind } from '../../../functions/core/change/change-event.ts';
import type { MissReason } from '../../../functions/core/watchdog/miss-reason.ts';
import type { Chain } from './chain.ts';
import type { Fault } from './faults.ts';
import { perService, type Service } from './landscape.ts';
import type { PeriodFigures } from './period-meter.ts';

/** What was measured of one service, period by period. */
export interface Series {
  /** `undefined` where it reported nothing. */
  readonly figures: readonly (PeriodFigures | undefined)[];
  readonly heartbeats: readonly boolean[];
  /** Why heartbeats were missed. */
  readonly missedFor: readonly (MissReason | undefined)[];
}

export type Measurements = Readonly<Record<Service, Series>>;

export interface RecordedChange {
  readonly service: Service;
  readonly kind: ChangeKind;
  /** Number of the period. */
  readonly at: number;
}

/** What was wrong. */
export type MadeFault = Pick<Fault, 'at' | 'code' | 'restartHelps'>;

/** What is seen of a fault, or of several at once, with a history of normal operation before it, and what it was. */
export interface RecordedCase {
  readonly name: string;
  readonly load: string;
  readonly series: Measurements;
  /** The period in which the fault began. */
  readonly onset: number;
  /** Periods of normal operation that were recorded at the same load. */
  readonly history: number;
  readonly changes: readonly RecordedChange[];
  /** None for a case without a fault. */
  readonly faults: readonly MadeFault[];
}

/** What was measured within these periods. */
export function measured(chain: Chain, from: number, to: number): Measurements {
  const periods = Array.from({ length: to - from }, (_, index) => from + index);
  return perService((service) => {
    const { figures, heartbeats } = chain.recording[service];
    return {
      figures: periods.map((period) => figures.get(period)),
      heartbeats: periods.map((period) => heartbeats.get(period)?.isAnswered === true),
      missedFor: periods.map((period) => heartbeats.get(period)?.missedFor),
    };
  });
}

function after(history: Measurements, later: Measurements): Measurements {
  return perService((service) => ({
    figures: [...history[service].figures, ...later[service].figures],
    heartbeats: [...history[service].heartbeats, ...later[service].heartbeats],
    missedFor: [...history[service].missedFor, ...later[service].missedFor],
  }));
}

/** Before a fault, for what is usual just now. */
const CALM_PERIODS = 14;
/** From the fault until it is undone. */
const FAULT_PERIODS = 20;
/** Until what the last fault left behind is gone. */
const SETTLE_PERIODS = 6;

export interface CaseOptions {
  readonly load: string;
  readonly people: number;
  readonly history: Measurements;
  /** A deployment that has nothing to do with it. @default none */
  readonly decoy?: Service;
}

/** Makes faults, records what is seen of them, and undoes them. Without a fault, the same time of normal operation. */
export async function recordCase(
  chain: Chain,
  faults: readonly Fault[],
  { load, people, history, decoy }: CaseOptions,
): Promise<RecordedCase> {
  await chain.wait(SETTLE_PERIODS);
  const from = chain.period();
  await chain.wait(CALM_PERIODS);
  const onsetPeriod = chain.period();
  const undos: (() => Promise<void>)[] = [];
  for (const fault of faults) undos.push(await fault.make(chain, people));
  await chain.wait(FAULT_PERIODS);
  const to = chain.period() - 1;
  for (const undo of undos) await undo();
  const length = history.gateway.figures.length;
  const onset = length + onsetPeriod - from;
  return {
    name: faults.map(({ name }) => name).join(' and ') || 'nothing is wrong',
    load,
    series: after(history, measured(chain, from, to)),
    onset,
    history: length,
    changes: [
      ...faults.flatMap(({ change }) => (change ? [{ ...change, at: onset }] : [])),
      ...(decoy ? [{ service: decoy, kind: 'deployment' as const, at: onset - 1 }] : []),
    ],
    faults: faults.map(({ at, code, restartHelps }) => ({ at, restartHelps, ...(code && { code }) })),
  };
}
