import type { Operations } from '../in-process-client.ts';
/** Whether EC2 reports the metrics of instances each minute. */
export interface InstanceMonitoring {
  readonly isOn: (instanceId: string) => boolean;
  /** As someone else would. */
  readonly set: (instanceId: string, isOn: boolean) => void;
  readonly operations: Operations;
}

/**
 * @param named the ids that a request names; throws what EC2 answers for one that it does not know
 * @param onChange called when the API has changed it
 */
export function createInstanceMonitoring(
  named: (input: unknown) => readonly string[],
  onChange: (instanceId: string, isOn: boolean) => void,
): InstanceMonitoring {
  const on = new Set<string>();
  const change = (instanceId: string, isOn: boolean): void => {
    if (on.has(instanceId) === isOn) return;
    if (isOn) on.add(instanceId);
    else on.delete(instanceId);
    onChange(instanceId, isOn);
  };
  const answered = (input: unknown, isOn: boolean) => ({
    InstanceMonitorings: named(input).map((InstanceId) => {
      change(InstanceId, isOn);
      return { InstanceId, Monitoring: { State: isOn ? 'pending' : 'disabling' } };
    }),
  });
  return {
    isOn: (instanceId) => on.has(instanceId),
    set: (instanceId, isOn) => void (isOn ? on.add(instanceId) : on.delete(instanceId)),
    operations: {
      MonitorInstances: (input) => answered(input, true),
      UnmonitorInstances: (input) => answered(input, false),
    },
  };
}
