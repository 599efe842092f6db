import { APPROVALS_SOURCE } from '../../core/signal/event-source.ts';
import type { HandlerDefinition } from './handler-definition.ts';

/** The functions that notify people by channels, and take their approvals. */
export const OUTSIDE_ROWS = {
  'notify-channels': {
    stack: 'channels',
    description: 'Notifies chats, pagers and ticket systems',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
    needs: {
      channels: ['deliver'],
      incidents: ['readIncident', 'saveIncident', 'listIncidents'],
      correlation: ['readBoards', 'readBoardNames'],
      alarms: ['states'],
      store: ['readFleet'],
    },
    onlyWith: { correlation: ['correlation'] },
  },
  approve: {
    stack: 'approvals',
    description: 'Takes approvals from Slack and from links',
    timeoutSeconds: 30,
    // Slack waits three seconds for an answer, a cold start included.
    memorySizeMiB: 1_024,
    needs: {
      store: ['readHeldBack', 'getPlan', 'listRefusals', 'recordRefusal'],
      approvals: ['takeLink', 'noteLinkSent', 'useOnce', 'countAttempt'],
      decisions: ['send'],
      linkKey: ['read'],
      slackSecret: ['read'],
      metrics: ['refused'],
    },
    onlyWith: { linkKey: ['linksByEmail', 'linksByChannel'], slackSecret: ['slackApprovals'] },
    eventSource: APPROVALS_SOURCE,
  },
  'notify-approvers': {
    stack: 'approvals',
    description: 'Sends links to approvers, and shows in Slack the outcome of a click',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
    needs: {
      store: ['readHeldBack', 'getPlan', 'listRefusals'],
      linkKey: ['read'],
      linkAddress: ['base'],
      approverMail: ['send'],
      channels: ['deliver'],
      slackResponses: ['post'],
    },
    onlyWith: {
      linkKey: ['linksByEmail', 'linksByChannel'],
      approverMail: ['linksByEmail'],
      channels: ['linksByChannel'],
    },
    topics: ['approvers'],
  },
} as const satisfies Readonly<Record<string, HandlerDefinition>>;
