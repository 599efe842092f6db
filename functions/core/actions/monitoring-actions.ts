import * as z from 'zod/mini';
import type { ResourceAction } from './action-definition.ts';
import { changesBack, phase } from './phase.ts';
import { REPUBLISHED_SECONDS, REPUBLISHES } from './size-actions.ts';

const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/** Has a target say more about itself, for the people who look into it. */
export const enableMonitoring: ResourceAction = {
  executor: 'resource',
  type: 'enable_monitoring',
  targetKinds: ['lambda_alias'],
  summary:
    'Have the function traced by X-Ray, or log in more detail, in a new version to which the alias is moved.',
  params: z
    .strictObject({
      tracing: z
        ._default(z.boolean(), false)
        .check(z.describe('On a function, `true`: have X-Ray trace its requests.')),
      logLevel: z
        .optional(z.enum(LOG_LEVELS))
        .check(z.describe('On a function that logs in JSON: the lowest level that is logged.')),
      phase,
    })
    .check(
      z.refine(({ tracing, logLevel, phase }) => phase === 'undo' || tracing || logLevel !== undefined, {
        error: '`tracing: true` or a `logLevel`',
      }),
    ),
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: REPUBLISHED_SECONDS,
  calls: { lambda_alias: REPUBLISHES },
  ...changesBack('enable_monitoring'),
};
