// Runs last, over everything that this run's backends and sandboxes have printed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { search } from '../support/log-search.ts';
import { LOGS } from '../support/paths.ts';
import { NEEDLES, type Needle } from '../support/people.ts';

function needles(): Needle[] {
  if (!existsSync(NEEDLES)) return [];
  const lines = readFileSync(NEEDLES, 'utf8').trim().split('\n');
  return [...new Set(lines)].map((line) => JSON.parse(line) as Needle);
}

test('the search finds what it looks for, however it is written', () => {
  const looked: Needle[] = [
    { what: 'number', text: '512700101' },
    { what: 'surname', text: 'Żuk' },
    { what: 'mail', text: 'anna.zuk@example.com' },
    { what: 'PIN', text: '4711', short: true },
  ];
  const whats = (line: string) => search('log', line, looked).map((hit) => hit.what);
  expect(whats('phone=48512700101')).toEqual(['number']);
  expect(whats('called +48 512 700 101')).toEqual(['number']);
  expect(whats('{"phone":"512-700-101"}')).toEqual(['number']);
  expect(whats('at=1763821851270010199')).toEqual([]);
  expect(whats('2026-11-23T03:39:51.2700101Z  INFO answered')).toEqual([]);
  expect(whats('2026-11-23T03:39:06.903018Z  INFO asked 512700101')).toEqual(['number']);
  expect(whats('hello ŻUK!')).toEqual(['surname']);
  expect(whats('name=%C5%BBuk&')).toEqual(['surname']);
  expect(whats('Żukowo')).toEqual([]);
  expect(whats('to Anna.Zuk@example.com')).toEqual(['mail']);
  for (const line of ['{"pin":"4711"}', 'code=4711', 'Identifier: "4711"', 'CodeEntry { code: "4711" }', 'Some(Code("4711"))']) {
    expect(whats(line), line).toEqual(['PIN']);
  }
  for (const line of ['elapsed_ms=4711', '127.0.0.1:4711', 'error_code="47110"', 'spin=4711']) expect(whats(line), line).toEqual([]);
  expect(whats('authorization: Bearer abcdefgh12345')).toEqual(['an access token']);
});

test('nothing about a person and no secret is in any log line at any level', () => {
  const looked = needles();
  const files = readdirSync(LOGS).filter((name) => name.endsWith('.log'));
  expect(looked.length, 'the tests before this one wrote down what to look for').toBeGreaterThan(0);
  expect(files.length, 'the tests before this one wrote logs').toBeGreaterThan(0);
  const hits = files.flatMap((name) => search(name, readFileSync(join(LOGS, name), 'utf8'), looked));
  const shown = hits.slice(0, 20).map(({ what, file, line, before }) => `${what} in ${file}:${line}, after: ${before}`);
  expect(shown, `${hits.length} places`).toEqual([]);
});
