/**
 * Phrases that give away a translated text, and what to write instead. To ban another, add a line; word boundaries and
 * case are taken care of.
 */
const BANNED: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/needs not be/, 'write “need not be”'],
  [/(?:is|are|was|were|be|been) told/, 'write “is notified”, or name what it says'],
  [/by a word|without a word|with a word to/, 'write “says”, or leave it out'],
  [
    /c[ao]mes? to (?:nothing|pass|the same)|what (?:it|they) c[ao]me to/,
    'write “results in”, or “the outcome of”',
  ],
  [/tak(?:es?|en|ing) in/, 'write “handles” or “accepts”'],
  [/lets? go(?: of)?/, 'write “releases”'],
  [/for so long/, 'write “for this long”, or give the figure'],
  [/so many(?: at once)?/, 'write “at most N at a time”, or give the figure'],
  [/who(?:so)?ever|whomever/, 'name the holder, the sender or the caller'],
  [/whom/, 'name the person or the thing'],
  [/is no good|no good (?:one|answer)/, 'write “does not count as healthy”'],
  [/held against/, 'write “checked against” or “compared with”'],
  [/(?:un)?well again|unwell|is well/, 'write “unhealthy” or “healthy”'],
  [/a rest after|rests for/, 'write “a cooldown”'],
  [/otherwise than|is otherwise/, 'write “differs from”'],
  [/what there is/, 'name it'],
  [/let be|leaves? be/, 'write “leaves alone”'],
  [/says? it all/, 'write “is conclusive”'],
  [/calls? off|called off/, 'write “cancels”'],
  [/ma(?:kes?|de|king) up for/, 'say what it does instead'],
  [/asks? for it anew|anew/, 'write “again”'],
  [/what (?:has )?bec(?:ame|omes?) of/, 'write “the outcome of”'],
  [/stands? in the way|stood in the way/, 'write “conflicts with”, or name the conflict'],
  [/speaks of|hears? of|heard of|tells of/, 'write “reports”, “is about”, “notices” or “is notified of”'],
  [/(?:takes?|taken|took|taking)(?: it| them| this| that)? back/, 'write “undoes” or “rolls back”'],
  [/anymore/, 'write “no longer”'],
  [/that (?:is|are) no more/, 'write “no longer exists”'],
  [/the begin of/, 'write “the start of”'],
  [/stands? (?:in|under|beside)(?! for)/, 'write “is in”, “is under”, or name who writes it there'],
  [/so it is with|nothing of the kind/, 'write “the same holds for”, or name what is missing'],
  [
    /(?<!there )(?:is|are) no (?:component|target|one|part|parameter|address|array|string|number|date|time|step)/,
    'write “is not a …”',
  ],
  [/looked after/, 'write “handled”'],
  [/is content with/, 'write “accepts” or “needs only”'],
  [/as the case may be|be that as it may/, 'leave it out'],
];

/** One line for each phrase that the text should not have: where, what, and what to write instead. */
export function bannedPhrasesIn(text: string): readonly string[] {
  return BANNED.flatMap(([phrase, instead]) => {
    // A phrase may be broken over two lines, of a comment too.
    const source = phrase.source.replaceAll(' ', '\\s+(?:(?:\\*|//|#)\\s+)?');
    const matches = text.matchAll(new RegExp(`(?<![\\w-])(?:${source})(?![\\w-])`, 'gi'));
    return [...matches].map(({ 0: found, index }) => {
      const line = text.slice(0, index).split('\n').length;
      return `line ${line}: “${found.replaceAll(/\s+/g, ' ')}”: ${instead}`;
    });
  });
}
