import type { CompiledConfiguration } from '../functions/core/configuration/compiled.ts';
import { sourcesOf, type TakenEvent } from '../functions/core/signal/event-source.ts';
import { CommandFailed } from './errors.ts';

const OPERATOR = 'selfheal.operator';

/**
 * The source under which a person sends an event: `selfheal.operator`, or the first that the configuration accepts.
 *
 * @param given what the person asked for
 * @throws CommandFailed if the configuration does not accept it
 */
export function eventSource(
  detailType: TakenEvent,
  configuration: CompiledConfiguration | undefined,
  given: string | undefined,
): string {
  if (!configuration) return given ?? OPERATOR;
  const own = 'selfheal';
  const accepted = sourcesOf(detailType, configuration).filter((source) => source !== own);
  const wanted = given ?? (accepted.includes(OPERATOR) ? OPERATOR : accepted[0]);
  if (wanted !== undefined && accepted.includes(wanted)) return wanted;
  const from = accepted.length === 0 ? 'from no source' : `from ${accepted.join(', ')}`;
  throw new CommandFailed(
    'usage',
    `${given === undefined ? '' : `source ${given}: `}the configuration accepts a ${detailType} ${from}; see settings.sources`,
  );
}
