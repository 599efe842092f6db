import type { Ec2Instances } from '../ports/ec2-instances.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of EC2 is loaded with the first call: most repairs act through the agent on the host. */
export const seldomInstances: PortBuilder<'instances'> = () => ({
  read: async (...asked) => await (await loaded()).read(...asked),
  stoppedWith: async (...asked) => await (await loaded()).stoppedWith(...asked),
  statuses: async (...asked) => await (await loaded()).statuses(...asked),
  hasInstanceStore: async (...asked) => await (await loaded()).hasInstanceStore(...asked),
  reboot: async (...asked) => await (await loaded()).reboot(...asked),
  stop: async (...asked) => await (await loaded()).stop(...asked),
  start: async (...asked) => await (await loaded()).start(...asked),
  interfaces: async (...asked) => await (await loaded()).interfaces(...asked),
  setGroups: async (...asked) => await (await loaded()).setGroups(...asked),
  snapshot: async (...asked) => await (await loaded()).snapshot(...asked),
  snapshotsOf: async (...asked) => await (await loaded()).snapshotsOf(...asked),
});

async function loaded(): Promise<Ec2Instances> {
  const { ec2Instances } = await import('./ec2-instances.ts');
  return ec2Instances;
}
