import type { AlarmState } from '../../../functions/core/verification/alarm-observation.ts';
import type { CalendarState } from '../../../functions/core/window/calendar-state.ts';
import type {
  EventPublisher,
  Metrics,
  Notification,
  Notifier,
  SignalDetail,
  StateChange,
} from '../../../functions/ports/announcers.ts';
import type { Calendars } from '../../../functions/ports/calendars.ts';
import type { Clock } from '../../../functions/ports/clock.ts';
import { NotFound, ServiceUnavailable } from '../../../functions/ports/errors.ts';
import type {
  ExecutionState,
  ExecutionStatus,
  HealExecutions,
  TaskTokens,
} from '../../../functions/ports/executions.ts';
import type { AlarmReader, EndpointProber } from '../../../functions/ports/observers.ts';
import type {
  FunctionAnswer,
  FunctionLook,
  FunctionRequest,
  UserFunctions,
} from '../../../functions/ports/user-functions.ts';
import { NOON } from '../operations/admissions.ts';

/** A clock that stands still, but for those who sleep and for a test that sets it. */
export interface SettableClock extends Clock {
  now: number;
  /** Called after every sleep. */
  onSleep: (nowMs: number) => void | Promise<void>;
}

export function settableClock(): SettableClock {
  const clock: SettableClock = {
    now: NOON,
    onSleep: () => undefined,
    nowMs: () => clock.now,
    sleep: async (milliseconds) => {
      clock.now += milliseconds;
      await clock.onSleep(clock.now);
    },
  };
  return clock;
}

export interface RecordingTokens extends TaskTokens {
  /** In order; a token is only taken once. */
  readonly completed: ({ taskToken: string } & (
    | { readonly output: unknown }
    | { readonly error: string; readonly cause: string }
  ))[];
}

export function recordingTokens(): RecordingTokens {
  const completed: RecordingTokens['completed'] = [];
  const take = (completion: RecordingTokens['completed'][number]): boolean => {
    if (completed.some(({ taskToken }) => taskToken === completion.taskToken)) return false;
    completed.push(completion);
    return true;
  };
  return {
    completed,
    succeed: async (taskToken, output) => take({ taskToken, output }),
    fail: async (taskToken, error, cause) => take({ taskToken, error, cause }),
  };
}

export interface RecordingNotifier extends Notifier {
  notify: Notifier['notify'];
  readonly sent: Notification[];
}

export function recordingNotifier(): RecordingNotifier {
  const sent: Notification[] = [];
  return {
    sent,
    notify: async (notification) => {
      sent.push(notification);
    },
  };
}

export interface RecordingFunctions extends UserFunctions {
  readonly invoked: (FunctionRequest & { readonly name: string })[];
  readonly asked: (FunctionLook & { readonly name: string })[];
  /** What the functions answer; may throw as the API would. */
  answer: (request: FunctionRequest) => FunctionAnswer;
  /** What they say about what they have started. */
  says: (look: FunctionLook) => FunctionAnswer;
}

export function recordingFunctions(): RecordingFunctions {
  const functions: RecordingFunctions = {
    invoked: [],
    asked: [],
    answer: () => ({ payload: { outcome: 'succeeded' } }),
    says: () => ({ payload: { outcome: 'running' } }),
    invoke: async (name, request) => {
      functions.invoked.push({ name, ...request });
      return functions.answer(request);
    },
    ask: async (name, look) => {
      functions.asked.push({ name, ...look });
      return functions.says(look);
    },
  };
  return functions;
}

export interface RecordingEvents extends EventPublisher {
  readonly changes: StateChange[];
  readonly signals: SignalDetail[];
}

export function recordingEvents(): RecordingEvents {
  const changes: StateChange[] = [];
  const signals: SignalDetail[] = [];
  return {
    changes,
    signals,
    stateChanged: async (change) => {
      changes.push(change);
    },
    signal: async (detail) => {
      signals.push(detail);
    },
  };
}

export interface RecordingMetrics extends Metrics {
  /** `concluded COMPLETED`, `step SUCCEEDED`, `refused COOLDOWN`, `RepairsInFlight 1`, in order. */
  readonly figures: string[];
}

export function recordingMetrics(): RecordingMetrics {
  const figures: string[] = [];
  return {
    figures,
    operationConcluded: ({ state }) => figures.push(`concluded ${state}`),
    stepEnded: ({ outcome }) => figures.push(`step ${outcome}`),
    refused: (reason) => figures.push(`refused ${reason}`),
    level: ({ name, value }) => figures.push(`${name} ${value}`),
  };
}

export interface SettableExecutions extends HealExecutions {
  readonly started: { readonly name: string; readonly input: unknown }[];
  /** By name; who is not in it is NOT_FOUND. */
  readonly statuses: Map<string, ExecutionStatus>;
  /** Error and cause of those that failed, by name. */
  readonly failures: Map<string, Omit<ExecutionState, 'status'>>;
}

/** Like Step Functions, it starts a name once. */
export function settableExecutions(): SettableExecutions {
  const started: SettableExecutions['started'] = [];
  const statuses: SettableExecutions['statuses'] = new Map();
  const failures: SettableExecutions['failures'] = new Map();
  return {
    started,
    statuses,
    failures,
    start: async (name, input) => {
      if (statuses.has(name)) return;
      statuses.set(name, 'RUNNING');
      started.push({ name, input });
    },
    describe: async (name) => ({ status: statuses.get(name) ?? 'NOT_FOUND', ...failures.get(name) }),
  };
}

export interface SettableObservers {
  readonly calendars: Calendars & { readonly named: Map<string, CalendarState> };
  readonly endpoints: EndpointProber & { answer: () => 'good' | 'bad' | 'no-answer' };
  readonly alarms: { -readonly [Method in keyof AlarmReader]: AlarmReader[Method] } & {
    readonly named: Map<string, AlarmState>;
    readonly silenced: Map<string, string>;
    /** Instance ids, by alarm name. */
    readonly targets: Map<string, readonly string[]>;
    /** Instance ids of the contributors in ALARM, by alarm name. */
    readonly red: Map<string, readonly string[]>;
    /** When an alarm went to ALARM, by its name. */
    readonly since: Map<string, number>;
  };
}

export function settableObservers(): SettableObservers {
  const endpoints: SettableObservers['endpoints'] = {
    answer: () => 'good',
    probe: async () => endpoints.answer(),
  };
  const named = new Map<string, AlarmState>();
  const silenced = new Map<string, string>();
  const targets = new Map<string, readonly string[]>();
  const since = new Map<string, number>();
  const red = new Map<string, readonly string[]>();
  const calendars = new Map<string, CalendarState>();
  return {
    calendars: {
      named: calendars,
      state: async (name) => {
        const known = calendars.get(name);
        if (known && known.state !== 'UNKNOWN') return known;
        throw known ? new ServiceUnavailable(known.problem) : new NotFound(`there is no calendar ${name}`);
      },
    },
    endpoints,
    alarms: {
      named,
      silenced,
      targets,
      red,
      since,
      redInstances: async (name) => red.get(name),
      targetsOf: async (name) => (named.has(name) ? (targets.get(name) ?? []) : undefined),
      silencedBy: async (name) => silenced.get(name),
      inAlarm: async (prefix) =>
        new Map(
          [...named].flatMap(([name, state]) =>
            state === 'ALARM' && name.startsWith(prefix) ? [[name, since.get(name) ?? 0] as const] : [],
          ),
        ),
      redSince: async (names) =>
        new Map([...since].filter(([name]) => names.includes(name) && named.get(name) === 'ALARM')),
      silentSince: async (names) =>
        new Map(
          [...since].filter(([name]) => names.includes(name) && named.get(name) === 'INSUFFICIENT_DATA'),
        ),
      states: async (names) => new Map([...named].filter(([name]) => names.includes(name))),
    },
  };
}
