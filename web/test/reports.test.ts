// Files as reports: what people drop on the page, of any format, becomes texts with their dates.
import { expect, test } from 'vitest';
import { reportsOf, rowsOf, UnreadableFile } from '../src/lib/reports';

test('a text is one report', () => {
  expect(reportsOf('a.txt', '\uFEFFاندلعت اشتباكات')).toEqual([{ name: 'a.txt', report: { text: 'اندلعت اشتباكات' } }]);
});

test('a table has a report a row, with quotes, line breaks and other names of columns', () => {
  const csv = 'Headline,Body,Date,Link\r\nOne,"He said ""no"", then\nleft",2022-01-05T10:00:00Z,https://a.example/1\r\nTwo,Short,soon,\r\n\r\n';
  expect(reportsOf('t.csv', csv)).toEqual([
    { name: 'One', report: { title: 'One', text: 'He said "no", then\nleft', published: '2022-01-05', url: 'https://a.example/1' } },
    { name: 'Two', report: { title: 'Two', text: 'Short' } },
  ]);
});

test.each([';', '\t', ','])('columns are parted by %j', (by) => {
  expect(rowsOf(`a${by}b\n1${by}2`)).toEqual([['a', 'b'], ['1', '2']]);
});

test('lines of JSON are reports; a broken line is left out', () => {
  expect(reportsOf('x.ndjson', '{"id":"1","text":"A"}\nnonsense\n{"text":"B","published":"2022-01-01"}').map(({ name, report }) => [name, report.text])).toEqual([['x.ndjson · 1', 'A'], ['x.ndjson · 3', 'B']]);
});

test('what is no text says so', () => {
  expect(() => reportsOf('p.pdf', '%PDF\u0000')).toThrow(UnreadableFile);
  expect(() => reportsOf('e.txt', ' \n')).toThrow('no_text');
  expect(() => reportsOf('n.csv', 'a,b\n1,2')).toThrow('no_text');
});
