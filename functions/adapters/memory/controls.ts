import { holdsAtSameTime, outcomeAfter, overrideOf } from '../../core/admission/override.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { LimitRecords } from './limit-records.ts';

const FAMILIES = {
  group: 'groupPauses',
  'group-mode': 'groupModes',
  window: 'windowOpenings',
} as const;

/** In memory, what people set at run time, and the time limits of isolations. */
export function createControls(
  records: LimitRecords,
): Pick<OperationStore, 'setOverride' | 'setPause' | 'setTimeLimit'> {
  return {
    setTimeLimit: async (operationId, limit, dueAtMs) => {
      const { timeLimits: before = {}, ...rest } = records.fleet();
      const { [operationId]: present, ...others } = before;
      if (dueAtMs !== undefined && present?.dueAtMs !== dueAtMs) return false;
      const timeLimits = { ...others, ...(limit && { [operationId]: limit }) };
      records.replaceFleet({ ...rest, ...(Object.keys(timeLimits).length > 0 && { timeLimits }) });
      return true;
    },

    setOverride: async (scope, override) => {
      const { kind, name } = scope;
      const fleet = records.fleet();
      const earlier = overrideOf(scope, records.component(name), fleet);
      const holds = holdsAtSameTime(scope, override);
      const isTaken =
        earlier === undefined ||
        earlier.givenAtMs < override.givenAtMs ||
        (earlier.givenAtMs === override.givenAtMs &&
          (holds === 'always' || (holds === 'unless-observe' && earlier.setting?.mode !== 'observe')));
      if (!isTaken) return outcomeAfter(earlier, override);
      switch (kind) {
        case 'component':
          records.changeComponent(name, { exclusion: override });
          return 'taken';
        case 'component-mode':
          records.changeComponent(name, { modeOverride: override });
          return 'taken';
        case 'mode':
          records.changeFleet({ modeOverride: override });
          return 'taken';
        default: {
          const family = FAMILIES[kind];
          records.changeFleet({ [family]: { ...fleet[family], [name]: override } });
          return 'taken';
        }
      }
    },

    setPause: async (pause, givenAtMs) => {
      const { pause: before, controlledAtMs = Number.NEGATIVE_INFINITY, ...rest } = records.fleet();
      if (pause ? controlledAtMs > givenAtMs : controlledAtMs >= givenAtMs) {
        if ((before === undefined) !== (pause === undefined)) return 'overtaken';
        return controlledAtMs === givenAtMs ? 'taken' : 'confirmed';
      }
      records.replaceFleet({ ...rest, ...(pause && { pause }), controlledAtMs: givenAtMs });
      return 'taken';
    },
  };
}
