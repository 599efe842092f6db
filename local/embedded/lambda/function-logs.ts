import { logger } from '../../../functions/runtime/telemetry.ts';

/**
 * Keeps the functions' logs to themselves. Powertools goes back to the level of the environment at every invocation,
 * since it might sample: here it doesn't. It also makes up every line before it looks at the level, and reads the
 * environment for it: with thousands of invocations a second, that counts.
 */
export function silenceFunctionLogs(): void {
  logger.setLogLevel('SILENT');
  const nothing = () => {};
  Object.assign(logger, {
    refreshSampleRateCalculation: nothing,
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
  });
}
