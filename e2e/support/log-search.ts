// Finds what must not be logged, as it stands or written another way.
import type { Needle } from './people.ts';

/** A place in a log. The line is cut: it holds what it should not. */
export interface Hit {
  what: string;
  file: string;
  line: number;
  /** The words before the hit, to find the code that wrote it. */
  before: string;
}

/** Secrets that nobody can list beforehand, by the shape in which they travel. */
const SHAPES: readonly { what: string; pattern: RegExp }[] = [
  { what: 'an access token', pattern: /\bBearer\s+[\w.~+/-]{8,}/i },
  { what: 'an access token', pattern: /"?access_token"?\s*[:=]\s*"[^"]{8,}"/ },
  { what: 'a JSON web token', pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}/ },
];

/** The time that a line begins with: its seconds and their parts read like a number of seven digits. */
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z/gm;

/** Searches one log. */
export function search(file: string, text: string, all: readonly Needle[]): Hit[] {
  const words = text.replaceAll(TIME, '');
  const needles = all.filter(maybeIn(words));
  const patterns = [...needles.map((needle) => ({ what: needle.what, pattern: new RegExp(sourceOf(needle), 'iu') })), ...SHAPES];
  // One pattern for all: a log has a hundred thousand lines.
  const any = new RegExp(needles.map(sourceOf).join('|') || '(?!)', 'iu');
  const hits: Hit[] = [];
  words.split('\n').forEach((content, index) => {
    if (!any.test(content) && !SHAPES.some(({ pattern }) => pattern.test(content))) return;
    for (const { what, pattern } of patterns) {
      const found = pattern.exec(content);
      if (found) hits.push({ what, file, line: index + 1, before: content.slice(Math.max(0, found.index - 120), found.index) });
    }
  });
  return hits;
}

/** A quick look whether the text can hold a needle at all: a run has some hundred shoppers, and hardly one is in a log. */
function maybeIn(text: string): (needle: Needle) => boolean {
  const words = text.toLowerCase();
  const digits = text.replace(/(?<=\d)[ .-](?=\d)/g, '');
  return ({ text }) => (isNumber(text) ? digits.includes(text) : formsOf(text).some((form) => words.includes(form.toLowerCase())));
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

/** A word as it stands, and as a URL or JSON writes it. */
function formsOf(text: string): string[] {
  return [...new Set([text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)])];
}

/** Words that a PIN or a code of a text message stands behind, in whatever way a log writes fields. */
const BEFORE_SHORT = '(?<![a-z])(?:pin|code|sms_?code|identifier|entry|typed|confirmation_?code)["\'\\s:=(]{1,8}';

/** The needle as a pattern. */
function sourceOf({ text, short }: Needle): string {
  if (short) return `${BEFORE_SHORT}${text}(?!\\d)`;
  // A number with or without its groups: 512700101, 512 700 101, 512-700-101; not in the midst of a longer one.
  if (isNumber(text)) return `(?<!\\d\\d\\d)${[...text].join('[ .\\-]?')}(?!\\d)`;
  // A word of its own, in any case.
  const escaped = formsOf(text).map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return `(?<![\\p{L}\\d])(?:${escaped.join('|')})(?![\\p{L}\\d])`;
}
