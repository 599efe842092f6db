import { assertNever } from '../assert-never.ts';
import type { Channel } from '../configuration/schema/channel-schema.ts';
import { jiraIssue } from './channels/jira.ts';
import { opsgenieRequest } from './channels/opsgenie.ts';
import { pagerDutyEvent } from './channels/pagerduty.ts';
import { serviceNowIncident } from './channels/servicenow.ts';
import { slackMessage } from './channels/slack.ts';
import { slackProposal } from './channels/slack-proposal.ts';
import { teamsMessage } from './channels/teams.ts';
import { fitted } from './fitted.ts';
import type { Notice } from './notice.ts';

/** For a webhook of one’s own: an event carries 256 KB, with its envelope. */
const MAXIMUM_BYTES = 200_000;

/**
 * The body of the request that tells a channel of a notice.
 *
 * @param options whether proposals in Slack have buttons. @default they have none
 * @returns `undefined` if the channel keeps incidents, and the notice changes none of them there
 */
export function channelRequest(
  channel: Channel,
  notice: Notice,
  { hasButtons = false }: { readonly hasButtons?: boolean } = {},
): object | undefined {
  const { incident, proposalId } = notice;
  switch (channel.type) {
    case 'slack':
      return hasButtons && proposalId !== undefined
        ? slackProposal(notice, proposalId, { isOpen: true })
        : slackMessage(notice);
    case 'teams':
      return teamsMessage(notice);
    case 'webhook':
      return fitted(notice, MAXIMUM_BYTES, (shorter) => shorter);
    case 'pagerduty':
      return incident && pagerDutyEvent(notice, incident);
    case 'opsgenie':
      return incident && opsgenieRequest(notice, incident);
    case 'jira':
      return incident?.change === 'open' ? jiraIssue(notice, channel) : undefined;
    case 'servicenow':
      return incident?.change === 'open' ? serviceNowIncident(notice, incident) : undefined;
    default:
      return assertNever(channel);
  }
}
