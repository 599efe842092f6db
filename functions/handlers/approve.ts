import { answerRequest } from '../app/approvals/answer-request.ts';
import type { ApproveDeps } from '../app/approvals/approve-deps.ts';
import { createRefuseAttempt } from '../app/approvals/refuse-attempt.ts';
import { approvals, linkKey, slackSecret } from '../runtime/approval-ports.ts';
import { decisions } from '../runtime/event-publishers.ts';
import { httpHandler } from '../runtime/http-handler.ts';
import { metrics, store } from '../runtime/port-builders.ts';
import { wired } from './wired.ts';

export const createHandler = (deps: ApproveDeps) => {
  const refuse = createRefuseAttempt(deps);
  return httpHandler((request) => answerRequest(deps, refuse, request));
};

export const handler = wired('approve', createHandler, {
  approvals,
  decisions,
  linkKey,
  metrics,
  slackSecret,
  store,
});
