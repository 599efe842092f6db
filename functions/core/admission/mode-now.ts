import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { modeOf } from '../configuration/mode-of.ts';
import { isStricter, type Mode, type StricterMode } from '../configuration/modes.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { settingInForce } from './override.ts';
import type { Limits, Override, Pause } from './records.ts';

/** A mode that a person set at run time, and that holds. */
export interface ModeInForce extends Pause {
  readonly of: 'everything' | 'group' | 'component';
  /** Of the group or the component. */
  readonly name?: string;
  readonly mode: StricterMode;
}

/** What the mode of a component depends on. */
export interface ModeQuestion {
  readonly configuration: Pick<CompiledConfiguration, 'settings' | 'groups' | 'components'>;
  readonly limits: Limits;
  readonly nowMs: number;
}

/** The modes that people set at run time and that hold for a component. */
export function modesInForce(
  { configuration, limits, nowMs }: ModeQuestion,
  component: string,
): readonly ModeInForce[] {
  const { fleet } = limits;
  const group = configuration.components[component]?.group;
  return [
    ...modeIn(fleet.modeOverride, nowMs, { of: 'everything' }),
    ...(group === undefined ? [] : modeIn(fleet.groupModes?.[group], nowMs, { of: 'group', name: group })),
    ...modeIn(limits.component.modeOverride, nowMs, { of: 'component', name: component }),
  ];
}

/** The mode that a person set for a part, while it holds. */
export function modeIn(
  override: Override | undefined,
  nowMs: number,
  part: Pick<ModeInForce, 'of' | 'name'>,
): readonly ModeInForce[] {
  const setting = settingInForce(override, nowMs);
  return setting?.mode === undefined ? [] : [{ ...part, ...setting, mode: setting.mode }];
}

/**
 * The mode of an operation now: the strictest of the configuration's and of those that people set at run time. Thus
 * nothing that is set at run time lets more be done than was deployed.
 *
 * @param strategies as for `modeOf`
 * @returns with what made it stricter than the configuration, if anything did
 */
export function modeNow(
  question: ModeQuestion,
  component: string,
  strategies: readonly Pick<Strategy, 'mode'>[],
): { readonly mode: Mode; readonly setMode?: ModeInForce } {
  const configured = modeOf(question.configuration, component, strategies);
  let strictest: { readonly mode: Mode; readonly setMode?: ModeInForce } = { mode: configured };
  for (const setMode of modesInForce(question, component))
    if (isStricter(setMode.mode, strictest.mode)) strictest = { mode: setMode.mode, setMode };
  return strictest;
}
