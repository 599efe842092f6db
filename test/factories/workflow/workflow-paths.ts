import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Readonly<Record<string, unknown>>;

/** What a state's task answers, one after the other: its output, or the error that it ends with. */
export type TaskAnswer = { readonly answer: Json } | { readonly error: string; readonly cause?: string };

/** A way through a state machine: what its tasks answer, and what must come of it. */
export interface WorkflowPath {
  readonly machine: Machine;
  readonly input?: Json;
  /** By state. */
  readonly tasks: Readonly<Record<string, readonly TaskAnswer[]>>;
  /** The states in the order in which they are entered. */
  readonly entered: readonly string[];
  /** The error that the execution fails with. @default it succeeds */
  readonly error?: string;
  /** Part of what tasks receive, by state. @default not looked at */
  readonly received?: Readonly<Record<string, Json>>;
}

export const MACHINES = ['heal', 'triage'] as const;
export type Machine = (typeof MACHINES)[number];

const OPERATION: Json = { operationId: 'op-1', component: 'web', fence: 1 };
const twoSteps = { answer: { steps: [{ stepId: 'heal-0' }, { stepId: 'heal-1' }], settleSeconds: 0 } };
const oneStep = { answer: { steps: [{ stepId: 'heal-0' }], settleSeconds: 0 } };
const done = { answer: {} };
const recovered = { answer: { verdict: 'recovered' } };
const undo = (count: number, error: string): TaskAnswer => ({
  answer: {
    steps: Array.from({ length: count }, (_, index) => ({ stepId: `rollback-${index}` })),
    failure: { error, cause: 'as it was to' },
  },
});
/** A denial is tried three times in all, as permissions take a moment to be seen everywhere. */
const denied: readonly TaskAnswer[] = Array.from({ length: 3 }, () => ({
  error: 'NotPermitted',
  cause: 'is not authorized to perform: ssm:SendCommand',
}));
const notified = { Escalate: [done], Failed: [done] };
const HEALING = ['Heal or undo?', 'Diagnose', 'Heal'];
const VERIFYING = ['Settle', 'Verify recovery'];
const GIVING_UP = ['Escalate', 'Failed', 'Not healed'];

/** Every way through the two state machines that ends differently, by what happens on it. */
export const WORKFLOW_PATHS: Readonly<Record<string, WorkflowPath>> = {
  'a repair of two actions that holds': {
    machine: 'heal',
    tasks: { Diagnose: [twoSteps], Act: [done, done], 'Verify recovery': [recovered], Complete: [done] },
    entered: [...HEALING, 'Act', 'Act', ...VERIFYING, 'Recovered?', 'Complete'],
  },
  'a recovery that is watched for longer than one call': {
    machine: 'heal',
    tasks: {
      Diagnose: [oneStep],
      Act: [done],
      'Verify recovery': [{ answer: { verdict: 'waiting', waitSeconds: 1 } }, recovered],
      Complete: [done],
    },
    entered: [
      ...HEALING,
      'Act',
      ...VERIFYING,
      'Recovered?',
      'Hold',
      'Verify recovery',
      'Recovered?',
      'Complete',
    ],
  },
  'a repair that does not help': {
    machine: 'heal',
    tasks: {
      Diagnose: [oneStep],
      Act: [done],
      'Verify recovery': [{ answer: { verdict: 'unhealthy', detail: 'it answers 503' } }],
      'Prepare rollback': [undo(2, 'NotRecovered')],
      Undo: [done, done],
      ...notified,
    },
    entered: [
      ...HEALING,
      'Act',
      ...VERIFYING,
      'Recovered?',
      'Prepare rollback',
      'Roll back',
      'Undo',
      'Undo',
      ...GIVING_UP,
    ],
    error: 'NotRecovered',
  },
  'an action that fails': {
    machine: 'heal',
    tasks: {
      Diagnose: [twoSteps],
      Act: [{ error: 'ActionFailed', cause: 'the unit does not start' }],
      'Prepare rollback': [undo(1, 'ActionFailed')],
      Undo: [done],
      ...notified,
    },
    received: { Escalate: { failure: { error: 'ActionFailed', cause: 'as it was to' }, failedUndos: [] } },
    entered: [...HEALING, 'Act', 'Prepare rollback', 'Roll back', 'Undo', ...GIVING_UP],
    error: 'ActionFailed',
  },
  'an undo step that fails, after which the next one runs': {
    machine: 'heal',
    tasks: {
      Diagnose: [oneStep],
      Act: [{ error: 'ActionFailed' }],
      'Prepare rollback': [undo(2, 'ActionFailed')],
      Undo: [{ error: 'NotFound', cause: 'no table' }, done],
      ...notified,
    },
    received: {
      Escalate: {
        failedUndos: [
          {
            stepId: 'rollback-0',
            error: 'NotFound',
            cause: '{"errorType":"NotFound","errorMessage":"no table"}',
          },
        ],
      },
    },
    entered: [
      ...HEALING,
      'Act',
      'Prepare rollback',
      'Roll back',
      'Undo',
      'Undo failed',
      'Undo',
      ...GIVING_UP,
    ],
    error: 'ActionFailed',
  },
  'a service that is unavailable for a moment': {
    machine: 'heal',
    tasks: {
      Diagnose: [oneStep],
      Act: [{ error: 'StoreUnavailable' }, done],
      'Verify recovery': [recovered],
      Complete: [done],
    },
    entered: [...HEALING, 'Act', ...VERIFYING, 'Recovered?', 'Complete'],
  },
  'a containment, which a person is called for': {
    machine: 'heal',
    tasks: {
      Diagnose: [{ answer: { steps: [{ stepId: 'heal-0' }], settleSeconds: 0, containment: 'isolated' } }],
      Act: [done],
      'Verify recovery': [recovered],
      'Report containment': [done],
      Complete: [done],
    },
    entered: [...HEALING, 'Act', ...VERIFYING, 'Recovered?', 'Report containment', 'Complete'],
  },
  'a verification without permission, after which nothing is undone': {
    machine: 'heal',
    tasks: { Diagnose: [oneStep], Act: [done], 'Verify recovery': denied, ...notified },
    entered: [...HEALING, 'Act', ...VERIFYING, 'Missing permission?', ...GIVING_UP],
    error: 'NotVerified',
  },
  'a verification that breaks, after which the repair is undone': {
    machine: 'heal',
    tasks: {
      Diagnose: [oneStep],
      Act: [done],
      'Verify recovery': [{ error: 'TypeError' }],
      'Prepare rollback': [undo(0, 'TypeError')],
      ...notified,
    },
    entered: [
      ...HEALING,
      'Act',
      ...VERIFYING,
      'Missing permission?',
      'Prepare rollback',
      'Roll back',
      ...GIVING_UP,
    ],
    error: 'TypeError',
  },
  'a diagnosis without permission': {
    machine: 'heal',
    tasks: { Diagnose: denied, 'Prepare rollback': [undo(0, 'NotPermitted')], ...notified },
    entered: ['Heal or undo?', 'Diagnose', 'Prepare rollback', 'Roll back', ...GIVING_UP],
    error: 'NotPermitted',
  },
  'an undo that cannot be prepared': {
    machine: 'heal',
    tasks: {
      Diagnose: [oneStep],
      Act: [{ error: 'ActionFailed' }],
      'Prepare rollback': denied,
      ...notified,
    },
    entered: [...HEALING, 'Act', 'Prepare rollback', ...GIVING_UP],
    error: 'RollbackNotPrepared',
  },
  'an operation whose first execution went away': {
    machine: 'heal',
    input: { ...OPERATION, failure: { error: 'ExecutionLost', cause: 'it was stopped in the console' } },
    tasks: { 'Prepare rollback': [undo(1, 'ExecutionLost')], Undo: [done], ...notified },
    entered: ['Heal or undo?', 'Prepare rollback', 'Roll back', 'Undo', ...GIVING_UP],
    error: 'ExecutionLost',
  },
  'a failure that nobody can be notified of': {
    machine: 'heal',
    tasks: {
      Diagnose: [oneStep],
      Act: [{ error: 'ActionFailed' }],
      'Prepare rollback': [undo(0, 'ActionFailed')],
      Escalate: denied,
    },
    entered: [...HEALING, 'Act', 'Prepare rollback', 'Roll back', 'Escalate', 'Not concluded'],
    error: 'NotConcluded',
  },
  'a recovery that cannot be recorded': {
    machine: 'heal',
    tasks: { Diagnose: [oneStep], Act: [done], 'Verify recovery': [recovered], Complete: denied },
    entered: [...HEALING, 'Act', ...VERIFYING, 'Recovered?', 'Complete', 'Not concluded'],
    error: 'NotConcluded',
  },
  'a signal that is refused': {
    machine: 'triage',
    tasks: { Triage: [{ answer: { decision: 'refuse', reason: 'COOLDOWN' } }] },
    entered: ['Triage', 'Admitted?', 'Done'],
  },
  'a signal that is admitted': {
    machine: 'triage',
    tasks: {
      Triage: [{ answer: { decision: 'heal', ...OPERATION } }],
      'Start heal': [{ answer: { ExecutionArn: 'arn:aws:states:::execution:heal:op-1', StartDate: 0 } }],
    },
    entered: ['Triage', 'Admitted?', 'Start heal', 'Done'],
  },
  'a signal that cannot be decided': {
    machine: 'triage',
    tasks: {
      Triage: Array.from({ length: 5 }, () => ({ error: 'TypeError' })),
      'Keep the signal': [{ answer: { MessageId: 'message-1' } }],
    },
    entered: ['Triage', 'Keep the signal', 'Not triaged'],
    error: 'TriageFailed',
  },
};

/** The input of an execution on a path. */
export function inputOf({ machine, input }: WorkflowPath): Json {
  return input ?? (machine === 'heal' ? OPERATION : { source: 'selfheal.watchdog' });
}

/** A definition as it is deployed, with these values for its placeholders. */
export function workflowDefinition(machine: Machine, values: (placeholder: string) => string): string {
  const path = join(import.meta.dirname, '..', '..', '..', 'infra', 'workflow', `${machine}.asl.json`);
  return readFileSync(path, 'utf8').replaceAll(/\$\{(\w+)\}/g, (_, placeholder: string) =>
    values(placeholder),
  );
}
