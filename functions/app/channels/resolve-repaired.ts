import { incidentKey } from '../../core/notification/incident-key.ts';
import { alarmsByComponent } from '../../core/verification/observed-components.ts';
import { StoreUnavailable } from '../../ports/errors.ts';
import { type ResolveDeps, resolve } from './resolve.ts';

/** A repair that was verified. */
export interface VerifiedRepair {
  readonly component: string;
  readonly operationId: string;
  readonly atMs: number;
}

/**
 * Resolves the incident of a component whose repair held, unless another of its alarms is red: a repair of one fault proves
 * nothing about the others. `resolveRecovered` then ends the incident when none of them is red any more, even if they have no
 * data then.
 *
 * @returns the component, if it has recovered
 */
export async function resolveRepaired(deps: ResolveDeps, repair: VerifiedRepair): Promise<readonly string[]> {
  const { component } = repair;
  if (await hasRedAlarm(deps, component)) {
    await noteRepair(deps, repair);
    return [];
  }
  await resolve(deps, { ...repair, message: 'It was repaired, and the repair held.' });
  return [component];
}

async function hasRedAlarm({ configuration, alarms }: ResolveDeps, component: string): Promise<boolean> {
  const names = (alarmsByComponent(configuration).get(component) ?? []).map(({ name }) => name);
  if (names.length === 0) return false;
  return [...(await alarms.states(names)).values()].includes('ALARM');
}

/** It has undone a containment, too: from now on, the alarms say when the incident is over. */
async function noteRepair({ incidents, home }: ResolveDeps, repair: VerifiedRepair): Promise<void> {
  const key = incidentKey(repair.component, home);
  const record = await incidents.readIncident(key);
  if (record?.status !== 'open') return;
  const { contained: _over, ...open } = record;
  if (!(await incidents.saveIncident({ ...open, repairedAtMs: repair.atMs }, record)))
    throw new StoreUnavailable(`incident ${key}: changed by others meanwhile; Lambda tries again`);
}
