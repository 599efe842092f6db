import type { Of, Trace } from '../trace/trace.ts';

/** What is wrong with any of the hosts in question from this point on. */
export interface HealthChange {
  readonly index: number;
  readonly atMs: number;
  /** @default - all of them are healthy */
  readonly sickness?: Of<'sick'>;
}

export interface Patients {
  readonly component: string;
  /** Instances of a group that break separately. If there are none, all hosts are in question. */
  readonly targets: readonly string[];
}

/** The real health of a component's hosts, change by change. */
export function healthChanges(trace: Trace, { component, targets }: Patients): readonly HealthChange[] {
  const concerns = (instanceId: string | undefined) =>
    instanceId === undefined || targets.length === 0 || targets.includes(instanceId);
  let sickness: Of<'sick'> | undefined;
  let ailing = new Set<string | undefined>();
  return trace.all.flatMap((each): HealthChange[] => {
    if ((each.kind !== 'sick' && each.kind !== 'cured') || each.component !== component) return [];
    if (each.kind === 'sick') {
      const struck = (each.instanceIds ?? [undefined]).filter(concerns);
      if (struck.length === 0) return [];
      sickness = each;
      ailing = new Set(struck);
    } else if (!ailing.delete(each.instanceId) || ailing.size > 0) return [];
    else sickness = undefined;
    const { index, atMs } = each;
    return [{ index, atMs, ...(sickness && { sickness }) }];
  });
}

/** What was wrong with them just before some point. */
export function sicknessBefore(changes: readonly HealthChange[], index: number): Of<'sick'> | undefined {
  return changes.findLast((change) => change.index < index)?.sickness;
}
