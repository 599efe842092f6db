import { isOfWatchdog } from '../../../functions/core/notification/incident-key.ts';
import type { WatchdogDetail } from '../../../functions/core/notification/watchdog-notice.ts';
import { isObserved } from '../../../functions/core/verification/observed-components.ts';
import type { BusEvent } from '../../../local/embedded/event-bridge/event.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce, SKEW_MS } from './in-force.ts';

/** From a notification to its page: the topic hands it over at once, and the function tries again for this long. */
const PAGED_WITHIN_MS = 5 * 60_000;
/** The event of a repair that held may be this late, and the component broken again meanwhile. */
const KNOWN_WITHIN_MS = 2 * 60_000;
/** What counted as healthy a moment ago, and has a red alarm again, is the reconciler's next incident. */
const ROUND_MS = 60_000;

interface Page {
  readonly key: string;
  readonly component: string | undefined;
  readonly openedMs: number;
  readonly resolvedMs?: number;
}

/**
 * 27. A pager is notified of each incident as PagerDuty keeps it: one opens with the first failure, and further failures join
 * it; it is resolved once, and only after it was opened, when its component has recovered. Nothing that people are to be called
 * about goes unpaged, and no page stays open after its component has recovered. Where something has kept the function that
 * notifies channels from its work, it may resolve a page again, or one that it had not opened yet, and open one late.
 */
export function pagesOnce(evidence: Evidence): readonly string[] {
  const pages: Page[] = [];
  const problems: string[] = [];
  for (const { event, atMs } of evidence.trace.of('paged')) {
    const { dedup_key: key } = event;
    const index = pages.findLastIndex((page) => page.key === key);
    const latest = pages[index];
    const isOpen = latest !== undefined && latest.resolvedMs === undefined;
    if (event.event_action === 'trigger') {
      const component = event.payload.component;
      if (!isOpen) pages.push({ key, component, openedMs: atMs });
      const sinceMs = latest?.resolvedMs ?? 0;
      const isLate = isStruck(evidence, atMs - PAGED_WITHIN_MS, atMs);
      if (
        !isOpen &&
        !hasFailedSince(evidence, component, sinceMs - (isLate ? PAGED_WITHIN_MS : SKEW_MS), atMs)
      )
        problems.push(`${key} was opened at ${time(atMs)}, and nothing had failed since the last page`);
    } else if (isOpen) {
      pages[index] = { ...latest, resolvedMs: atMs };
      if (
        latest.component !== undefined &&
        isBroken(evidence, latest.component, endedMs(evidence, latest, atMs))
      )
        problems.push(`${key} was resolved at ${time(atMs)}, and ${latest.component} was still broken`);
    } else if (!isStruck(evidence, latest?.openedMs ?? 0, atMs))
      problems.push(`${key} was resolved at ${time(atMs)}, and no page was open`);
  }
  return [...problems, ...unpaged(evidence, pages), ...leftOpen(evidence, pages)];
}

/** Whether anything struck the function that notifies channels in a span of time. */
function isStruck({ trace }: Evidence, fromMs: number, untilMs: number): boolean {
  const isMeanwhile = ({ atMs }: { readonly atMs: number }) => atMs >= fromMs && atMs <= untilMs;
  return (
    trace.of('fault').some((each) => isMeanwhile(each) && each.id.includes('notify-channels')) ||
    trace.of('outage').some((each) => each.atMs <= untilMs && each.untilMs >= fromMs)
  );
}

/**
 * When the incident of a resolved page ended. If something struck the function that notifies channels, the page is resolved
 * later, and the component may be broken again by then: that is another incident.
 */
function endedMs(evidence: Evidence, { component, openedMs }: Page, resolvedMs: number): number {
  const recovered = evidence.trace.all.findLast(
    (each) =>
      each.kind === 'counted-healthy' &&
      each.component === component &&
      each.atMs >= openedMs &&
      each.atMs <= resolvedMs,
  );
  return recovered && isStruck(evidence, recovered.atMs, resolvedMs) ? recovered.atMs : resolvedMs;
}

/** Whether it is of a notification that people have to act on. */
function callsPeople({ notification: { body } }: Of<'notified'>): boolean {
  const { kind, failure, result, observed } = body;
  const needs = failure !== undefined || result === 'CONTAINED' || kind === 'attempts-spent';
  return observed !== true && (needs || kind === 'cause-elsewhere');
}

function hasFailedSince(
  { trace }: Evidence,
  component: string | undefined,
  sinceMs: number,
  untilMs: number,
): boolean {
  const isMeanwhile = ({ atMs }: { readonly atMs: number }) => atMs > sinceMs && atMs <= untilMs;
  const ofWatchdog = trace.of('announced').some(isMeanwhile);
  const notified = trace
    .of('notified')
    .some(
      (each) => isMeanwhile(each) && callsPeople(each) && each.notification.body['component'] === component,
    );
  return notified || ofWatchdog;
}

/** Whether it was sick, with a red alarm, and had been for as long as it may take to know. Nothing watches what is not deployed. */
function isBroken(evidence: Evidence, component: string, atMs: number): boolean {
  const { trace, fleet } = evidence;
  if (inForce(evidence, atMs).some(({ components }) => !Object.hasOwn(components, component))) return false;
  const before = <Each extends { readonly atMs: number }>(all: readonly Each[]) =>
    all.filter((each) => each.atMs <= atMs);
  const sick = before(trace.of('sick')).findLast((each) => each.component === component);
  const cured = before(trace.of('cured')).findLast(
    (each) => each.component === component && each.instanceId === undefined,
  );
  if (!sick || (cured && cured.index > sick.index) || atMs - sick.atMs < KNOWN_WITHIN_MS) return false;
  return Object.keys(fleet.alarms).some((name) => {
    const last = before(trace.of('alarm')).findLast((each) => each.name === name);
    return last?.component === component && last.state === 'ALARM' && atMs - last.atMs >= ROUND_MS;
  });
}

/**
 * A page of several components opens with the first of them, and the others join it. A component may have recovered before a
 * function that was struck tries again: there is nothing left to page then. What failed in all tries is in a dead-letter queue, whose alarm calls a
 * person.
 */
function unpaged(evidence: Evidence, pages: readonly Page[]): readonly string[] {
  const { trace, deadLetters } = evidence;
  const triggers = trace
    .of('paged')
    .flatMap(({ event, atMs }) =>
      event.event_action === 'trigger' ? [{ component: event.payload.component, atMs }] : [],
    );
  const resolved = trace.of('paged').filter(({ event }) => event.event_action === 'resolve');
  return trace
    .of('notified')
    .filter(callsPeople)
    .flatMap(({ notification: { subject, body }, atMs }) => {
      const component = body['component'];
      const isInTime = (eachMs = 0) => eachMs >= atMs && eachMs <= atMs + PAGED_WITHIN_MS;
      const isPaged =
        triggers.some((each) => each.component === component && isInTime(each.atMs)) ||
        pages.some((page) => page.component === component && isInTime(page.resolvedMs)) ||
        resolved.some((each) => each.event.dedup_key.endsWith(`-${component}`) && isInTime(each.atMs));
      const isKept = deadLetters.some(
        (letter) => letter.includes('notify-channels') && letter.includes(subject),
      );
      const isOver =
        isStruck(evidence, atMs, atMs + PAGED_WITHIN_MS) &&
        trace.all.some(
          (each) =>
            ((each.kind === 'counted-healthy' && each.component === component) ||
              (each.kind === 'concluded' &&
                each.conclusion.component === component &&
                each.conclusion.state === 'COMPLETED')) &&
            isInTime(each.atMs),
        );
      return isPaged || isKept || isOver ? [] : [`"${subject}" of ${time(atMs)} reached no pager`];
    });
}

/**
 * By the end, everything has recovered. What is contained, and what nothing observes, people close themselves, and so do
 * they a watchdog's page whose end is in a dead-letter queue: its alarm calls them.
 */
function leftOpen({ trace, deadLetters }: Evidence, pages: readonly Page[]): readonly string[] {
  const configuration = trace.of('deployed').at(-1)?.configuration;
  const contained = new Set(
    trace
      .of('notified')
      .filter(({ notification }) => notification.body['result'] === 'CONTAINED')
      .map(({ notification }) => notification.body['component']),
  );
  return pages.flatMap(({ key, component, openedMs, resolvedMs }) => {
    if (resolvedMs !== undefined || component === undefined || contained.has(component)) return [];
    if (!configuration || !isObserved(configuration, component)) return [];
    if (isOfWatchdog(key) && deadLetters.some((letter) => isLostEnd(letter, component, openedMs))) return [];
    return [`${key}, opened at ${time(openedMs)}, was never resolved`];
  });
}

/** Whether a dead letter is of a watchdog's recovery since then. */
function isLostEnd(letter: string, component: string, sinceMs: number): boolean {
  const { requestPayload } = JSON.parse(letter) as { readonly requestPayload?: Partial<BusEvent> };
  const detail = requestPayload?.detail as Partial<WatchdogDetail> | undefined;
  return (
    requestPayload?.['detail-type'] === 'Selfheal Watchdog Recovery' &&
    detail?.component === component &&
    Date.parse(detail.timestamp ?? '') >= sinceMs - SKEW_MS
  );
}

function time(atMs: number): string {
  return new Date(atMs).toISOString();
}
