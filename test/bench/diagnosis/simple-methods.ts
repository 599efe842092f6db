import { baselineAt } from '../../../functions/core/diagnosis/excess.ts';
import type { Incident } from '../../../functions/core/diagnosis/excess-balance.ts';

/** Ranks the components that may be at fault, the most likely first. */
export type Method = (incident: Incident) => readonly string[];

/** By how many robust standard deviations a component's worst period is above what is usual. */
export const robustZ: Method = (incident) => byScore(zScores(incident));

const BACK_TO_CALLERS = 0.2;
const RESTART = 0.15;
const STEPS = 100;

/**
 * A walk from the target towards what it depends on, the likelier the more unusual the next component is: the idea of
 * MonitorRank (Kim, Sumbaly and Shah, 2013), with z-scores in place of correlations, which a handful of periods does not give.
 */
export const randomWalk: Method = (incident) => {
  const { target, graph } = incident;
  const z = zScores(incident);
  const weight = (name: string) => (z.get(name) ?? 0) + 0.01;
  const next = new Map(
    [...z.keys()].map((name) => {
      const callees = graph.callees.get(name) ?? [];
      const stay = Math.max(0, weight(name) - Math.max(0, ...callees.map(weight)));
      const steps: readonly (readonly [string, number])[] = [
        ...callees.map((callee) => [callee, weight(callee)] as const),
        ...(graph.callers.get(name) ?? []).map(
          (caller) => [caller, BACK_TO_CALLERS * weight(caller)] as const,
        ),
        [name, stay],
      ];
      const total = steps.reduce((sum, [, step]) => sum + step, 0) || 1;
      return [name, steps.map(([to, step]) => [to, step / total] as const)];
    }),
  );
  let visits = new Map([[target, 1]]);
  for (let step = 0; step < STEPS; step += 1) {
    const after = new Map([[target, RESTART]]);
    for (const [name, share] of visits) {
      for (const [to, part] of next.get(name) ?? []) {
        after.set(to, (after.get(to) ?? 0) + (1 - RESTART) * share * part);
      }
    }
    visits = after;
  }
  return byScore(visits);
};

function zScores({ series }: Incident): ReadonlyMap<string, number> {
  return new Map(
    [...series].map(([name, { usual, before, during }]) => {
      if (!usual) return [name, 0];
      const { level, deviation } = baselineAt(usual, before);
      const worst = Math.max(level, ...during.flatMap((sample) => sample?.value ?? []));
      return [name, (worst - level) / (deviation || 1e-3)];
    }),
  );
}

function byScore(scores: ReadonlyMap<string, number>): readonly string[] {
  return [...scores].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
}
