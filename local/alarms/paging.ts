import { CloudWatchError } from './errors.ts';

/**
 * One page of a list. The token is the offset of the next page.
 *
 * @throws CloudWatchError `InvalidNextToken`
 */
export function takePage<T>(all: readonly T[], size: number, token: string | undefined) {
  const start = token === undefined ? 0 : Number(/^offset-(\d+)$/.exec(token)?.[1]);
  if (Number.isNaN(start))
    throw new CloudWatchError('InvalidNextToken', `The token ${token} is not one of ours`);
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length ? { NextToken: `offset-${end}` } : {}) };
}
