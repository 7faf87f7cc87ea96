// The filter in words, for everything that leaves the page: a file, a picture or a report says what it holds.
import { days, i18n, nameOf, percent, t, tt } from '../i18n/i18n.svelte';
import { DEFAULT_STATUS, type Filter } from './filter';
import { group, typeLabel } from './taxonomy';

export function filterInWords(filter: Filter): string {
  const { from, to, kinds, countries, status, q, confidence } = filter;
  const span = from && to ? days(from, to) : from ? t('words_since', { date: days(from) }) : to ? t('words_until', { date: days(to) }) : t('time_all');
  const usual = [...status].sort().join() === [...DEFAULT_STATUS].sort().join();
  const parts = [
    kinds.length > 0 ? kinds.map((id) => (group(id) && id !== 'other' ? tt(`group_${id}`, id) : typeLabel(id, i18n.lang))).join(', ') : t('words_all_kinds'),
    countries.length > 0 ? countries.map((code) => nameOf('region', code)).join(', ') : '',
    span,
    usual ? '' : status.map((one) => tt(`status_${one}`, one)).join(', '),
    confidence > 0 ? t('confidence_at_least', { value: percent(confidence) }) : '',
    q.trim() ? `“${q.trim()}”` : '',
  ];
  return parts.filter(Boolean).join(' · ');
}
