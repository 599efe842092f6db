import { APPROVALS_SOURCE } from '../../core/signal/event-source.ts';
import type { Notification } from '../../ports/announcers.ts';
import type { PortMethods } from '../../ports/ports.ts';

/** What a configuration may use, and most do without. */
export type Feature =
  | 'dependsOn'
  | 'changes'
  | 'causes'
  | 'correlation'
  | 'learning'
  | 'profile'
  | 'traffic'
  | 'isolationByGroups'
  | 'isolationLimit'
  | 'replacesInstances'
  | 'startsInstances'
  | 'monitorFunctions'
  | 'monitorEvents'
  | 'slackApprovals'
  | 'linksByEmail'
  | 'linksByChannel';

/** A handler: one file in functions/handlers, one Lambda function. */
export interface HandlerDefinition {
  readonly stack: 'engine' | 'watchdog' | 'analysis' | 'channels' | 'approvals';
  readonly description: string;
  readonly timeoutSeconds: number;
  /** More memory is more CPU, for the handlers that a storm of signals reaches. */
  readonly memorySizeMiB: number;
  /** The workflow whose tasks invoke it. @default - a rule or a schedule does */
  readonly invokedBy?: 'triage' | 'heal';
  /** Whether each vantage point has a function of its own. @default false */
  readonly perVantagePoint?: true;
  /**
   * The port methods that its use case calls. They decide what the function may do (`port-permissions.ts`), what its
   * environment holds and what it receives. The compiler refuses a handler that calls more than this, or less.
   */
  readonly needs: PortMethods;
  /**
   * Ports of them, or single methods such as `store.listOperations`, that it calls only where the configuration uses one of
   * these: nothing is granted for them elsewhere.
   */
  readonly onlyWith?: {
    readonly [Part in keyof PortMethods | `${keyof PortMethods}.${string}`]?: readonly Feature[];
  };
  /** The topics that it notifies. */
  readonly topics?: readonly (Notification['topic'] | 'approvers')[];
  /** The source of the events that it sends. @default Selfheal's own */
  readonly eventSource?: string;
  /** The SSM documents that it sends. */
  readonly documents?: 'all' | readonly string[];
}

/** What ends an operation: it reads what the final record needs, and reports what was missed. */
const CONCLUDING = [
  'getOperation',
  'getPlan',
  'getClaim',
  'getRolledBack',
  'listSteps',
  'recordOutcome',
  'readFleet',
  'setTimeLimit',
  'conclude',
  'noteDenial',
] as const;

/** Every Lambda function, in the order in which an operation reaches it. Data only: the stacks read it too. */
export const HANDLERS = {
  triage: {
    stack: 'engine',
    description: 'Admits a signal as an operation, or records why not',
    timeoutSeconds: 30,
    memorySizeMiB: 512,
    invokedBy: 'triage',
    needs: {
      store: [
        'readLimits',
        'readComponents',
        'admit',
        'saveFailures',
        'noteExhaustionNotified',
        'markUnhealthy',
        'markHealthy',
        'forgetAlerts',
        'noteReport',
        'endReports',
        'recordRefusal',
        'setPause',
        'setOverride',
        'noteDenial',
        'observe',
        'propose',
        'readHeldBack',
        'noteProposalNotified',
        'addApproval',
        'endProposal',
        'noteRecovery',
        'listOperations',
      ],
      learning: ['listOutcomes', 'readForgotten'],
      alarms: ['redSince'],
      calendars: ['state'],
      watchdog: ['listShards'],
      changes: ['recordChange', 'listChanges'],
      correlation: ['readBoards', 'saveBoard'],
      metricData: ['read'],
      events: ['signal'],
      notifier: ['notify'],
      metrics: ['refused'],
    },
    onlyWith: {
      alarms: ['dependsOn', 'changes', 'causes'],
      watchdog: ['dependsOn', 'changes', 'causes'],
      events: ['dependsOn'],
      changes: ['changes'],
      'store.listOperations': ['changes'],
      correlation: ['correlation'],
      metricData: ['traffic'],
      learning: ['learning'],
    },
    topics: ['architect'],
  },
  diagnose: {
    stack: 'engine',
    description: 'Diagnoses the alert and lays out the repair',
    // It may look at the targets first.
    timeoutSeconds: 60,
    memorySizeMiB: 256,
    invokedBy: 'heal',
    needs: {
      store: ['getOperation', 'getPlan', 'layOut', 'noteDenial'],
      events: ['stateChanged'],
      runbooks: ['resolveTargets', 'send', 'listInvocations'],
      instances: ['read', 'stoppedWith'],
    },
    onlyWith: { instances: ['startsInstances'] },
    documents: ['selfheal-verify-health'],
  },
  act: {
    stack: 'engine',
    description: 'Begins one action: sends its runbook',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
    invokedBy: 'heal',
    needs: {
      store: [
        'getOperation',
        'getPlan',
        'listSteps',
        'beginStep',
        'recordStep',
        'recordChange',
        'recordOwnOutcome',
        'getClaim',
        'noteDenial',
      ],
      runbooks: ['resolveTargets', 'send', 'listInvocations', 'findCommand'],
      notifier: ['notify'],
      functions: ['invoke'],
      aliases: ['read', 'point', 'state', 'reserved', 'reserve', 'provisioned', 'provision'],
      versions: ['read', 'published', 'configure', 'publish'],
      automations: ['start'],
      services: ['read', 'revisions', 'deploy', 'redeploy', 'setCount', 'insights', 'setInsights'],
      taskDefinitions: ['resources', 'content', 'registerResized'],
      databases: [
        'readInstance',
        'readCluster',
        'reboot',
        'failOver',
        'resize',
        'readSnapshot',
        'takeSnapshot',
        'deleteSnapshot',
        'listSnapshots',
        'restoreCopy',
        'readCopy',
        'deleteCopy',
      ],
      instances: [
        'read',
        'hasInstanceStore',
        'reboot',
        'stop',
        'start',
        'snapshot',
        'snapshotsOf',
        'monitor',
        'unmonitor',
        'interfaces',
        'setGroups',
      ],
      targetGroups: ['read', 'register', 'deregister'],
      scalingGroups: ['read', 'isRefreshing', 'setCapacity', 'terminate'],
      loadBalancers: ['idleTimeout', 'setIdleTimeout'],
      tokens: ['succeed', 'fail'],
      metrics: ['stepEnded'],
    },
    topics: ['soc', 'architect'],
    documents: 'all',
  },
  'command-status': {
    stack: 'engine',
    description: 'Ends an action when its command or automation has ended',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
    needs: {
      store: [
        'getStep',
        'getOperation',
        'getPlan',
        'listSteps',
        'recordOutcome',
        'getClaim',
        'readFleet',
        'noteDenial',
      ],
      runbooks: ['resolveTargets', 'listInvocations', 'getCommand'],
      automations: ['get'],
      tokens: ['succeed', 'fail'],
      metrics: ['stepEnded'],
    },
  },
  verify: {
    stack: 'engine',
    description: 'Asks an independent signal for recovery',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
    invokedBy: 'heal',
    needs: {
      store: ['getOperation', 'getPlan', 'beginStep', 'recordStep', 'listSteps'],
      events: ['stateChanged'],
      runbooks: ['resolveTargets', 'send', 'listInvocations'],
      endpoints: ['probe'],
      alarms: ['states', 'redInstances'],
      instances: ['interfaces'],
      tokens: ['succeed', 'fail'],
    },
    onlyWith: { instances: ['isolationByGroups'] },
    documents: ['selfheal-verify-health', 'selfheal-verify-containment'],
  },
  'prepare-rollback': {
    stack: 'engine',
    description: 'Lists the steps that undo an operation',
    timeoutSeconds: 15,
    memorySizeMiB: 256,
    invokedBy: 'heal',
    needs: {
      store: [
        'getOperation',
        'getPlan',
        'getClaim',
        'listSteps',
        'beginRollback',
        'recordOutcome',
        'noteDenial',
      ],
      events: ['stateChanged'],
      runbooks: ['findCommand', 'getCommand', 'cancel'],
      automations: ['get', 'stop'],
    },
  },
  escalate: {
    stack: 'engine',
    description: 'Notifies people of what was not healed',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
    invokedBy: 'heal',
    needs: {
      store: ['getOperation', 'getPlan', 'listSteps', 'recordOutcome'],
      notifier: ['notify'],
    },
    topics: ['architect'],
  },
  conclude: {
    stack: 'engine',
    description: 'Writes the final record and releases the claim',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
    invokedBy: 'heal',
    needs: {
      store: CONCLUDING,
      events: ['stateChanged'],
      runbooks: ['resolveTargets', 'send'],
      notifier: ['notify'],
      metrics: ['operationConcluded'],
    },
    topics: ['architect'],
    documents: ['selfheal-freeze-config'],
  },
  'execution-ended': {
    stack: 'engine',
    description: 'Undoes operations whose execution is gone',
    timeoutSeconds: 60,
    memorySizeMiB: 256,
    needs: {
      store: [...CONCLUDING, 'takeOver'],
      events: ['stateChanged'],
      executions: ['start'],
      notifier: ['notify'],
      metrics: ['operationConcluded'],
    },
    topics: ['architect'],
  },
  reconcile: {
    stack: 'engine',
    description: 'Every minute: recovers from lost events',
    // Shorter than its schedule, so that a run ends before the next begins.
    timeoutSeconds: 55,
    memorySizeMiB: 512,
    needs: {
      store: [
        ...CONCLUDING,
        'takeOver',
        'listClaims',
        'readLimits',
        'readComponents',
        'getStep',
        'keepQueue',
        'markUnhealthy',
        'markHealthy',
        'forgetAlerts',
        'endReports',
        'listDenials',
        'noteDenialNotified',
        'noteRecovery',
        'endProposal',
        'listRefusals',
      ],
      watchdog: ['listPeers', 'listShards'],
      aliases: ['read', 'provisioned'],
      services: ['read'],
      databases: ['readInstance', 'readCluster', 'readSnapshot', 'readCopy'],
      instances: ['statuses', 'interfaces'],
      scalingGroups: ['read', 'failedLaunch'],
      targetGroups: ['read'],
      runbooks: ['resolveTargets', 'listInvocations', 'getCommand', 'findCommand', 'cancel'],
      automations: ['get', 'stop'],
      learning: ['listOutcomes', 'readForgotten'],
      correlation: ['readBoards', 'saveBoard', 'keepEnded'],
      alarms: ['inAlarm', 'states', 'targetsOf', 'silencedBy'],
      calendars: ['state'],
      executions: ['start', 'describe'],
      events: ['stateChanged', 'signal'],
      notifier: ['notify'],
      tokens: ['succeed', 'fail'],
      metrics: ['stepEnded', 'operationConcluded'],
    },
    onlyWith: {
      correlation: ['correlation'],
      'instances.interfaces': ['isolationLimit'],
      scalingGroups: ['replacesInstances'],
    },
    topics: ['architect'],
  },
  watch: {
    stack: 'watchdog',
    description: 'Every minute: sends heartbeats to its share of the peers',
    // Its last round begins within a minute and has a minute to end.
    timeoutSeconds: 120,
    memorySizeMiB: 512,
    perVantagePoint: true,
    needs: {
      watchdog: ['readShard', 'saveRound', 'clearPending', 'saveReport', 'listReports', 'listPeers'],
      http: ['probe'],
      tcp: ['probe'],
      runbooks: ['resolveTargets'],
      watchdogEvents: ['publish'],
      watchdogMetrics: ['roundEnded'],
    },
  },
  'change-peer': {
    stack: 'watchdog',
    description: 'Registers or removes a peer',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
    needs: { watchdog: ['registerPeer', 'removePeer'], notifier: ['notify'] },
    topics: ['architect'],
  },
  analyze: {
    stack: 'analysis',
    description: 'Reads the watched series and signals anomalies',
    // Its last batch begins within 90 s.
    timeoutSeconds: 120,
    memorySizeMiB: 512,
    needs: {
      baselines: ['readShards', 'saveShard', 'keepPending'],
      metricData: ['read'],
      anomalySignals: ['publish'],
      notifier: ['notify'],
      store: ['noteDenial'],
      runbooks: ['resolveTargets', 'send', 'listInvocations'],
      monitorFunctions: ['measure'],
      samples: ['list'],
      changes: ['listChanges'],
    },
    onlyWith: {
      changes: ['changes'],
      runbooks: ['profile'],
      monitorFunctions: ['monitorFunctions'],
      samples: ['monitorEvents'],
    },
    topics: ['architect'],
    documents: ['selfheal-read-profile', 'selfheal-install-collector'],
  },
  'record-metrics': {
    stack: 'analysis',
    description: 'Keeps the values that `Selfheal Metric` events carry',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
    needs: { samples: ['add'], store: ['recordRefusal', 'noteDenial'] },
  },
  scrape: {
    stack: 'analysis',
    description: 'Reads endpoints in Prometheus’ text format for monitors',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
    needs: { pages: ['read'] },
  },
  'notify-channels': {
    stack: 'channels',
    description: 'Notifies chats, pagers and ticket systems',
    timeoutSeconds: 30,
    memorySizeMiB: 256,
    needs: {
      channels: ['deliver'],
      incidents: ['readIncident', 'saveIncident', 'listIncidents'],
      correlation: ['readBoards'],
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

/** A file in functions/handlers, without its suffix. */
export type HandlerName = keyof typeof HANDLERS;

/** The handlers of one stack. */
export type HandlerOf<Stack extends HandlerDefinition['stack']> = {
  [Name in HandlerName]: (typeof HANDLERS)[Name]['stack'] extends Stack ? Name : never;
}[HandlerName];

export const ENGINE_HANDLERS = (Object.keys(HANDLERS) as readonly HandlerName[]).filter(
  (name): name is HandlerOf<'engine'> => HANDLERS[name].stack === 'engine',
);
