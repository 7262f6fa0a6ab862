import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { language } from '../core/i18n';
import { apps, people, site } from '../core/site';
import { printHeadCss } from '../terminal/print-head';
import { shortened } from '../terminal/timeline/numbers';
import { Timeline } from '../terminal/timeline/timeline';
import { inWords } from '../terminal/timeline/told';
import '../terminal/words';
import { ENTRIES, OUTLINE, PEOPLE, SITE } from './fixtures';

beforeEach(() => {
  language.value = 'en';
  site.value = SITE;
  people.value = PEOPLE.map(({ id, name, roles }) => ({ id, name, roles }));
  apps.value = [];
});
afterEach(cleanup);

const shown = () => {
  render(<Timeline entries={ENTRIES} outline={OUTLINE} />);
  return document.body.textContent;
};

test('who did what, when at the site, and through what', () => {
  const text = shown();
  for (const said of ['Wednesday', '08:15:00', 'Zhao Wei', 'at QC 1', 'Work order', '4711', 'On hold: Shaft line 3. Not released']) {
    expect(text).toContain(said);
  }
  // The pages themselves are no news.
  expect(text).not.toContain('browser');
  expect(text).toContain('confirmed by PIN');
});

test('answers with all their decimals, what was asked of them, and the verdict', () => {
  const text = shown();
  expect(text).toContain('25.000 · 25.062 · 25.003 mm');
  expect(text).toContain('asked: 24.95 to 25.05 mm');
  expect(screen.getAllByText('Not OK').length).toBeGreaterThan(0);
});

test('a branch tells its condition in titles, the values it read, and where it went', () => {
  const text = shown();
  expect(text).toContain('“Shaft diameter” is ok and “Surface” = "surface"? No');
  expect(text).toContain('≈ 25.0217 mm');
  expect(text).toContain('so it is done again');
});

test('the clock did it: late, who was told, where it went, on the next day at the site', () => {
  const text = shown();
  expect(text).toContain('Measure: late · inspector was told · it went to Wang Fang');
  expect(text).toContain('the clock');
  expect(text).toContain('Thursday');
});

test('what this page does not know is told by its word', () => {
  expect(shown()).toContain('Measure Something new');
});

test('all of it in Chinese', () => {
  language.value = 'zh';
  const text = shown();
  for (const said of ['测量：已填写', '轴径', '要求：24.95 至 25.05 mm', '已用 PIN 码确认', '在 QC 1', '因此再做一轮']) {
    expect(text).toContain(said);
  }
});

test.each([
  ['0.0015275252316519466688627042', '≈ 0.00152753'],
  ['25.0226667', '≈ 25.0227'],
  ['1234567.25', '≈ 1234567'],
  ['-0.5', '-0.5'],
  ['10.33', '10.33'],
  ['1.10', '1.10'],
  ['4711', '4711'],
  ['A1.5', 'A1.5'],
  ['0.00000000012345678', '≈ 0.000000000123457'],
])('%s is shown as %s', (value, text) => {
  expect(shortened(value).text).toBe(text);
});

test('only names are put into words, not what stands in quotes', () => {
  expect(inWords('measure.surface is ok', OUTLINE)).toBe('“Surface” is ok');
  expect(inWords('unknown > 3 and order = "order"', OUTLINE)).toBe('unknown > 3 and “Work order” = "order"');
});

test('titles cannot write CSS', () => {
  const css = printHeadCss('a"; } body { display: none }\n\\', 'right', ['Page ', ' of ', '']);
  expect(css).toContain('content: "a\\22 ; } body { display: none }\\a \\5c "');
  expect(css).toContain('content: "Page " counter(page) " of " counter(pages) ""');
});
