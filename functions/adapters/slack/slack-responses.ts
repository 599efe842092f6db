import type { SlackResponses } from '../../ports/approvals.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';

/** Where Slack has its `response_url`s. */
export const SLACK_HOOKS = 'https://hooks.slack.com/';

const TIMEOUT_MS = 5_000;

/** SlackResponses over HTTPS. @param hooks what every address must begin with @throws ServiceUnavailable */
export function createSlackResponses(hooks: string, fetchLike: typeof fetch = fetch): SlackResponses {
  return {
    post: async (url, message) => {
      // The address comes with a request: nothing else than Slack may be called by it.
      if (!url.startsWith(hooks))
        throw new Error(`response_url: expected an address that begins with ${hooks}`);
      let status: number;
      try {
        const response = await fetchLike(url, {
          method: 'POST',
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify(message),
        });
        await response.body?.cancel();
        status = response.status;
      } catch (cause) {
        throw new ServiceUnavailable('Slack did not answer', { cause });
      }
      if (status !== 200) throw new ServiceUnavailable(`Slack answered with ${status}`);
    },
  };
}
