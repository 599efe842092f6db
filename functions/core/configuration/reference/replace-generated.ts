const END = '<!-- end -->';

/**
 * Replaces what stands between `<!-- name: generated -->` and the next `<!-- end -->`.
 *
 * @throws RangeError if the document lacks either marker
 */
export function replaceGenerated(document: string, name: string, content: string): string {
  const begin = `<!-- ${name}: generated -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(END, from);
  if (from < 0 || to < 0) {
    throw new RangeError(
      `the document lacks \`${begin}\` followed by \`${END}\`; add both lines where the ${name} belongs`,
    );
  }
  return `${document.slice(0, from + begin.length)}\n\n${content}\n\n${document.slice(to)}`;
}
