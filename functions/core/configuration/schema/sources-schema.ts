import * as z from 'zod';
import { isWithoutRepetition, NO_REPETITION } from '../names.ts';

/**
 * The `Source` of an entry of PutEvents. Nobody else can send events under the sources of AWS services, and no service
 * sends these.
 */
const eventSource = z.string().regex(/^(?!aws\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/, {
  error:
    'an event source such as `ops.selfheal`: letters, digits, `.`, `_`, `-` and `/`, 128 at most, not beginning with `aws.`',
});

/** As many as fit into a rule's pattern. */
const MAXIMUM_SOURCES = 10;

const eventSources = z.array(eventSource).max(MAXIMUM_SOURCES).refine(isWithoutRepetition, NO_REPETITION);

/** The event sources that Selfheal listens to. IAM's `events:source` decides who may send under them. */
export const sources = z.strictObject({
  signals: eventSources
    .default(['selfheal.monitor', 'selfheal.operator'])
    .describe('Sources of `Selfheal Signal` events, in addition to Selfheal itself.'),
  controls: eventSources
    .default(['selfheal.operator'])
    .describe('Sources of `Selfheal Control` events (pause, exclude, open a window, and their opposites).'),
  approvals: eventSources
    .default(['selfheal.operator'])
    .describe('Sources of `Selfheal Approval` events, which approve and deny proposals.'),
  changes: eventSources
    .default(['selfheal.pipeline'])
    .describe('Sources of `Selfheal Change` events, by which pipelines report what they change.'),
  actions: eventSources
    .default(['selfheal.action'])
    .describe(
      'Sources of `Selfheal Action Ended` events. After one, functions with `lasting: true` are asked without waiting for the next minute, but not in the first 30 s of their step.',
    ),
  metrics: eventSources
    .default(['selfheal.monitor'])
    .describe('Sources of `Selfheal Metric` events, which carry the values of `monitors` with `events`.'),
  peers: eventSources.default(['selfheal.operator']).describe('Sources of `Selfheal Peer` events.'),
});
