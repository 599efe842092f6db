import type { MonitorFunctions } from '../../../functions/ports/monitor-functions.ts';
import type { LambdaService } from './lambda-service.ts';
import { createLocalMonitors, type LocalMonitors } from './user-functions.ts';

/** The functions that monitors ask: Selfheal's own, which is deployed like the others, and the user's. */
export function createMonitorFunctions(lambda: LambdaService, users: LocalMonitors): MonitorFunctions {
  const local = createLocalMonitors(users);
  return {
    measure: async (name, request, timeoutSeconds) => {
      if (!name.startsWith('selfheal-')) return await local.measure(name, request, timeoutSeconds);
      return await lambda.invoke(name, JSON.parse(JSON.stringify(request)));
    },
  };
}
