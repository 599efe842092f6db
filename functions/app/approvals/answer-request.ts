import type { HttpAnswer, HttpRequest } from '../../ports/http-exchange.ts';
import { textAnswer } from './answers.ts';
import type { ApproveDeps } from './approve-deps.ts';
import { linkRequest } from './link-request.ts';
import type { RefuseAttempt } from './refuse-attempt.ts';
import { slackRequest } from './slack-request.ts';

/**
 * Answers a request to the address where people approve: `/slack` for Slack, `/link` for the links.
 *
 * @throws ServiceError if it can't be decided: nothing is approved then, and the sender sees an error
 */
export async function answerRequest(
  deps: ApproveDeps,
  refuse: RefuseAttempt,
  request: HttpRequest,
): Promise<HttpAnswer> {
  switch (request.path) {
    case '/slack':
      return await slackRequest(deps, refuse, request);
    case '/link':
      return await linkRequest(deps, refuse, request);
    default:
      return textAnswer(404, 'There is nothing here.');
  }
}
