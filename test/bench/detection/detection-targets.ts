import type { Target } from '../target.ts';
import type { DetectionResults } from './detection-bench.ts';

const LEAST_NAB = 74;
const LEAST_CROSS_VALIDATED = 69;
const MAXIMUM_SCORER_DIFFERENCE = 1e-6;
const MAXIMUM_PAGES = 0.2;
const MAXIMUM_STATE_BYTES = 4_096;
const LEAST_POINTS_PER_SECOND = 500_000;

export function detectionTargets({
  nab,
  scorer,
  petShop,
  noise,
  throughput,
}: DetectionResults): readonly Target[] {
  const clean = { ...noise, ...(petShop && { PetShop: petShop }) };
  const bytes = throughput.map(({ stateBytes }) => stateBytes ?? 0);
  const speed = throughput.find(({ name }) => name === 'seasonal')?.pointsPerSecond ?? 0;
  const score = nab?.profiles['standard']?.normalised;
  return [
    ...(score === undefined ? [] : [atLeast('NAB, standard', score, LEAST_NAB)]),
    ...(nab ? [atLeast('NAB, nested', nab.crossValidated.nested, LEAST_CROSS_VALIDATED)] : []),
    ...(scorer
      ? [
          {
            what: `scorer beside NAB's own, ${scorer.cases} cases`,
            limit: `≤ ${MAXIMUM_SCORER_DIFFERENCE}`,
            measured: scorer.largestDifference.toExponential(0),
            met: scorer.largestDifference <= MAXIMUM_SCORER_DIFFERENCE,
          },
        ]
      : []),
    ...Object.entries(clean).map(([name, { pages }]) => ({
      what: `pages a series and week: ${name}`,
      limit: `≤ ${MAXIMUM_PAGES}`,
      measured: pages.toFixed(2),
      met: pages <= MAXIMUM_PAGES,
    })),
    {
      what: 'bytes of a series, largest',
      limit: `≤ ${MAXIMUM_STATE_BYTES}`,
      measured: String(Math.max(...bytes)),
      met: Math.max(...bytes) <= MAXIMUM_STATE_BYTES,
    },
    atLeast('points a second on one core, seasonal', Math.round(speed), LEAST_POINTS_PER_SECOND),
  ];
}

function atLeast(what: string, value: number, limit: number): Target {
  return { what, limit: `≥ ${limit}`, measured: String(Number(value.toFixed(1))), met: value >= limit };
}
