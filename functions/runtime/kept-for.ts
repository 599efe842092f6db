/**
 * A read that is repeated only after a while; until then, and while it is under way, every caller has the same answer. One
 * that fails is not kept.
 *
 * @param underWayMs how long callers join a read that has no answer yet; later ones begin another. @default `forMs`
 */
export function keptFor<Asked extends readonly unknown[], Answer>(
  forMs: number,
  nowMs: () => number,
  read: (...asked: Asked) => Promise<Answer>,
  underWayMs = forMs,
): (...asked: Asked) => Promise<Answer> {
  let kept: { readonly sinceMs: number; readonly answer: Promise<Answer>; isAnswered: boolean } | undefined;
  return async (...asked) => {
    if (kept && nowMs() - kept.sinceMs < (kept.isAnswered ? forMs : underWayMs)) return await kept.answer;
    const own = { sinceMs: nowMs(), answer: read(...asked), isAnswered: false };
    kept = own;
    try {
      const answer = await own.answer;
      own.isAnswered = true;
      return answer;
    } catch (error) {
      if (kept === own) kept = undefined;
      throw error;
    }
  };
}
