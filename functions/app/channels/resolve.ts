import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { linksOf } from '../../core/notification/console-links.ts';
import { incidentKey } from '../../core/notification/incident-key.ts';
import type { Notice } from '../../core/notification/notice.ts';
import type { Home } from '../../core/signal/home.ts';
import type { IncidentStore } from '../../ports/channels.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';
import type { AlarmReader } from '../../ports/observers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type AnnounceDeps, announce } from './announce.ts';

export interface ResolveDeps extends AnnounceDeps {
  readonly configuration: CompiledConfiguration;
  readonly home: Home;
  readonly alarms: Pick<AlarmReader, 'states'>;
  readonly incidents: IncidentStore;
  readonly correlation: Pick<CorrelationStore, 'readBoards' | 'readBoardNames'>;
  readonly store: Pick<OperationStore, 'readFleet'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Resolves the incident of a component, if there is one. */
export async function resolve(
  deps: ResolveDeps,
  recovery: {
    readonly component: string;
    readonly atMs: number;
    readonly message: string;
    readonly operationId?: string;
    /** @default that of the component */
    readonly key?: string;
  },
): Promise<void> {
  const { component, atMs, message, key = incidentKey(component, deps.home) } = recovery;
  const notice: Notice = {
    title: `Selfheal: ${component} has recovered`,
    urgency: 'info',
    component,
    message,
    ...{ facts: [], done: [], left: [] },
    links: linksOf(recovery, deps),
    incident: { key, change: 'resolve' },
  };
  await announce(deps, { notice, topics: ['architect', 'soc'], atMs });
}
