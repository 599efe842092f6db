import { describe, expect, it } from 'vitest';
import { carryOver } from '../../../../functions/core/correlation/carry-over.ts';
import type { IncidentBoard } from '../../../../functions/core/correlation/correlated-incident.ts';
import { join } from '../../../../functions/core/correlation/join.ts';
import { configuredGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const GRAPH = configuredGraph(configured({ components: { web: {} } }).components);

const boardOf = (neighbourhood: string, ...components: readonly string[]): IncidentBoard =>
  components.reduce<IncidentBoard>(
    (board, component) => join(board, { alert: alertOf(component), nowMs: NOON }, GRAPH).board,
    { neighbourhood, revision: 0, incidents: [] },
  );
const byName = (...boards: readonly IncidentBoard[]) =>
  new Map(boards.map((board) => [board.neighbourhood, board]));
const faults = ({ incidents }: IncidentBoard) => incidents.map(({ atFault }) => atFault).sort();

describe('incidents of a former board', () => {
  it('move to the boards of their components, and leave an empty one', () => {
    const former = boardOf('*', 'web', 'db');
    const inUse = byName(boardOf('web', 'api'), boardOf('db'));
    const { changed, emptied, ended } = carryOver([former], inUse, (name) => name, NOON);
    expect(changed.map((board) => [board.neighbourhood, board.revision, faults(board)])).toEqual([
      ['web', 2, ['api', 'web']],
      ['db', 1, ['db']],
    ]);
    expect(emptied).toEqual([{ ...former, revision: 3, incidents: [] }]);
    expect(ended).toEqual([]);
  });

  it('leave a board without incidents as it is', () => {
    const inUse = byName(boardOf('web', 'web'));
    expect(carryOver([boardOf('*')], inUse, () => 'web', NOON)).toEqual({
      changed: [],
      emptied: [],
      ended: [],
    });
  });

  it('are on their new board once, if the former one was not emptied the first time', () => {
    const former = boardOf('web', 'web');
    const first = carryOver([former], byName(boardOf('*')), () => '*', NOON);
    const again = carryOver([former], byName(...first.changed), () => '*', NOON);
    expect(again.changed).toEqual([]);
    expect(again.emptied).toMatchObject([{ neighbourhood: 'web', incidents: [] }]);
  });

  it('end where none of their components has neighbours any more', () => {
    const { changed, ended } = carryOver([boardOf('*', 'web')], new Map(), () => undefined, NOON + 1);
    expect(changed).toEqual([]);
    expect(ended).toMatchObject([{ atFault: 'web', resolvedAtMs: NOON + 1 }]);
  });

  it('stay where they are while there is no room for them', () => {
    const full = boardOf('*', ...Array.from({ length: 1_000 }, (_, index) => `c${index}`));
    const { changed, emptied } = carryOver([boardOf('web', 'web')], byName(full), () => '*', NOON);
    expect(changed).toEqual([]);
    expect(emptied.map(faults)).toEqual([['web']]);
  });
});
