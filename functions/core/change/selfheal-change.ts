import * as z from 'zod/mini';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { componentName } from '../configuration/names.ts';
import { lazily } from '../lazily.ts';
import { eventProblem } from '../signal/event-problem.ts';
import { normalized, shortReason, textForPeople } from '../signal/event-values.ts';
import { eventId, fittingId } from '../signal/fitting-id.ts';
import { CHANGE_KINDS, CHANGE_PHASES, MAXIMUM_CHANGE_ID } from './change-event.ts';
import type { ParsedChange } from './parsed-change.ts';

const MAXIMUM_LINK = 2_048;

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, { error: `one of ${values.join(', ')}` });

/** Strategies hand the id to functions and documents as a parameter. */
const PLAIN_ID = new RegExp(`^[A-Za-z0-9][A-Za-z0-9:._/@+-]{0,${MAXIMUM_CHANGE_ID - 1}}$`);

/** `detail` of a `Selfheal Change`: what decides must be exactly as documented, text for people is shortened. */
const selfhealChange = lazily(() =>
  z.strictObject({
    component: componentName,
    id: z.pipe(eventId(), z.string().check(z.minLength(1, { error: 'a text that is not empty' }))),
    status: oneOf(CHANGE_PHASES),
    kind: z._default(oneOf(CHANGE_KINDS), 'deployment'),
    summary: textForPeople(),
    link: textForPeople(MAXIMUM_LINK),
  }),
);

/** Reads a `Selfheal Change`. @param atMs the time of the event, epoch milliseconds */
export function parseSelfhealChange(
  detail: unknown,
  atMs: number,
  configuration: Pick<CompiledConfiguration, 'components'>,
): ParsedChange {
  const given = normalized(detail);
  const parsed = selfhealChange().safeParse(given);
  if (!parsed.success) {
    const known = Object.keys(selfhealChange().shape);
    return { kind: 'not-understood', problem: eventProblem(parsed.error, given, known) };
  }
  const { component, id, status: phase, kind, summary, link } = parsed.data;
  if (!Object.hasOwn(configuration.components, component))
    return { kind: 'unknown-component', name: component };
  if (configuration.components[component]?.changes === undefined)
    return {
      kind: 'not-understood',
      problem: `changes of ${component} are not watched: write \`changes: {}\` under the component in selfheal.yaml, and deploy`,
    };
  const changeId = fittingId(id, PLAIN_ID);
  const what = summary === '' ? shortReason(`${kind} ${id}`) : summary;
  return {
    kind: 'changes',
    changes: [
      {
        ...{ component, source: 'pipeline', kind, changeId, phase, atMs, summary: what },
        ...(/^https:\/\/[^\s…]+$/.test(link) && { link }),
      },
    ],
  };
}
