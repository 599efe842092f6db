import * as z from 'zod/mini';
import { type InvestigateDeps, investigate } from '../app/investigation/investigate.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyFailedTraces as failedTraces } from '../runtime/lazy-failed-traces.ts';
import { lazyLogSearches as logSearches } from '../runtime/lazy-log-searches.ts';
import { lazyTrail as trail } from '../runtime/lazy-trail.ts';
import { notifier } from '../runtime/notifier.ts';
import { store } from '../runtime/port-builders.ts';
import { homeEvent } from './home-event.ts';
import { jsonText } from './json-text.ts';
import { wired } from './wired.ts';

/** What SQS hands over: the end of one operation that a person is called for. */
const endedMessage = ({ home }: InvestigateDeps) => {
  const ended = z.extend(homeEvent(home, z.object({ operationId: z.string() })), {
    source: z.literal('selfheal'),
    'detail-type': z.literal('Selfheal Operation State Change'),
  });
  return z.object({ Records: z.tuple([z.object({ body: z.pipe(jsonText, ended) })]) });
};

export const createHandler = (deps: InvestigateDeps) =>
  lambdaHandler(endedMessage(deps), ({ Records: [{ body }] }) => investigate(deps, body.detail.operationId));

export const handler = wired('investigate', createHandler, {
  failedTraces,
  logSearches,
  notifier,
  store,
  trail,
});
