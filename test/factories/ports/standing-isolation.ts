import type { TimeLimit } from '../../../functions/core/operation/time-limit.ts';
import { HOUR_MS, isolatedHost } from './isolated-host.ts';

export const MINUTE_MS = 60_000;
export const OTHER = 'i-0123456789abcdef1';
export const DOCUMENT = 'selfheal-verify-containment';
export const OPEN = 'isolated since noon; found open: a reboot has lifted the isolation';
export const notContained = (history: string) => ({
  status: 'Failed',
  output: `selfheal: NOT_CONTAINED: nothing is loaded, 15 s after the first look; ${history}; see what has lifted it`,
});
export const contained = (putBack: number) => ({
  status: 'Success',
  output: JSON.stringify({ contained: 'isolation', putBack, history: `put back ${putBack} times` }),
});

/** A host that stays isolated for a week. */
export async function standing(params: object = {}) {
  const run = await isolatedHost({ limitSeconds: '7d', ...params });
  const { world, operation } = run;
  const looks = () => world.runbooks.sent.filter(({ document }) => document === DOCUMENT);
  return {
    ...run,
    looks,
    pass: run.after,
    limit: async () => (await run.limits())?.[operation.operationId],
    set: async (more: Partial<TimeLimit>) => {
      const limit = (await run.limits())?.[operation.operationId];
      if (!limit) throw new Error('no limit is kept');
      await world.store.setTimeLimit(operation.operationId, { ...limit, ...more });
    },
    /** Each look an hour after the last, and its answers a minute later. */
    look: async (...answers: readonly { readonly status: string; readonly instanceId?: string }[]) => {
      await run.after(HOUR_MS);
      world.runbooks.ends('Failed', answers);
      return await run.after(MINUTE_MS);
    },
    notices: () =>
      world.notifier.sent
        .filter(({ body }) => body['kind'] === 'isolation-limit')
        .map(({ subject, body }) => ({ subject, hosts: body['hosts'], message: body['message'] })),
  };
}
