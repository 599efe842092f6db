import { logger } from '../../../functions/runtime/telemetry.ts';

/**
 * Silences the functions' logs. Powertools returns to the environment's level at every invocation, since it might
 * sample: here it doesn't. It also builds every line before it checks the level, and reads the environment for it: with
 * thousands of invocations a second, that matters.
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
