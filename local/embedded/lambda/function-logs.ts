import { logger } from '../../../functions/runtime/telemetry.ts';

/**
 * Keeps the functions' logs to themselves. Powertools goes back to the level of the environment at every invocation,
 * since it might sample: here it doesn't.
 */
export function silenceFunctionLogs(): void {
  logger.setLogLevel('SILENT');
  Object.assign(logger, { refreshSampleRateCalculation: () => {} });
}
