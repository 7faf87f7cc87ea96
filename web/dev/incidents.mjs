// Invented incidents for the mock server: real places, invented events, four languages, every status, precision and count.
// Made from a seed, so that screenshots of two runs can be compared.
import { readFileSync } from 'node:fs';

const taxonomy = JSON.parse(readFileSync(new URL('../../src/incidents/taxonomy.json', import.meta.url), 'utf8'));
const groupOf = Object.fromEntries(taxonomy.map((t) => [t.id, t.group]));

// name, country, admin1, lon, lat, population, {language: name as written}
const PLACES = [
  ['Almaty', 'KZ', 'Almaty', 76.9286, 43.2567, 1977011, { en: 'Almaty', ru: 'Алматы', kk: 'Алматы', ar: 'ألماتي' }],
  ['Zhanaozen', 'KZ', 'Mangystau', 52.8619, 43.3412, 113000, { en: 'Zhanaozen', ru: 'Жанаозене', kk: 'Жаңаөзен', ar: 'جاناوزين' }],
  ['Aktau', 'KZ', 'Mangystau', 51.1481, 43.6481, 147443, { en: 'Aktau', ru: 'Актау', kk: 'Ақтау', ar: 'أكتاو' }],
  ['Shymkent', 'KZ', 'Shymkent', 69.5958, 42.3, 1002000, { en: 'Shymkent', ru: 'Шымкенте', kk: 'Шымкент', ar: 'شيمكنت' }],
  ['Karaganda', 'KZ', 'Karaganda', 73.1022, 49.8019, 497777, { en: 'Karaganda', ru: 'Караганде', kk: 'Қарағанды', ar: 'كاراغندا' }],
  ['Taraz', 'KZ', 'Zhambyl', 71.3667, 42.9, 358153, { en: 'Taraz', ru: 'Таразе', kk: 'Тараз', ar: 'طراز' }],
  ['Oskemen', 'KZ', 'East Kazakhstan', 82.6149, 49.9789, 319067, { en: 'Oskemen', ru: 'Усть-Каменогорске', kk: 'Өскемен', ar: 'أوسكيمن' }],
  ['Atyrau', 'KZ', 'Atyrau', 51.8833, 47.1167, 269720, { en: 'Atyrau', ru: 'Атырау', kk: 'Атырау', ar: 'أتيراو' }],
  ['Bishkek', 'KG', 'Bishkek', 74.59, 42.87, 1074075, { en: 'Bishkek', ru: 'Бишкеке', kk: 'Бішкек', ar: 'بيشكك' }],
  ['Osh', 'KG', 'Osh', 72.7985, 40.5283, 322164, { en: 'Osh', ru: 'Оше', kk: 'Ош', ar: 'أوش' }],
  ['Batken', 'KG', 'Batken', 70.8194, 40.0626, 27730, { en: 'Batken', ru: 'Баткене', kk: 'Баткен', ar: 'باتكن' }],
  ['Tashkent', 'UZ', 'Tashkent', 69.2163, 41.2646, 2571668, { en: 'Tashkent', ru: 'Ташкенте', kk: 'Ташкент', ar: 'طشقند' }],
  ['Andijan', 'UZ', 'Andijan', 72.3446, 40.7821, 318419, { en: 'Andijan', ru: 'Андижане', kk: 'Әндіжан', ar: 'أنديجان' }],
  ['Dushanbe', 'TJ', 'Dushanbe', 68.7738, 38.5358, 679400, { en: 'Dushanbe', ru: 'Душанбе', kk: 'Душанбе', ar: 'دوشنبه' }],
  ['Khorog', 'TJ', 'Gorno-Badakhshan', 71.5531, 37.4897, 30000, { en: 'Khorog', ru: 'Хороге', kk: 'Хорог', ar: 'خوروغ' }],
  ['Kabul', 'AF', 'Kabul', 69.1723, 34.5289, 3043532, { en: 'Kabul', ru: 'Кабуле', kk: 'Кабул', ar: 'كابل' }],
  ['Herat', 'AF', 'Herat', 62.1997, 34.3482, 272806, { en: 'Herat', ru: 'Герате', kk: 'Герат', ar: 'هرات' }],
  ['Baghdad', 'IQ', 'Baghdad', 44.4009, 33.3406, 7216000, { en: 'Baghdad', ru: 'Багдаде', kk: 'Бағдат', ar: 'بغداد' }],
  ['Basra', 'IQ', 'Basra', 47.7804, 30.5085, 1326564, { en: 'Basra', ru: 'Басре', kk: 'Басра', ar: 'البصرة' }],
  ['Mosul', 'IQ', 'Nineveh', 43.1189, 36.335, 1739800, { en: 'Mosul', ru: 'Мосуле', kk: 'Мосул', ar: 'الموصل' }],
  ['Aleppo', 'SY', 'Aleppo', 37.1612, 36.2012, 1602264, { en: 'Aleppo', ru: 'Алеппо', kk: 'Халеп', ar: 'حلب' }],
  ['Homs', 'SY', 'Homs', 36.7137, 34.7324, 775404, { en: 'Homs', ru: 'Хомсе', kk: 'Хомс', ar: 'حمص' }],
  ['Beirut', 'LB', 'Beirut', 35.4944, 33.8933, 1916100, { en: 'Beirut', ru: 'Бейруте', kk: 'Бейрут', ar: 'بيروت' }],
  ['Derna', 'LY', 'Derna', 22.6377, 32.767, 78782, { en: 'Derna', ru: 'Дерне', kk: 'Дерна', ar: 'درنة' }],
  ['Tripoli', 'LY', 'Tripoli', 13.1875, 32.8752, 1150989, { en: 'Tripoli', ru: 'Триполи', kk: 'Триполи', ar: 'طرابلس' }],
  ['Khartoum', 'SD', 'Khartoum', 32.5342, 15.5518, 1974647, { en: 'Khartoum', ru: 'Хартуме', kk: 'Хартум', ar: 'الخرطوم' }],
  ['El Fasher', 'SD', 'North Darfur', 25.3494, 13.6279, 252609, { en: 'El Fasher', ru: 'Эль-Фашире', kk: 'Әл-Фашир', ar: 'الفاشر' }],
  ['Sanaa', 'YE', 'Amanat Al Asimah', 44.2067, 15.3547, 1937451, { en: 'Sanaa', ru: 'Сане', kk: 'Сана', ar: 'صنعاء' }],
  ['Marrakesh', 'MA', 'Marrakesh-Safi', -7.9994, 31.6342, 839296, { en: 'Marrakesh', ru: 'Марракеше', kk: 'Марракеш', ar: 'مراكش' }],
  ['Tbilisi', 'GE', 'Tbilisi', 44.8337, 41.6941, 1049498, { en: 'Tbilisi', ru: 'Тбилиси', kk: 'Тбилиси', ar: 'تبليسي' }],
  ['Yerevan', 'AM', 'Yerevan', 44.5136, 40.1811, 1093485, { en: 'Yerevan', ru: 'Ереване', kk: 'Ереван', ar: 'يريفان' }],
  ['Makhachkala', 'RU', 'Dagestan', 47.5047, 42.9764, 497959, { en: 'Makhachkala', ru: 'Махачкале', kk: 'Махачкала', ar: 'محج قلعة' }],
  ['Orenburg', 'RU', 'Orenburg', 55.0988, 51.7727, 550204, { en: 'Orenburg', ru: 'Оренбурге', kk: 'Орынбор', ar: 'أورنبورغ' }],
  ['Astrakhan', 'RU', 'Astrakhan', 48.0408, 46.3497, 502533, { en: 'Astrakhan', ru: 'Астрахани', kk: 'Астрахан', ar: 'أستراخان' }],
];
const COUNTRIES = { KZ: ['Kazakhstan', 67.3, 48.2], SD: ['Sudan', 30.1, 15.8], IQ: ['Iraq', 43.7, 33.1], SY: ['Syria', 38.5, 35.0], AF: ['Afghanistan', 66.0, 33.9], KG: ['Kyrgyzstan', 74.6, 41.5] };
const CAPITAL_TWIN = { Taraz: ['Talas', 'KG', 72.24, 42.52], Tripoli: ['Tripoli', 'LB', 35.85, 34.43], Osh: ['Osh', 'RU', 61.3, 57.4], Homs: ['Al Khums', 'LY', 14.26, 32.65], Aktau: ['Aqtau', 'KZ', 73.97, 50.24], Batken: ['Batken District', 'KG', 70.9, 39.9] };

// [type, language, text with the trigger in [], place {p}, date {d}, count {n}], what {n} counts
const REPORTS = [
  ['protest', 'en', 'Several hundred people [rallied] in {p} on {d} over the price of gas.', 'participants', 'hundreds'],
  ['protest', 'ru', 'В {p} {d} на [митинг] вышли около {n} человек.', 'participants', 'about'],
  ['protest', 'kk', '{p} қаласында {d} {n} адам [наразылық] акциясына шықты.', 'participants', 'about'],
  ['riot', 'ar', 'اندلعت [أعمال شغب] في {p} {d} وأصيب {n} شخصا على الأقل.', 'injured', 'at_least'],
  ['arrest', 'ar', 'أعلنت وزارة الداخلية [اعتقال] {n} شخصا في {p} {d}.', 'arrested', 'exact'],
  ['arrest', 'ru', 'Полиция [задержала] в {p} {d} не менее {n} человек.', 'arrested', 'at_least'],
  ['clash', 'ar', 'أسفرت [اشتباكات] عنيفة في {p} {d} عن مقتل {n} شخصا.', 'killed', 'exact'],
  ['shelling', 'en', '[Shelling] hit a market in {p} on {d}, killing at least {n} people, residents said.', 'killed', 'at_least'],
  ['air_strike', 'ar', 'قتل {n} مدنيين في [غارة جوية] على {p} {d}.', 'killed', 'exact'],
  ['bombing', 'en', 'A roadside [bomb] went off in {p} on {d}, wounding {n} people.', 'injured', 'exact'],
  ['attack', 'en', 'Gunmen [attacked] a police post in {p} on {d}; {n} officers were killed.', 'killed', 'exact'],
  ['security_operation', 'ru', 'Силовики провели [спецоперацию] в {p} {d}, задержаны {n} человек.', 'arrested', 'exact'],
  ['earthquake', 'en', 'An [earthquake] of magnitude 5.4 damaged homes in {p} on {d}; {n} people were hurt.', 'injured', 'exact'],
  ['earthquake', 'kk', '{p} маңында {d} [жер сілкінісі] болып, {n} үй зақымданды.', null, null],
  ['flood', 'ru', 'Из-за [паводка] в {p} {d} эвакуированы более {n} человек.', 'evacuated', 'more_than'],
  ['flood', 'kk', '[Су тасқыны] салдарынан {p} қаласында {d} {n} адам көшірілді.', 'evacuated', 'exact'],
  ['flood', 'ar', 'أدت [فيضانات] في {p} {d} إلى إجلاء نحو {n} عائلة.', 'evacuated', 'about'],
  ['fire', 'en', 'A [fire] broke out in a clothes market in {p} on {d}; {n} people died.', 'killed', 'exact'],
  ['road_accident', 'kk', '{p} маңында {d} [жол апатынан] {n} адам қаза тапты.', 'killed', 'exact'],
  ['road_accident', 'ru', 'В [ДТП] в {p} {d} погибли {n} человека.', 'killed', 'exact'],
  ['industrial_accident', 'ru', 'При [взрыве] на шахте в {p} {d} погибли {n} горняков.', 'killed', 'exact'],
  ['strike', 'kk', '{p} қаласында {d} {n} мұнайшы [ереуілге] шықты.', 'participants', 'exact'],
  ['structure_collapse', 'ar', '[انهار] مبنى سكني في {p} {d} ما أدى إلى مقتل {n} أشخاص.', 'killed', 'exact'],
  ['government_change', 'en', 'The cabinet [resigned] in {p} on {d}.', null, null],
];

function random(seed) {
  return () => ((seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32);
}

const monthsOf = { en: ['January', 'February', 'March'], ru: ['января', 'февраля', 'марта'], kk: ['қаңтарда', 'ақпанда', 'наурызда'], ar: ['يناير', 'فبراير', 'مارس'] };

function wordsFor(lang, day) {
  const [, month, date] = day.split('-').map(Number);
  const name = monthsOf[lang][month - 1];
  return lang === 'en' ? `${date} ${name}` : lang === 'ar' ? `يوم ${date} ${name}` : `${date} ${name}`;
}

const countPoints = (text) => Array.from(text).length;

function fill(template, parts) {
  let text = '';
  const marks = [];
  for (const piece of template.split(/(\[[^\]]*\]|\{[pdn]\})/)) {
    const key = { '{p}': 'place', '{d}': 'date', '{n}': 'count' }[piece];
    const words = key ? parts[key] : piece.startsWith('[') ? piece.slice(1, -1) : piece;
    const kind = key ?? (piece.startsWith('[') ? 'trigger' : null);
    if (kind && words) marks.push({ start: countPoints(text), end: countPoints(text + words), kind });
    text += words ?? '';
  }
  return { text, marks };
}

const SOURCES = { en: 'Steppe Wire', ru: 'Степной вестник', kk: 'Дала хабары', ar: 'وكالة السهوب' };

export function make(n = 190, seed = 7) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  return Array.from({ length: n }, (_, i) => {
    const [type, lang, template, counted, qualifier] = pick(REPORTS);
    const weight = next();
    const [name, country, admin1, lon, lat, population, written] = PLACES[Math.floor(weight * weight * PLACES.length)];
    const dayNumber = Math.floor(80 * Math.sqrt(next()));
    const day = new Date(Date.UTC(2022, 0, 2) + dayNumber * 86400000).toISOString().slice(0, 10);
    const count = Math.max(2, Math.floor(next() ** 3 * (counted === 'killed' ? 40 : 900)));
    const level = next();
    const national = level > 0.93 && COUNTRIES[country];
    const noPlace = level < 0.025;
    const near = level > 0.8 && !national;
    const said = next();
    const status = said > 0.96 ? 'planned' : said > 0.93 ? 'denied' : said > 0.91 ? 'negated' : said > 0.76 ? 'claimed' : 'reported';
    const { text, marks } = fill(template, { place: written[lang], date: wordsFor(lang, day), count: String(count) });
    const place = next();
    const confidence_parts = { type: round(0.6 + next() * 0.4), place: round(national ? 0.35 : near ? 0.4 + place * 0.3 : 0.6 + place * 0.4), date: round(0.55 + next() * 0.45) };
    const confidence = round(Math.cbrt(confidence_parts.type * confidence_parts.place * confidence_parts.date));
    const twin = CAPITAL_TWIN[name];
    const first = { geonameid: 1000 + PLACES.findIndex((p) => p[0] === name), name, country, admin1, feature: 'PPLA', population, lon, lat, score: round(0.6 + place * 0.35), why: 'exact name; most populous; country of the dateline' };
    const candidates = twin ? [first, { geonameid: 5000 + i, name: twin[0], country: twin[1], feature: 'PPL', population: 30000, lon: twin[2], lat: twin[3], score: round(0.25 + next() * 0.2), why: 'exact name; other country' }] : [first];
    const [countryName, clon, clat] = COUNTRIES[country] ?? [];
    const properties = {
      id: `mock${String(i).padStart(4, '0')}`, doc_id: `doc${i}`, event_type: type, event_group: groupOf[type], status,
      title: `${type} in ${name}`, country, country_name: countryName ?? country, date_start: day, date_end: day, date_text: wordsFor(lang, day), date_precision: 'day', time_precision: 1,
      published: day, source_name: SOURCES[lang], source_url: `https://news.example/${i}`, source_lang: lang,
      evidence: [[0, countPoints(text)]], evidence_text: text, evidence_marks: marks, confidence, confidence_parts,
      flags: [...(status === 'claimed' ? ['claimed'] : []), ...(twin ? ['ambiguous_place'] : []), ...(qualifier === 'hundreds' ? ['count_vague'] : [])],
      actors: type === 'arrest' ? [{ name: lang === 'ar' ? 'وزارة الداخلية' : 'Полиция', role: 'authority' }] : [],
      ...(status === 'claimed' && { attribution: lang === 'ar' ? 'وزارة الداخلية' : lang === 'en' ? 'residents' : 'МВД' }),
      extractor: { name: 'mock', version: '0', gazetteer: 'none' },
    };
    if (counted) Object.assign(properties, { [counted]: qualifier === 'hundreds' ? 100 : count, [`${counted}_qualifier`]: qualifier, [`${counted}_text`]: qualifier === 'hundreds' ? 'Several hundred people' : String(count) });
    if (noPlace) return { type: 'Feature', id: properties.id, geometry: null, properties };
    if (national) return { type: 'Feature', id: properties.id, geometry: { type: 'Point', coordinates: [clon, clat] }, properties: { ...properties, place_name: countryName, place_text: countryName, feature: 'PCLI', geo_precision: 3, place_source: 'document_country', uncertainty_km: 900, flags: [...properties.flags, 'place_inferred'] } };
    return {
      type: 'Feature', id: properties.id, geometry: { type: 'Point', coordinates: near ? [round4(lon + next() - 0.5), round4(lat + next() - 0.5)] : [lon, lat] },
      properties: { ...properties, place_name: name, place_text: written[lang], admin1, geonameid: first.geonameid, feature: 'PPLA', geo_precision: near ? 2 : 1, place_source: 'mention', uncertainty_km: near ? 25 : 5, place_candidates: candidates },
    };
  });
}

const round = (n) => Math.round(n * 100) / 100;
const round4 = (n) => Math.round(n * 10000) / 10000;

/** A poor man's extraction: known place names in the text become incidents. Only to develop the page against. */
export function read({ text, published, lang }) {
  const points = Array.from(text);
  const found = [];
  const toponyms = [];
  for (const [name, country, admin1, lon, lat, population, written] of PLACES) {
    for (const [language, word] of Object.entries(written)) {
      const at = text.indexOf(word);
      if (at < 0 || (lang && language !== lang)) continue;
      const start = countPoints(text.slice(0, at));
      toponyms.push({ start, end: start + countPoints(word), text: word, name, lon, lat, country, admin1, level: 'city', use: 'literal', confidence: 0.9, candidates: [] });
      const before = Math.max(text.lastIndexOf('.', at), text.lastIndexOf('\n', at)) + 1;
      const after = [text.indexOf('.', at), text.indexOf('\n', at)].filter((i) => i > 0);
      const sentence = text.slice(before, after.length ? Math.min(...after) + 1 : undefined).trim();
      const from = countPoints(text.slice(0, text.indexOf(sentence)));
      found.push({
        type: 'Feature', id: `x${found.length}`, geometry: { type: 'Point', coordinates: [lon, lat] },
        properties: {
          id: `x${found.length}`, event_type: 'protest', event_group: 'unrest', status: 'reported', place_name: name, place_text: word, country, admin1, geo_precision: 1, uncertainty_km: 5, feature: 'PPLA',
          ...(published && { date_start: published, date_end: published, published }), date_precision: 'day', evidence: [[from, from + countPoints(sentence)]], evidence_text: sentence,
          evidence_marks: [{ start: start - from, end: start - from + countPoints(word), kind: 'place' }], source_lang: language, confidence: 0.7, confidence_parts: { type: 0.5, place: 0.9, date: 0.8 }, flags: [],
          place_candidates: [{ geonameid: 1, name, country, admin1, lon, lat, population, score: 0.9, why: 'exact name' }],
        },
      });
      break;
    }
  }
  const language = lang || (/[\u0600-\u06ff]/.test(text) ? 'ar' : /[әғқңөұүһі]/i.test(text) ? 'kk' : /[а-я]/i.test(text) ? 'ru' : 'en');
  return { id: 'paste', lang: language, toponyms, type: 'FeatureCollection', features: found, diagnostics: points.length < 20 ? [{ code: 'short', message: 'The text is very short.' }] : [] };
}

export function find(q) {
  const wanted = q.toLowerCase();
  return PLACES.filter(([name, , , , , , written]) => [name, ...Object.values(written)].some((w) => w.toLowerCase().startsWith(wanted)))
    .slice(0, 8)
    .map(([name, country, admin1, lon, lat, population], i) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties: { geonameid: i, name, country, admin1, feature: 'PPLA', population, label: name } }));
}
