import { setTimeout as sleep } from 'node:timers/promises';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { output } from '../factories/deployed-engine/functions.ts';
import { alarmOf } from '../factories/deployed-engine/landscape.ts';
import { until } from '../factories/deployed-engine/until.ts';
import { type Counts, countsOf, type Figures, timesOf } from './figures.ts';
import { functionReports } from './function-reports.ts';
import { FUNCTION_NAMES, type MeasuredCloud } from './measured-cloud.ts';
import { countTransitions, historyOf } from './transitions.ts';

const QUIET_MS = 1_500;
const REASON =
  'Threshold Crossed: 3 out of the last 3 datapoints [97.2 (22/11/26 13:29:00), 96.8 (22/11/26 13:28:00), ' +
  '95.1 (22/11/26 13:27:00)] were greater than the threshold (5.0) (minimum 3 datapoints for OK -> ALARM ' +
  'transition).';

/** One heal, with the names of the states that its two executions entered. */
export interface Heal extends Figures {
  readonly component: string;
  readonly state: string;
  readonly states: readonly string[];
}

/** Lets a component's alarm go off, and counts all that happens until its operation is concluded and all is quiet. */
export async function healOnce(measured: MeasuredCloud, component: string): Promise<Heal> {
  const { cloud, store, sfn, calls, busy, health } = measured;
  const before = { calls: calls.length, busy: busy.length, looks: health.looks(component).length };
  const triggeredAtMs = Date.now();
  await cloud.alarms.setAlarmState(alarmOf(component), 'ALARM', REASON);
  const operation = await until(`the end of the heal of ${component}`, 180, async () => {
    const [newest] = await store.listOperations(1);
    const isOver = newest?.component === component && newest.completedAtMs !== undefined;
    return isOver ? newest : undefined;
  });
  await quiet(measured);

  const { startedAtMs, completedAtMs = startedAtMs } = operation;
  const healArn = output(cloud, 'HealStateMachineArn').replace(':stateMachine:', ':execution:');
  const heal = countTransitions(await historyOf(sfn, `${healArn}:${operation.operationId}`));
  const triage = countTransitions(await triageHistory(measured, triggeredAtMs));
  const own = calls.slice(before.calls);
  const transitions = { standardTransitions: heal.total, expressTransitions: triage.total };
  return {
    component,
    state: operation.state,
    states: [...triage.recorded, ...heal.recorded],
    counts: countsOf(transitions, own, await functionReports(cloud.aws, FUNCTION_NAMES, triggeredAtMs)),
    times: timesOf({
      triggeredAtMs,
      startedAtMs,
      endedAtMs: completedAtMs,
      actions: busy.slice(before.busy).filter(({ startMs }) => startMs < completedAtMs),
      looksMs: health
        .looks(component)
        .slice(before.looks)
        .map(({ atMs }) => atMs),
      noticed: own.filter(({ operation: name }) => name.startsWith('SendTask')),
    }),
  };
}

/** Returns a component's alarm to OK, which also reaches triage, and counts what that takes. */
export async function recoverOnce(measured: MeasuredCloud, component: string): Promise<Counts> {
  const { cloud, calls } = measured;
  const before = calls.length;
  const sinceMs = Date.now();
  await cloud.alarms.setAlarmState(alarmOf(component), 'OK', 'Threshold not crossed.');
  await until(`triage of the recovery of ${component}`, 30, () => calls.length > before || undefined);
  await quiet(measured);
  const triage = countTransitions(await triageHistory(measured, sinceMs));
  const transitions = { standardTransitions: 0, expressTransitions: triage.total };
  return countsOf(
    transitions,
    calls.slice(before),
    await functionReports(cloud.aws, FUNCTION_NAMES, sinceMs),
  );
}

async function triageHistory({ cloud, sfn }: MeasuredCloud, sinceMs: number) {
  const stateMachineArn = output(cloud, 'TriageStateMachineArn');
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const own = executions.filter(({ startDate }) => Number(startDate) >= sinceMs - 1_000);
  if (own.length !== 1) throw new Error(`${own.length} executions of triage for one event, 1 expected`);
  return await historyOf(sfn, String(own[0]?.executionArn));
}

/** Waits until no function has made a call for a while: what follows a conclusion belongs to the heal. */
async function quiet({ calls }: MeasuredCloud): Promise<void> {
  let seen = -1;
  while (seen !== calls.length) {
    seen = calls.length;
    await sleep(QUIET_MS);
  }
}
