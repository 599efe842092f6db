import { type IncidentBoard, isOpen } from './correlated-incident.ts';

/**
 * A board is one record, which every alert around it reads and may write: some 200 incidents, far from DynamoDB's limit of
 * 400 KB, and ten writes a second from what one partition takes.
 */
const BYTES_AT_MOST = 100_000;

/** As JSON, which is no shorter than DynamoDB's own form. */
function bytesOf({ incidents }: Pick<IncidentBoard, 'incidents'>): number {
  return new TextEncoder().encode(JSON.stringify(incidents)).length;
}

export function fits(board: Pick<IncidentBoard, 'incidents'>): boolean {
  return bytesOf(board) <= BYTES_AT_MOST;
}

/**
 * The board as it may be kept: without those that have ended, if there is no room for them.
 *
 * @param before it was this. One that is too large already may become no larger
 * @returns `undefined` if the board is full: the change is not kept, and the alert stays apart until incidents end
 */
export function withinBounds(board: IncidentBoard, before: IncidentBoard): IncidentBoard | undefined {
  if (fits(board)) return board;
  const open = { ...board, incidents: board.incidents.filter(isOpen) };
  return fits(open) || bytesOf(open) <= bytesOf(before) ? open : undefined;
}
