import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { linksOf } from '../../core/notification/console-links.ts';
import { incidentKey } from '../../core/notification/incident-key.ts';
import type { Notice } from '../../core/notification/notice.ts';
import type { Home } from '../../core/signal/home.ts';
import type { AlarmState } from '../../core/verification/alarm-observation.ts';
import { alarmsByComponent } from '../../core/verification/observed-components.ts';
import type { IncidentStore } from '../../ports/channels.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';
import type { AlarmReader } from '../../ports/observers.ts';
import { type AnnounceDeps, announce } from './announce.ts';
import { isOver } from './in-its-incident.ts';

export interface ResolveDeps extends AnnounceDeps {
  readonly configuration: CompiledConfiguration;
  readonly home: Home;
  readonly alarms: Pick<AlarmReader, 'states'>;
  readonly incidents: IncidentStore;
  readonly correlation: Pick<CorrelationStore, 'readBoards'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Resolves the incidents that began with an alarm, of components whose alarms are all OK: a person may have repaired
 * them. An alarm that does not answer, or has no data, counts as no recovery. Those of several components are resolved
 * when the reconciler has found all of these recovered.
 *
 * @returns the components that have recovered
 */
export async function resolveRecovered(deps: ResolveDeps): Promise<readonly string[]> {
  const candidates = (await deps.incidents.listIncidents()).filter(
    ({ status, announced, alarmName, incidentId }) =>
      (alarmName !== undefined || incidentId !== undefined) && (status === 'open' || !announced),
  );
  const nowMs = deps.clock.nowMs();
  const recovered: string[] = [];
  for (const record of candidates) {
    const { key, component, alarmName } = record;
    if (component === undefined) continue;
    const over = await isOver(deps, record);
    if (over === false) continue;
    if (over) {
      const message = 'All components of the incident have recovered.';
      await resolve(deps, { component, key, atMs: nowMs, message });
      recovered.push(component);
      continue;
    }
    // Only what began with an alarm ends with the alarms.
    if (alarmName === undefined) continue;
    const states = await alarmStates(deps, component);
    // Without alarms, because they were removed from the configuration, nothing says that it has recovered.
    if (states.length === 0 || states.some((state) => state !== 'OK')) continue;
    await resolve(deps, { component, key, atMs: nowMs, message: 'All of its alarms are OK.' });
    recovered.push(component);
  }
  return recovered;
}

/**
 * Resolves the incident of a component of which the watchdog or a monitor says that it has recovered: unless it began
 * with an alarm, or one of its alarms is red.
 *
 * @returns the component, if it has recovered
 */
export async function resolveReported(
  deps: ResolveDeps,
  component: string,
  atMs: number,
): Promise<readonly string[]> {
  const record = await deps.incidents.readIncident(incidentKey(component, deps.home));
  if (!record || record.alarmName !== undefined) return [];
  if (record.status === 'resolved' && record.announced) return [];
  if ((await alarmStates(deps, component)).includes('ALARM')) return [];
  await resolve(deps, { component, atMs, message: 'Its monitor reports that it has recovered.' });
  return [component];
}

/** The states of the alarms that observe a component; one that does not exist has none. */
async function alarmStates(
  { alarms, configuration }: ResolveDeps,
  component: string,
): Promise<readonly (AlarmState | undefined)[]> {
  const names = (alarmsByComponent(configuration).get(component) ?? []).map(({ name }) => name);
  if (names.length === 0) return [];
  const states = await alarms.states(names);
  return names.map((name) => states.get(name));
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
