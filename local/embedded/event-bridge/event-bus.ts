import { type EmbeddedClock, every } from '../clock/embedded-clock.ts';
import type { Random } from '../random/seeded-random.ts';
import { deliveryError } from './delivery-error.ts';
import { type BusEvent, type EventEntry, envelope } from './event.ts';
import { compilePattern, type EventTest } from './event-pattern.ts';
import { scheduleMilliseconds } from './schedule.ts';

/** Where a rule sends events to, and for how long it tries. */
export interface RuleTarget {
  /** For dead letters and logs. */
  readonly arn: string;
  /** Throws if the target does not accept the event. */
  readonly deliver: (event: BusEvent) => void;
  /** @default 185 */
  readonly maximumRetryAttempts?: number;
  /** @default 86400, a day */
  readonly maximumEventAgeSeconds?: number;
  /** Receives an event that could not be delivered, as JSON text; its attributes say why. */
  readonly deadLetter?: (body: string, attributes: Readonly<Record<string, string>>) => void;
}

export interface RuleInput {
  readonly name: string;
  readonly eventPattern?: unknown;
  readonly scheduleExpression?: string;
  readonly targets: readonly RuleTarget[];
}

/** One event on its way from a rule to a target. */
export interface Delivery {
  readonly rule: string;
  readonly targetArn: string;
  readonly event: BusEvent;
}

export interface EventBusDeps {
  readonly clock: EmbeddedClock;
  readonly random: Random;
  readonly newId: () => string;
  /**
   * When a delivery arrives: one time in milliseconds per arrival. None loses the event, several duplicate it, and
   * different ones reorder events.
   *
   * @default once, after 50 to 150 ms
   */
  readonly planDelivery?: (delivery: Delivery) => readonly number[];
}

interface Rule extends RuleInput {
  readonly matches: EventTest;
}

const LONGEST_BACKOFF_SECONDS = 300;

/** The default event bus, its rules, and EventBridge's schedules. */
export class EventBus {
  readonly #deps: EventBusDeps;
  readonly #rules: Rule[] = [];
  readonly #log: BusEvent[] = [];
  readonly #timers: { readonly cancel: () => void }[] = [];

  constructor(deps: EventBusDeps) {
    this.#deps = deps;
  }

  /** Every event that was put on the bus, in order; scheduled ones are not. */
  get log(): readonly BusEvent[] {
    return this.#log;
  }

  /** @throws InvalidPattern for a pattern or schedule that is not known here */
  putRule(input: RuleInput): void {
    const { eventPattern, scheduleExpression } = input;
    const matches = eventPattern === undefined ? () => false : compilePattern(eventPattern, input.name);
    const rule = { ...input, matches };
    this.#rules.push(rule);
    if (scheduleExpression === undefined) return;
    this.#timers.push(
      every(this.#deps.clock, scheduleMilliseconds(scheduleExpression), () => this.#tick(rule)),
    );
  }

  /** Puts an event on the bus. @returns its id. @throws EntryTooLarge */
  putEvent(entry: EventEntry): string {
    const event = envelope(entry, this.#deps.newId(), this.#deps.clock.nowMs());
    this.put(event);
    return event.id;
  }

  /** Accepts an event that already has its envelope, as from AWS's own services. */
  put(event: BusEvent): void {
    this.#log.push(event);
    for (const rule of this.#rules) {
      if (!rule.matches(event)) continue;
      for (const target of rule.targets) this.#send(rule, target, event);
    }
  }

  /** Ends the schedules. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  #tick(rule: Rule): void {
    const { clock, newId } = this.#deps;
    const entry = { source: 'aws.events', detailType: 'Scheduled Event', detail: {} };
    const event = envelope(entry, newId(), clock.nowMs());
    for (const target of rule.targets) this.#send(rule, target, event);
  }

  #send(rule: Rule, target: RuleTarget, event: BusEvent): void {
    const { clock, random, planDelivery } = this.#deps;
    const delivery = { rule: rule.name, targetArn: target.arn, event };
    const times = planDelivery?.(delivery) ?? [50 + random() * 100];
    const background = rule.scheduleExpression !== undefined;
    const untilMs = clock.nowMs() + (target.maximumEventAgeSeconds ?? 86_400) * 1_000;
    for (const time of times) {
      clock.after(time, () => this.#attempt(rule, target, event, 0, untilMs), { background });
    }
  }

  #attempt(rule: Rule, target: RuleTarget, event: BusEvent, retries: number, untilMs: number): void {
    const { clock, random } = this.#deps;
    try {
      target.deliver(event);
    } catch (error) {
      const problem = deliveryError(error);
      const backoffMs = Math.min(2 ** retries, LONGEST_BACKOFF_SECONDS) * (0.5 + random() / 2) * 1_000;
      const isSpent = retries >= (target.maximumRetryAttempts ?? 185);
      const isTooOld = clock.nowMs() + backoffMs > untilMs;
      if (problem.isFinal || isSpent || isTooOld) {
        const exhausted = isSpent ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds';
        target.deadLetter?.(JSON.stringify(event), {
          RULE_ARN: `arn:aws:events:us-east-1:000000000000:rule/${rule.name}`,
          TARGET_ARN: target.arn,
          ERROR_CODE: problem.code,
          ERROR_MESSAGE: problem.message,
          ...(!problem.isFinal && { EXHAUSTED_RETRY_CONDITION: exhausted }),
          RETRY_ATTEMPTS: String(retries),
        });
        return;
      }
      clock.after(backoffMs, () => this.#attempt(rule, target, event, retries + 1, untilMs));
    }
  }
}
